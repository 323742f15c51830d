//! Split by crawls: the application's waits, the locks, and the rate of the rows beside one plain `update` of a copy.

use std::time::{Duration, Instant};

use tenantry_adopt::classification::Mode;
use tenantry_adopt::step::Phase;

use crate::Asked;
use crate::adoption::Adoption;
use crate::course::{Course, Sizes, apply, waits};
use crate::original::{Original, load};
use crate::workload::{Outcome, Workload};

/// How long the application works alone, before and after.
const ALONE: Duration = Duration::from_secs(5);

pub(crate) async fn measure(asked: &Asked, original: &Original) {
    let (mut plain, mut quiet, mut busy) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..asked.rounds {
        println!("\nsplit, round {}, load {}", round + 1, load());
        // Whoever comes first has the colder cache.
        for turn in 0..3 {
            match (turn + round) % 3 {
                0 => plain.push(plain_update(&original.copy().await).await),
                1 => quiet.push(alone(&original.copy().await).await),
                _ => busy.push(in_use(asked, &original.copy().await).await),
            }
        }
        let last = |rates: &[f64]| rates.last().copied().unwrap_or_default();
        println!(
            "rows/s: update {:.0}, batches {:.0} ({:.2}), under load {:.0} ({:.2})",
            last(&plain),
            last(&quiet),
            last(&quiet) / last(&plain),
            last(&busy),
            last(&busy) / last(&plain)
        );
    }
    let best = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
    println!(
        "best of {}: update {:.0}, batches {:.0} ({:.2}), under load {:.0} ({:.2})",
        asked.rounds,
        best(&plain),
        best(&quiet),
        best(&quiet) / best(&plain),
        best(&busy),
        best(&busy) / best(&plain)
    );
}

/// Rows a second of one `update` by hand, of a table whose parents are filled.
async fn plain_update(adoption: &Adoption) -> f64 {
    let admin = adoption.database.admin().await;
    for statement in [
        "alter table contents add column organization_id uuid",
        "alter table content_chunks add column organization_id uuid",
        "update contents set organization_id = crawl_id",
        "vacuum analyze contents",
        "checkpoint",
    ] {
        admin.batch_execute(statement).await.unwrap();
    }
    let before = Sizes::of(&admin).await;
    let update = "update content_chunks c set organization_id = p.organization_id from contents p where p.id = c.content_id";
    let began = Instant::now();
    let rows = admin.execute(update, &[]).await.unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let after = Sizes::of(&admin).await;
    println!(
        "one update: {seconds:.2} s, table {:.2}, load {}",
        ratio(after.table, before.table),
        load()
    );
    rate(rows, seconds)
}

/// Rows a second without anybody else.
async fn alone(adoption: &Adoption) -> f64 {
    let plan = adoption.plan(Mode::Split).await;
    let course = apply(adoption, Some(&plan), Phase::Backfill).await;
    let (batches, all) = course.chunks();
    println!(
        "batches alone: {batches:.2} s, with the last vacuum {all:.2} s, load {} {:?}",
        load(),
        course.troubles()
    );
    rate(chunks(adoption).await, all)
}

/// Rows a second with a writer and a reader at work, to the end of shadow.
async fn in_use(asked: &Asked, adoption: &Adoption) -> f64 {
    let plan = adoption.plan(Mode::Split).await;
    let admin = adoption.database.admin().await;
    let before = Sizes::of(&admin).await;
    let workload = Workload::start(&adoption.loaded, asked.workload()).await;
    let started = Instant::now();
    tokio::time::sleep(ALONE).await;
    let course = apply(adoption, Some(&plan), Phase::Shadow).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let worked = workload.stop().await;
    let after = Sizes::of(&admin).await;
    told(&worked, &course, started);
    grown(before, course.peak, after);
    let differences = worked.verify(&admin).await;
    println!(
        "  failures {:?}, differences {differences:?}, prepared again {}",
        worked.failures, worked.replanned
    );
    rate(chunks(adoption).await, course.chunks().1)
}

fn told(worked: &Outcome, course: &Course, started: Instant) {
    println!("in use, load {}:", load());
    let line = |name: &str, from: Instant, to: Instant| {
        let (reads, writes) = (worked.reads.within(from, to), worked.writes.within(from, to));
        println!(
            "  {name:<10} {:>7.2} s  reader {}  writer {}",
            (to - from).as_secs_f64(),
            waits(&reads),
            waits(&writes)
        );
    };
    line("before", started, course.began);
    for phase in Phase::ALL.into_iter().filter(|phase| *phase < Phase::Shadow) {
        if let Some((from, to)) = course.phase(phase) {
            line(phase.name(), from, to);
        }
    }
    if let Some((_, to)) = course.phase(Phase::Constrain) {
        line("together", course.began, to);
    }
    // By itself: what the application sends is planned anew under row security, which may take it longer than any lock.
    if let Some((from, to)) = course.phase(Phase::Shadow) {
        line("shadow", from, to);
    }
    for (phase, title, held, waited) in course.locks().into_iter().take(3) {
        println!("  lock held {held:.1} ms, waited for {waited:.1} ms: {}, {title}", phase.name());
    }
    let waited = course.locks().into_iter().map(|lock| lock.3).fold(0.0, f64::max);
    println!("  longest wait for locks {waited:.1} ms; {:?}", course.troubles());
}

fn grown(before: Sizes, peak: Sizes, after: Sizes) {
    println!(
        "  content_chunks {} MB: peak {:.2}, after {:.2}, with the new indexes {:.2}",
        before.table / 1_000_000,
        ratio(peak.table, before.table),
        ratio(after.table, before.table),
        ratio(after.table + after.added, before.table)
    );
    println!(
        "  database {} MB: peak {:.2}, after {:.2}",
        before.database / 1_000_000,
        ratio(peak.database, before.database),
        ratio(after.database, before.database)
    );
}

async fn chunks(adoption: &Adoption) -> u64 {
    let asked = "select count(*) from content_chunks";
    let rows: i64 = adoption.database.admin().await.query_one(asked, &[]).await.unwrap().get(0);
    rows.unsigned_abs()
}

#[expect(clippy::cast_precision_loss, reason = "rows of a sample")]
fn rate(rows: u64, seconds: f64) -> f64 {
    rows as f64 / seconds
}

#[expect(clippy::cast_precision_loss, reason = "sizes of a sample")]
fn ratio(now: i64, before: i64) -> f64 {
    now as f64 / before as f64
}
