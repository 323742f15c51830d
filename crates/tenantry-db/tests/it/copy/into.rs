//! Rows that are copied in, and sources and tables that do not go along with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tenantry_core::Clock;
use tenantry_db::{DbError, Platform, Statement, Tenant, WireError};

use super::{LOAD, LOADS, errand, event, given, loads, next_is_fine, writer};
use crate::arena::Arena;
use crate::cancel::doors;

const INTO_NOTES: Statement<Tenant> =
    Statement::new("INTO_NOTES", "copy public.notes (organization_id, id, body) from stdin");
const COUNT: Statement<Tenant> =
    Statement::new("COUNT", "select count(*) from public.loads where $1::uuid is not null");

/// What a caller of ours would have.
#[derive(Debug)]
enum Trouble {
    Database(DbError),
    Upload(u32),
}

impl From<DbError> for Trouble {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

fn lines(ids: std::ops::Range<i32>) -> Vec<String> {
    ids.map(|id| format!("{id}\trow {id}\n")).collect()
}

/// AU-1. Rows that were copied in are a change: saved with its record, or not at all.
#[tokio::test]
async fn rows_are_copied_in_and_saved_with_their_record() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    for (party, first) in [(&arena.a, 0), (&arena.b, 30_000)] {
        let mut tx = database.tenant(&writer(party)).await.unwrap();
        assert_eq!(tx.copy_in(&LOAD, given(lines(0..5))).await.unwrap(), 5);
        drop(tx);
        next_is_fine(&database, &arena.b).await;
        let before = loads(&arena).await;
        let mut tx = database.tenant(&writer(party)).await.unwrap();
        assert_eq!(tx.copy_in(&LOAD, given(lines(first..first + 20_000))).await.unwrap(), 20_000);
        assert_eq!(tx.copy_in(&LOAD, given([])).await.unwrap(), 0);
        // Rows need not end where pieces do.
        let last = first + 20_000;
        let torn = [format!("{last}"), String::new(), "\tto".to_owned(), "rn\n".to_owned()];
        assert_eq!(tx.copy_in(&LOAD, given(torn)).await.unwrap(), 1);
        let seen: i64 = tx.query_one(&COUNT, &[]).await.unwrap().get(0);
        assert_eq!((seen, loads(&arena).await), (before + 20_001, before));
        tx.commit(event(), ()).await.unwrap();
        assert_eq!(loads(&arena).await, before + 20_001);
        let records = "select count(*) from tenantry.audit_events where organization_id = $1 and action = 'notes.loaded'";
        assert_eq!(arena.database.count(records, party.organization.uuid()).await, 1);
        arena.admin.batch_execute("delete from public.loads where id < 5").await.unwrap();
    }
    let torn: String = arena
        .admin
        .query_one("select body from public.loads where id = 20000", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(torn, "torn");
}

/// AU-1, RL-7. A source that fails ends the COPY; the error is its own, nothing is saved, the connection is kept.
#[tokio::test]
async fn a_source_that_fails_halfway_takes_the_change_back() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let connection = next_is_fine(&database, &arena.b).await;
    for count in [0, 1, 50_000] {
        let rows = lines(0..count).into_iter().map(|row| Ok(Bytes::from(row)));
        let source = stream::iter(rows).chain(stream::iter([Err(Trouble::Upload(7))]));
        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let failed = tx.copy_in(&LOAD, source).await;
        assert!(matches!(failed, Err(Trouble::Upload(7))), "{failed:?}");
        let after = tx.copy_in(&LOAD, given(lines(0..1))).await;
        assert!(matches!(after, Err(DbError::Value(_))), "{after:?}");
        let committed = tx.commit(event(), ()).await;
        assert!(matches!(committed, Err(DbError::Value(_))), "{committed:?}");
        assert_eq!(next_is_fine(&database, &arena.b).await, connection);
        assert_eq!(loads(&arena).await, 0);
    }
}

/// What the server has against a row is told while the source goes on, which may have no end.
#[tokio::test]
async fn a_row_that_is_refused_ends_the_source() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let connection = next_is_fine(&database, &arena.b).await;
    for (bad, state) in [
        ("nothing\tx\n", "22P02"),
        ("\\N\tx\n", "23502"),
        ("1\ta\tb\n", "22P04"),
        ("1\t\0\n", "22021"),
    ] {
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&taken);
        let endless = stream::iter(0..).map(move |id: i32| {
            counted.fetch_add(1, Ordering::Relaxed);
            let row = if id == 20_000 { bad.to_owned() } else { format!("{id}\tx\n") };
            Ok::<_, Trouble>(Bytes::from(row))
        });
        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let Err(Trouble::Database(error)) = tx.copy_in(&LOAD, endless).await else {
            panic!("{bad}")
        };
        let text = error.describe();
        assert!(text.contains(state) || error.constraint().is_some(), "{text}");
        println!("{state}: {text} after {} rows", taken.load(Ordering::Relaxed));
        assert!(tx.commit(event(), ()).await.is_err());
        assert_eq!(next_is_fine(&database, &arena.b).await, connection);
        assert_eq!(loads(&arena).await, 0);
    }
}

/// PostgreSQL's refusal is told with what to do instead. It is no sign of a stale statement: the connection is kept.
#[tokio::test]
async fn a_protected_table_takes_no_rows_by_copy_and_the_error_says_what_does() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let connection = next_is_fine(&database, &arena.b).await;
    let before = arena.everything_of(&arena.b).await;
    for party in [&arena.a, &arena.b] {
        let row = arena.b.fill("{organization}\t{fresh}\tstolen\n");
        let mut tx = database.tenant(&writer(party)).await.unwrap();
        let refused = tx.copy_in(&INTO_NOTES, given([row])).await.unwrap_err();
        let DbError::Refused(source @ WireError::CopyIntoProtected(_)) = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!(source.code().unwrap().code(), "0A000");
        let text = refused.describe();
        assert!(text.contains("row security") && text.contains("unnest"), "{text}");
        assert!(tx.commit(event(), ()).await.is_err());
        assert_eq!(next_is_fine(&database, &arena.b).await, connection);
    }
    assert_eq!(arena.everything_of(&arena.b).await, before);
}

/// A temporary table is the way in for whoever may make one. It cannot be washed off: the next borrower has another
/// connection.
#[tokio::test]
async fn a_temporary_table_takes_rows_where_one_may_be_made() {
    const MAKE: Statement<Tenant> =
        Statement::new("MAKE", "select public.make_temporary() where $1::uuid is not null");
    const FILL: Statement<Tenant> =
        Statement::new("FILL", "copy pg_temp.arriving (id, body) from stdin");
    const MOVE: Statement<Tenant> = Statement::new(
        "MOVE",
        "with moved as (insert into public.notes (organization_id, id, body) select $1, id, body from pg_temp.arriving returning 1)
         select count(*) from moved",
    );
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let name = arena.database.name();
    let allow = format!(
        "grant temporary on database {name} to tenantry_app;
         create function public.make_temporary() returns void language sql as
             'create temporary table arriving (id uuid, body text) on commit drop'"
    );
    arena.admin.batch_execute(&allow).await.unwrap();
    let connection = next_is_fine(&database, &arena.b).await;
    let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
    tx.query(&MAKE, &[]).await.unwrap();
    let rows = (0..100).map(|_| arena.a.fill("{fresh}\tby way of a temporary table\n"));
    assert_eq!(tx.copy_in(&FILL, given(rows)).await.unwrap(), 100);
    assert_eq!(tx.query_one(&MOVE, &[]).await.unwrap().get::<_, i64>(0), 100);
    tx.commit(event(), ()).await.unwrap();
    assert_ne!(next_is_fine(&database, &arena.b).await, connection);
    let count = "select count(*) from public.notes where organization_id = $1";
    assert_eq!(arena.database.count(count, arena.a.organization.uuid()).await, 101);
    assert_eq!(arena.database.count(count, arena.b.organization.uuid()).await, 1);
}

/// A server that has much to say about each row is heard while it takes the next ones; else both would wait for ever.
#[tokio::test]
async fn a_talkative_table_takes_its_rows() {
    let arena = Arena::new().await;
    let name = arena.database.name();
    let talkative = format!(
        "{LOADS} alter database {name} set log_min_messages = panic;
         create function public.talk() returns trigger language plpgsql as
             $$ begin raise warning '%', repeat('x', 500); return new; end $$;
         create trigger talk before insert on public.loads for each row execute function public.talk()"
    );
    arena.admin.batch_execute(&talkative).await.unwrap();
    let database = doors(&arena.database, 1);
    let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
    // One piece, so that nothing is read between two of them.
    let rows = given([lines(0..40_000).concat()]);
    assert_eq!(tx.copy_in(&LOAD, rows).await.unwrap(), 40_000);
    tx.commit(event(), ()).await.unwrap();
    assert_eq!(loads(&arena).await, 40_000);
}

/// RE-6. A source that stops has its connection no longer than a statement may run, and is told that it took too long,
/// also when PostgreSQL took its time to begin.
#[tokio::test]
async fn rows_that_do_not_come_end_with_the_statements_own_limit() {
    const LOCKED: Statement<Tenant> =
        Statement::new("LOCKED", "copy public.locked (id, body) from stdin");
    let arena = Arena::new().await;
    let locked = "create table public.locked (like public.loads); grant insert on public.locked to tenantry_app;";
    arena.admin.batch_execute(&format!("{LOADS} {locked}")).await.unwrap();
    let database = doors(&arena.database, 2);
    let stuck = async |party, statement| {
        let mut tx = database.tenant(&writer(party)).await.unwrap();
        let started = Instant::now();
        let failed = tx.copy_in(statement, given(lines(0..10)).chain(stream::pending())).await;
        assert!(matches!(failed, Err(DbError::TooSlow(_))), "{failed:?}");
        let took = started.elapsed();
        assert!(took > Duration::from_secs(10) && took < Duration::from_secs(20), "{took:?}");
        assert!(tx.commit(event(), ()).await.is_err());
    };
    arena.admin.batch_execute("begin; lock table public.locked").await.unwrap();
    let unlocking = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        arena.admin.batch_execute("commit").await.unwrap();
    };
    tokio::join!(stuck(&arena.a, &LOAD), stuck(&arena.b, &LOCKED), unlocking);
    for _ in 0..3 {
        next_is_fine(&database, &arena.a).await;
    }
    assert_eq!(loads(&arena).await, 0);
}

/// The doors of the platform and of the operators copy in as well; row security does not bind an operator.
#[tokio::test]
async fn the_other_doors_copy_in_where_their_logins_may_insert() {
    const INTO_LOADS: Statement<Platform> =
        Statement::new("INTO_LOADS", "copy public.loads from stdin");
    const ALL_NOTES: Statement<Platform> =
        Statement::new("ALL_NOTES", "copy public.notes (organization_id, id, body) from stdin");
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = arena.database.open(Clock::system());
    let mut tx = database.platform().await.unwrap();
    assert_eq!(tx.copy_in(&INTO_LOADS, given(lines(0..9))).await.unwrap(), 9);
    tx.commit(()).await.unwrap();
    assert_eq!(loads(&arena).await, 9);
    let row = |party: &crate::party::Party| {
        party.fill("{organization}\t{fresh}\tbrought by an operator\n")
    };
    let mut tx = database.operator(&errand(&arena)).await.unwrap();
    let rows = given([row(&arena.a), row(&arena.b)]);
    assert_eq!(tx.copy_in(&ALL_NOTES, rows).await.unwrap(), 2);
    tx.commit(()).await.unwrap();
    let count = "select count(*) from public.notes where organization_id = $1";
    for party in [&arena.a, &arena.b] {
        assert_eq!(arena.database.count(count, party.organization.uuid()).await, 2);
    }
}
