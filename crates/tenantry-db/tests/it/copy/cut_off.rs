//! Copies that are cut off: by whoever asked, by a connection that dies, by a database that hangs.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt, stream};
use tenantry_core::Clock;
use tenantry_db::{Database, DbError, Statement, Tenant};
use tenantry_testkit::{Fault, FaultProxy, secret};

use super::{
    LOAD, LOADS, MANY, NOTES, event, given, loads, next_is_fine, no_copy_runs, reader, text, writer,
};
use crate::arena::Arena;
use crate::cancel::{doors, polled};
use crate::party::Party;

/// Rows, a while of nothing, rows.
const PAUSING: Statement<Tenant> = Statement::new(
    "PAUSING",
    "copy (select body, n, pg_sleep(case n when 5000 then 1.5 else 0 end) from public.notes, generate_series(1, 10000) n) to stdout",
);

/// Two copies and what belongs to them; answers what came out.
async fn work(database: &Database, party: &Party, id: i32) -> Result<String, DbError> {
    let mut tx = database.tenant(&writer(party)).await?;
    let seen = text(tx.copy_out(&NOTES).await?).await?;
    tx.copy_in(&LOAD, given([format!("{id}\t"), "row\n".to_owned()])).await?;
    tx.commit(event(), ()).await?;
    Ok(seen)
}

/// RL-7, AU-1. Wherever A's copies are cut off, B is next on the only connection and sees its own rows; and what A copied
/// in was saved with its record, or not at all.
#[tokio::test]
async fn a_copy_that_is_dropped_at_any_await_leaves_nothing_to_the_next() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let (mut finished, mut cancelled, mut last) = (0, 0, 0);
    for polls in 0..400 {
        match polled(polls, work(&database, &arena.a, i32::try_from(polls).unwrap())).await {
            Some(seen) => {
                assert!(!arena.b.is_named_in(&seen.unwrap()));
                finished += 1;
            }
            None => (cancelled, last) = (cancelled + 1, polls),
        }
        let seen = {
            let mut tx = database.tenant(&reader(&arena.b)).await.unwrap();
            text(tx.copy_out(&NOTES).await.unwrap()).await.unwrap()
        };
        assert!(arena.b.is_named_in(&seen) && !arena.a.is_named_in(&seen), "after {polls}: {seen}");
        if polls > last + 12 {
            break;
        }
    }
    assert!(cancelled >= 6 && finished >= 10, "{cancelled} cancelled, {finished} finished");
    let records = "select count(*) from tenantry.audit_events where organization_id = $1 and action = 'notes.loaded'";
    let records = arena.database.count(records, arena.a.organization.uuid()).await;
    assert_eq!(loads(&arena).await, records);
    println!("{cancelled} cancelled, {finished} finished, {records} saved");
}

/// RL-7. Two hundred copies of two organizations on one connection, every second one dropped on its way: no row of the other.
#[tokio::test]
async fn two_hundred_copies_of_two_organizations_never_mix() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let (mut whole, mut dropped, mut foreign, mut connections) = (0, 0, 0, Vec::new());
    for round in 0..200_usize {
        let (own, other) = if round % 3 == 0 { (&arena.a, &arena.b) } else { (&arena.b, &arena.a) };
        let mut tx = database.tenant(&reader(own)).await.unwrap();
        let statement = if round % 20 == 3 { &MANY } else { &NOTES };
        let mut rows = tx.copy_out(statement).await.unwrap();
        let most =
            if round % 2 == 0 && statement.name() == "NOTES" { usize::MAX } else { round % 5 };
        let mut seen = Vec::new();
        while seen.len() < most
            && let Some(piece) = rows.try_next().await.unwrap()
        {
            seen.push(piece);
        }
        drop(rows);
        drop(tx);
        let seen = String::from_utf8(seen.concat()).unwrap();
        foreign += usize::from(other.is_named_in(&seen));
        if most == usize::MAX {
            assert!(own.is_named_in(&seen));
            whole += 1;
        } else {
            dropped += 1;
        }
        if round % 7 == 0 {
            let source = stream::iter((0..50).map(|id| Ok(format!("{id}\tx\n").into())));
            let source = source.chain(stream::pending::<Result<_, DbError>>());
            let mut tx = database.tenant(&writer(own)).await.unwrap();
            assert!(polled(round % 5, tx.copy_in(&LOAD, source)).await.is_none());
        }
        connections.push(next_is_fine(&database, other).await);
    }
    connections.dedup();
    println!("{whole} whole, {dropped} dropped, on {} connections", connections.len());
    assert_eq!(foreign, 0);
    assert!(whole >= 80 && dropped >= 80);
    assert_eq!(loads(&arena).await, 0);
    no_copy_runs(&arena).await;
}

fn behind(proxy: &FaultProxy, arena: &Arena) -> Database {
    let tasks = arena.database.tasks();
    Database::new(&proxy.target(1), &secret(), Clock::system(), tasks).unwrap()
}

/// RL-7, RE-4. A connection that dies in the middle is told, both ways; the next one is fine, and nothing was saved.
#[tokio::test]
async fn a_connection_that_dies_in_the_middle_is_told() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let proxy = FaultProxy::start(&arena.database.target().config, arena.database.tasks());
    let database = behind(&proxy, &arena);
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity \
                where datname = current_database() and usename = 'tenantry_app' and pid <> $1";
    for is_cut in [true, false] {
        let die = async || {
            if is_cut {
                proxy.cut();
            } else {
                arena.admin.query(kill, &[&arena.backend]).await.unwrap();
            }
        };
        let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
        let mut rows = tx.copy_out(&PAUSING).await.unwrap();
        assert!(rows.try_next().await.unwrap().is_some());
        die().await;
        let lost = rows.try_for_each(|_| async { Ok(()) }).await;
        assert!(matches!(lost, Err(DbError::Unavailable { .. })), "{lost:?}");
        drop(tx);
        next_is_fine(&database, &arena.b).await;

        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let endless = stream::iter(0..).then(|id: i32| async move {
            tokio::time::sleep(Duration::from_micros(200)).await;
            Ok::<_, DbError>(format!("{id}\tx\n").into())
        });
        let dying = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            die().await;
        };
        let (lost, ()) = tokio::join!(tx.copy_in(&LOAD, endless), dying);
        assert!(matches!(lost, Err(DbError::Unavailable { .. })), "{lost:?}");
        assert!(tx.commit(event(), ()).await.is_err());
        next_is_fine(&database, &arena.b).await;
        assert_eq!(loads(&arena).await, 0);
    }
}

/// RE-4. A database that hangs in the middle is given up within three seconds.
#[tokio::test]
async fn a_database_that_hangs_in_the_middle_is_given_up() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let proxy = FaultProxy::start(&arena.database.target().config, arena.database.tasks());
    let database = behind(&proxy, &arena);
    for is_out in [true, false] {
        next_is_fine(&database, &arena.b).await;
        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let (given_up, took) = if is_out {
            let mut rows = tx.copy_out(&PAUSING).await.unwrap();
            assert!(rows.try_next().await.unwrap().is_some());
            proxy.set(Fault::Hang).await;
            let started = Instant::now();
            (rows.try_for_each(|_| async { Ok(()) }).await, started.elapsed())
        } else {
            let waiting = given(["1\tx\n".to_owned()]).chain(stream::once(async {
                proxy.set(Fault::Hang).await;
                Ok("2\tx\n".into())
            }));
            let started = Instant::now();
            (tx.copy_in(&LOAD, waiting).await.map(drop), started.elapsed())
        };
        assert!(matches!(given_up, Err(DbError::Unavailable { .. })), "{given_up:?}");
        assert!(took < Duration::from_secs(4), "{took:?}");
        drop(tx);
        proxy.set(Fault::Pass).await;
        let waiting = Instant::now();
        while database.health().await != tenantry_db::Health::Well {
            assert!(waiting.elapsed() < Duration::from_secs(3));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        next_is_fine(&database, &arena.b).await;
        no_copy_runs(&arena).await;
    }
    assert_eq!(loads(&arena).await, 0);
}

/// Nothing of a copy that was given up is in a transaction that could still be saved.
#[tokio::test]
async fn what_was_given_up_cannot_be_committed() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
    tx.copy_in(&LOAD, given(["1\tx\n".to_owned()])).await.unwrap();
    let pause = Duration::from_millis(100);
    let stuck = tx.copy_in(&LOAD, stream::pending::<Result<bytes::Bytes, DbError>>());
    assert!(tokio::time::timeout(pause, stuck).await.is_err());
    let committed = tx.commit(event(), ()).await;
    assert!(matches!(committed, Err(DbError::Value(_))), "{committed:?}");
    let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
    tx.copy_in(&LOAD, given(["1\tx\n".to_owned()])).await.unwrap();
    drop(tx.copy_out(&MANY).await.unwrap());
    let committed = tx.commit(event(), ()).await;
    assert!(matches!(committed, Err(DbError::Value(_))), "{committed:?}");
    next_is_fine(&database, &arena.b).await;
    assert_eq!(loads(&arena).await, 0);
}

/// RL-7. Rows that nobody sends any more are taken back, and the connection is kept: nothing of them is left on it.
#[tokio::test]
async fn a_source_that_is_dropped_leaves_the_connection_clean() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let mut connection = next_is_fine(&database, &arena.b).await;
    let mut kept = 0;
    for rows in [0, 1, 100, 10_000, 100_000] {
        let source = stream::iter((0..rows).map(|id| Ok(format!("{id}\tx\n").into())));
        let source = source.chain(stream::pending::<Result<_, DbError>>());
        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let stuck = tx.copy_in(&LOAD, source);
        assert!(tokio::time::timeout(Duration::from_millis(300), stuck).await.is_err());
        drop(tx);
        let next = next_is_fine(&database, &arena.b).await;
        kept += usize::from(next == connection);
        connection = next;
        assert_eq!(loads(&arena).await, 0);
    }
    // A busy machine may take longer than a connection is waited for.
    assert!(kept >= 2, "{kept} of 5");
}
