//! Rows that are copied out.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use tenantry_core::Clock;
use tenantry_core::permission::project;
use tenantry_db::{Database, DbError, Platform, Statement, Target, Tenant};
use tenantry_testkit::secret;

use super::{MANY, NOTES, event, next_is_fine, no_copy_runs, reader, text, writer};
use crate::arena::Arena;
use crate::cancel::doors;

const WHOLE_TABLE: Statement<Tenant> =
    Statement::new("WHOLE_TABLE", "copy public.notes to stdout (format csv)");
const OWN: Statement<Tenant> = Statement::new(
    "OWN",
    "copy (select body from public.notes where organization_id = tenantry.organization()) to stdout",
);
const OTHERS: Statement<Tenant> = Statement::new(
    "OTHERS",
    "copy (select body from public.notes where organization_id <> tenantry.organization()) to stdout",
);
const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'one more')",
);
const SLOW: Statement<Tenant> = Statement::new(
    "SLOW",
    "copy (select body, pg_sleep(case n when 1000 then 1.5 else 0 end) from public.notes, generate_series(1, 1000) n) to stdout",
);

/// RL-1. What comes out is what a query would answer: one's own rows, in a read and in a change, first and later.
#[tokio::test]
async fn only_ones_own_rows_come_out() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    for (party, other) in [(&arena.a, &arena.b), (&arena.b, &arena.a)] {
        let mut tx = database.tenant(&reader(party)).await.unwrap();
        for statement in [&NOTES, &WHOLE_TABLE, &OWN] {
            let rows = text(tx.copy_out(statement).await.unwrap()).await.unwrap();
            assert_eq!(rows.lines().count(), 1, "{rows}");
            assert!(party.is_named_in(&rows) && !other.is_named_in(&rows), "{rows}");
        }
        assert_eq!(text(tx.copy_out(&OTHERS).await.unwrap()).await.unwrap(), "");
        drop(tx);
        let mut tx = database.tenant(&writer(party)).await.unwrap();
        let rows = text(tx.copy_out(&NOTES).await.unwrap()).await.unwrap();
        assert_eq!(rows.lines().count(), 1, "{rows}");
        tx.query(&INSERT, &[]).await.unwrap();
        let rows = text(tx.copy_out(&NOTES).await.unwrap()).await.unwrap();
        assert!(rows.contains("one more") && !other.is_named_in(&rows), "{rows}");
        tx.commit(event(), ()).await.unwrap();
        let rows = "select count(*) from public.notes where organization_id = $1";
        assert_eq!(arena.database.count(rows, party.organization.uuid()).await, 2);
    }
    // The control: whoever is not bound gets the rows of both.
    let everything = arena.everything_of(&arena.a).await + &arena.everything_of(&arena.b).await;
    assert!(arena.a.is_named_in(&everything) && arena.b.is_named_in(&everything));
}

fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1_024
}

/// A hundred thousand rows of a kilobyte are never in memory together, and none of them is cut in two.
#[tokio::test]
async fn a_hundred_thousand_rows_come_out_with_little_memory() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
    assert_eq!(text(tx.copy_out(&OWN).await.unwrap()).await.unwrap().lines().count(), 1);
    let before = memory();
    let mut rows = tx.copy_out(&MANY).await.unwrap();
    let (mut count, mut bytes, mut largest, mut most) = (0, 0, 0, 0);
    while let Some(piece) = rows.try_next().await.unwrap() {
        assert!(piece.ends_with(b"\n"));
        count += piece.iter().filter(|byte| **byte == b'\n').count();
        (bytes, largest) = (bytes + piece.len(), largest.max(piece.len()));
        most = most.max(memory());
    }
    drop(rows);
    let grown = most.saturating_sub(before);
    println!("{count} rows, {bytes} bytes, at most {largest} at once, memory grew by {grown}");
    assert_eq!(count, 100_000);
    assert!(bytes > 90_000_000 && grown < 16_000_000);
    assert_eq!(text(tx.copy_out(&OWN).await.unwrap()).await.unwrap().lines().count(), 1);
}

/// RL-7. A reader that stops has the server stop; when it goes away, nobody finds the rest of its rows.
#[tokio::test]
async fn a_reader_that_stops_halfway_holds_the_server_back_and_leaves_nothing() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    for _ in 0..3 {
        let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
        let mut rows = tx.copy_out(&MANY).await.unwrap();
        assert!(rows.try_next().await.unwrap().is_some());
        tokio::time::sleep(Duration::from_millis(300)).await;
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
                       and query like 'copy %' and wait_event = 'ClientWrite'";
        let waiting = arena.admin.query_one(waiting, &[]).await.unwrap();
        assert_eq!(waiting.get::<_, i64>(0), 1);
        drop(rows);
        let after = tx.copy_out(&OWN).await.unwrap_err();
        assert!(matches!(after, DbError::Value(_)), "{after:?}");
        drop(tx);
        next_is_fine(&database, &arena.b).await;
        no_copy_runs(&arena).await;
    }
}

/// RE-6. A reader that stops and stays loses its connection when a statement's time is over, without being asked: others
/// are served, and it is told. PostgreSQL ends no statement that waits for its reader.
#[tokio::test]
async fn a_reader_that_stops_and_stays_keeps_its_connection_no_longer_than_a_statement_runs() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
    let mut rows = tx.copy_out(&MANY).await.unwrap();
    assert!(rows.try_next().await.unwrap().is_some());
    tokio::time::sleep(Duration::from_secs(16)).await;
    next_is_fine(&database, &arena.b).await;
    no_copy_runs(&arena).await;
    let cut = rows.try_next().await;
    assert!(matches!(cut, Err(DbError::TooSlow(_))), "{cut:?}");
    assert!(rows.try_next().await.unwrap().is_none());
    drop(rows);
    let after = tx.copy_out(&OWN).await.unwrap_err();
    assert!(matches!(after, DbError::Value(_)), "{after:?}");
    drop(tx);
    next_is_fine(&database, &arena.b).await;
}

/// RE-6. A reader that waits for rows that do not come is woken then, also where PostgreSQL has no limit of ours.
#[tokio::test]
async fn a_reader_that_waits_is_told_when_the_time_is_over() {
    const STUCK: Statement<Tenant> = Statement::new(
        "STUCK",
        "copy (select repeat(body, 25), pg_sleep(case n when 1000 then 30 else 0 end) from public.notes, generate_series(1, 1000) n) to stdout",
    );
    let arena = Arena::new().await;
    let target = Target { is_behind_pooler: true, connections: 1, ..arena.database.target() };
    let tasks = arena.database.tasks();
    let database = Database::new(&target, &secret(), Clock::system(), tasks).unwrap();
    let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
    let started = Instant::now();
    let rows = tx.copy_out(&STUCK).await.unwrap();
    let cut = rows.try_for_each(|_| async { Ok(()) }).await;
    assert!(matches!(cut, Err(DbError::TooSlow(_))), "{cut:?}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    // With the transaction still there.
    next_is_fine(&database, &arena.b).await;
    no_copy_runs(&arena).await;
    drop(tx);
}

/// RL-7. What is left of a short answer is read before anybody else has the connection, which is kept; a statement that
/// goes on is ended with its connection.
#[tokio::test]
async fn a_short_copy_that_is_not_read_leaves_the_connection_clean() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let mut connection = next_is_fine(&database, &arena.b).await;
    let mut kept = 0;
    for round in 0..10 {
        let is_short = round % 2 == 0;
        let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
        drop(tx.copy_out(if is_short { &NOTES } else { &SLOW }).await.unwrap());
        drop(tx);
        let next = next_is_fine(&database, &arena.b).await;
        assert!(is_short || next != connection);
        kept += usize::from(next == connection);
        connection = next;
    }
    // A busy machine may take longer than a connection is waited for.
    assert!(kept >= 2, "{kept} of 5");
    no_copy_runs(&arena).await;
}

/// Rows may be read by another task than the one that hangs up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_can_be_handed_on_by_a_task() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    let caller = reader(&arena.b);
    let task = arena.database.tasks().clone().spawn(async move {
        let mut tx = database.tenant::<project::Read>(&caller).await?;
        text(tx.copy_out(&NOTES).await?).await
    });
    assert!(arena.b.is_named_in(&task.await.unwrap().unwrap()));
}

/// The doors of the platform and of the operators copy as well, each what its login may see.
#[tokio::test]
async fn the_other_doors_copy_out_what_their_logins_see() {
    const USERS: Statement<Platform> =
        Statement::new("USERS", "copy (select email from tenantry.users) to stdout");
    const ALL_NOTES: Statement<Platform> =
        Statement::new("ALL_NOTES", "copy (select body from public.notes) to stdout");
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    let mut tx = database.platform().await.unwrap();
    let users = text(tx.copy_out(&USERS).await.unwrap()).await.unwrap();
    assert!(arena.a.is_named_in(&users) && arena.b.is_named_in(&users), "{users}");
    let refused = tx.copy_out(&ALL_NOTES).await.unwrap_err();
    assert!(matches!(refused, DbError::Refused(_)), "{refused:?}");
    let mut tx = database.operator(&super::errand(&arena)).await.unwrap();
    let notes = text(tx.copy_out(&ALL_NOTES).await.unwrap()).await.unwrap();
    assert!(arena.a.is_named_in(&notes) && arena.b.is_named_in(&notes), "{notes}");
}
