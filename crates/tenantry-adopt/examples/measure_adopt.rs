//! What adopting the sample `voiceforge` costs an application that is at work:
//! `cargo run --release -p tenantry-adopt --example measure_adopt -- [split|hand|whole|shadow|rollback…] [--chunks N]
//! [--rate N] [--rounds N]`. It has a cluster of its own, as durable as PostgreSQL is by default; its folder stays in the
//! temporary directory.

#![recursion_limit = "256"]
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    unused_imports,
    reason = "a program for a terminal that prints its figures, beside the tests whose samples it adopts; a panic is its report"
)]

/// What the tests have: the samples, their applications, and whole adoptions.
#[path = "../tests/it"]
mod it {
    pub(crate) mod adoption;
    pub(crate) mod samples;
    pub(crate) mod tasks;
    pub(crate) mod workload;
}

#[path = "measure_adopt/by_hand.rs"]
mod by_hand;
#[path = "measure_adopt/course.rs"]
mod course;
#[path = "measure_adopt/original.rs"]
mod original;
#[path = "measure_adopt/rollback.rs"]
mod rollback;
#[path = "measure_adopt/shadow.rs"]
mod shadow;
#[path = "measure_adopt/split.rs"]
mod split;
#[path = "measure_adopt/whole.rs"]
mod whole;

use it::{adoption, samples, tasks, workload};
use original::Original;
use samples::Size;

/// What is measured.
#[derive(Debug)]
struct Asked {
    parts: Vec<String>,
    chunks: u64,
    rate: u32,
    rounds: usize,
}

impl Asked {
    fn read(mut words: impl Iterator<Item = String>) -> Self {
        let mut asked = Self { parts: Vec::new(), chunks: 600_000, rate: 100, rounds: 3 };
        while let Some(word) = words.next() {
            let mut number = || words.next().and_then(|text| text.parse::<u32>().ok()).unwrap();
            match word.as_str() {
                "--chunks" => asked.chunks = number().into(),
                "--rate" => asked.rate = number(),
                "--rounds" => asked.rounds = number() as usize,
                _ => asked.parts.push(word),
            }
        }
        asked
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|named| named == part)
    }

    /// One writer and one reader.
    fn workload(&self) -> workload::Options {
        workload::Options { writers: 1, readers: 1, rate: self.rate }
    }
}

/// The proportions of the real thing.
fn size(chunks: u64) -> Size {
    Size { rows: 0, crawls: (chunks / 3_000).max(2), contents: (chunks / 30).max(2), chunks }
}

#[tokio::main]
async fn main() {
    let asked = Asked::read(std::env::args().skip(1));
    original::make_durable().await;
    if asked.wants("whole") {
        whole::measure(&asked).await;
    }
    let original = Original::of(size(asked.chunks)).await;
    if asked.wants("split") {
        split::measure(&asked, &original).await;
    }
    if asked.wants("hand") {
        by_hand::measure(&asked, &original).await;
    }
    if asked.wants("shadow") {
        shadow::measure(&asked, &original).await;
    }
    if asked.wants("rollback") {
        rollback::measure(&original).await;
    }
}
