//! One organization for every row: seconds to the end of expand and of shadow, for tables of several sizes.

use tenantry_adopt::classification::Mode;
use tenantry_adopt::step::Phase;

use crate::course::apply;
use crate::original::{Original, load};
use crate::{Asked, size};

pub(crate) async fn measure(asked: &Asked) {
    println!("\nwhole: least seconds of {}", asked.rounds);
    println!(
        "{:>8}  {:>8} {:>8} {:>10} {:>8} {:>15}",
        "chunks", "prepare", "expand", "constrain", "shadow", "begin to shadow"
    );
    for chunks in [6_000, 60_000, 600_000] {
        let original = Original::of(size(chunks)).await;
        let mut least = [f64::MAX; 5];
        for _ in 0..asked.rounds {
            let adoption = original.copy().await;
            let plan = adoption.plan(Mode::Whole).await;
            let course = apply(&adoption, Some(&plan), Phase::Shadow).await;
            let [prepare, expand, constrain, shadow] =
                [Phase::Prepare, Phase::Expand, Phase::Constrain, Phase::Shadow]
                    .map(|phase| course.seconds(phase));
            let all = (course.ended - course.began).as_secs_f64();
            let seconds = [prepare, expand, constrain, shadow, all];
            for (least, seconds) in least.iter_mut().zip(seconds) {
                *least = least.min(seconds);
            }
        }
        let [prepare, expand, constrain, shadow, all] = least;
        println!(
            "{chunks:>8}  {prepare:>8.3} {expand:>8.3} {constrain:>10.3} {shadow:>8.3} {all:>15.3}  load {}",
            load()
        );
    }
}
