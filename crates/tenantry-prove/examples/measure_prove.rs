//! What `prove` does with each database that its tests have, and how long it takes:
//! `cargo run --release -p tenantry-prove --example measure_prove -- [ROUNDS]`. The databases are the tests' own files,
//! in a cluster of this program, without durability, whose folder stays in the temporary directory; the seconds are the
//! median of three rounds.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    unused_imports,
    reason = "a program for a terminal that prints its figures, beside the tests whose databases it loads; a panic is its report"
)]

use tenantry_testkit::checked_in;
#[path = "../tests/it/databases.rs"]
mod databases;
#[path = "../tests/it/fifty.rs"]
mod fifty;
#[path = "../tests/it/proving.rs"]
mod proving;
#[path = "../tests/it/samples.rs"]
mod samples;
#[path = "../tests/it/tallies.rs"]
mod tallies;

use tenantry_prove::report::{Report, Severity};
use tenantry_testkit::TestDatabase;

use proving::proved;
use samples::Sample;

#[tokio::main]
async fn main() {
    let rounds = std::env::args().nth(1).map_or(3, |text| text.parse().unwrap());
    println!(
        "{:<28} {:>7} {:>7} {:>7} {:>6} {:>8} {:>7}  {:>5} {:>7} {:>8}  {:>7}",
        "database",
        "objects",
        "attacks",
        "stopped",
        "leaked",
        "revealed",
        "not run",
        "leaks",
        "oracles",
        "warnings",
        "seconds"
    );
    let control_plane = TestDatabase::create().await;
    measure("control plane", &control_plane, |_| Vec::new(), rounds).await;
    for (name, prepared) in [
        ("fifty tables", fifty::fifty().await),
        ("correct, by a setting", databases::correct().await),
        ("correct, sealed", databases::sealed().await),
        ("hand-made conversion", databases::conversion().await),
    ] {
        measure(name, &prepared.database, |word| prepared.stated(word), rounds).await;
    }
    for name in samples::names() {
        let sample = Sample::load(&name).await;
        measure(&name, &sample.database, |word| sample.stated(word, false), rounds).await;
    }
}

/// Proves a database several times, and prints the last report's figures.
async fn measure<'sql>(
    name: &str,
    database: &TestDatabase,
    stated: impl Fn(&str) -> Vec<&'sql str>,
    rounds: usize,
) {
    let address = database.admin_config();
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..rounds.max(1) {
        let report = proved(&address, &stated).await.unwrap_or_else(|why| panic!("{name}: {why}"));
        seconds.push(report.seconds);
        last = Some(report);
    }
    seconds.sort_by(f64::total_cmp);
    print_line(name, &last.unwrap(), seconds[seconds.len() / 2]);
}

fn print_line(name: &str, report: &Report, seconds: f64) {
    let totals = report.totals();
    println!(
        "{name:<28} {:>7} {:>7} {:>7} {:>6} {:>8} {:>7}  {:>5} {:>7} {:>8}  {seconds:>7.2}",
        report.objects.len(),
        totals.attacks,
        totals.stopped,
        totals.leaked,
        totals.revealed,
        totals.not_run,
        report.count(Severity::Leak),
        report.count(Severity::Oracle),
        report.count(Severity::Warning),
    );
}
