//! Taking back from each phase: seconds, and whether the dump of the schema and the rows are what they were.

use std::time::Instant;

use tenantry_adopt::classification::Mode;
use tenantry_adopt::run::UndoOptions;
use tenantry_adopt::step::Phase;

use crate::course::{Sizes, apply};
use crate::original::{Original, load};
use crate::samples::contents_checksum;
use crate::tasks::dump;

pub(crate) async fn measure(original: &Original) {
    println!("\nrollback of a split, load {}", load());
    let adoption = original.copy().await;
    let admin = adoption.database.admin().await;
    let (schema, rows) = (dump(&adoption.database), contents_checksum(&admin).await);
    for until in Phase::ALL.into_iter().filter(|phase| *phase < Phase::Finish) {
        let plan = adoption.plan(Mode::Split).await;
        let course = apply(&adoption, Some(&plan), until).await;
        let began = Instant::now();
        adoption.rollback(&UndoOptions::default()).await.unwrap();
        let seconds = began.elapsed().as_secs_f64();
        println!(
            "  from {:<10} applied in {:>6.1} s, taken back in {seconds:>6.2} s, dump equal: {}, rows equal: {}",
            until.name(),
            (course.ended - course.began).as_secs_f64(),
            dump(&adoption.database) == schema,
            contents_checksum(&admin).await == rows
        );
    }
}
