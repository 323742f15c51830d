//! Dropping a future at every one of its awaits, one after the other, as a client that hangs up does.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tenantry_core::permission::project;
use tenantry_core::{Authorized, Clock};
use tenantry_db::{Database, DbError, Event, Statement, Target, Tenant};
use tenantry_testkit::{TestDatabase, secret};
use uuid::Uuid;

use crate::arena::Arena;

/// Polls a future at most so many times more after the first; dropped then, it answers nothing.
pub(crate) async fn polled<F: Future>(times: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// The doors with so many connections for the request path.
pub(crate) fn doors(database: &TestDatabase, connections: usize) -> Database {
    let target = Target { connections, ..database.target() };
    Database::new(&target, &secret(), Clock::system(), database.tasks()).unwrap()
}

const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, $2, 'cancelled')",
);
const TOUCH: Statement<Tenant> =
    Statement::new("TOUCH", "update public.notes set body = body where organization_id = $1");
/// Without its organization on purpose: what comes back is what the context lets through.
const SEEN: Statement<Tenant> = Statement::new(
    "SEEN",
    "select organization_id, pg_backend_pid() from public.notes where $1::uuid is not null",
);

/// A writing request: three round trips, and every await in between.
async fn write(database: &Database, caller: &Authorized<project::Create>) -> Result<(), DbError> {
    let mut tx = database.tenant(caller).await?;
    let id = tenantry_core::ProjectId::new();
    tx.query(&INSERT, &[&id.uuid()]).await?;
    tx.query(&TOUCH, &[]).await?;
    tx.commit(Event::new("note.created", id), ()).await.map(drop)
}

/// RL-7, AU-1. Wherever A's request is cut off, B is next on the only connection: it sees its own rows,
/// in a transaction of its own; and of A's changes either all were saved with their record, or none.
#[tokio::test]
async fn a_request_that_is_dropped_at_any_await_leaves_nothing_to_the_next() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let writer = arena.a.scope.authorize::<project::Create>().unwrap();
    let reader = arena.b.scope.authorize::<project::Read>().unwrap();
    let (mut finished, mut cancelled, mut last) = (0, 0, 0);
    for polls in (0..).take_while(|polls| *polls < 400) {
        match polled(polls, write(&database, &writer)).await {
            Some(done) => {
                done.unwrap();
                finished += 1;
            }
            None => {
                cancelled += 1;
                last = polls;
            }
        }
        let mut tx = database.tenant(&reader).await.unwrap();
        let rows = tx.query(&SEEN, &[]).await.unwrap();
        let seen: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(seen, [arena.b.organization.uuid()], "after {polls} polls");
        drop(tx);
        // A few more after the first that was not cut off: how often one is woken differs.
        if polls > last + 12 {
            break;
        }
    }
    assert!(cancelled >= 5 && finished >= 10, "{cancelled} cancelled, {finished} finished");
    let notes =
        "select count(*) from public.notes where organization_id = $1 and body = 'cancelled'";
    let records = "select count(*) from tenantry.audit_events where organization_id = $1 and action = 'note.created'";
    let (notes, records) = (
        arena.database.count(notes, arena.a.organization.uuid()).await,
        arena.database.count(records, arena.a.organization.uuid()).await,
    );
    assert_eq!(notes, records);
    assert!(notes >= finished);
    println!("{cancelled} cancelled, {finished} finished, {notes} saved");
}

/// RL-7. A future that never ran, and one that ran into an impatient timeout, are no different.
#[tokio::test]
async fn a_request_that_times_out_leaves_nothing_to_the_next() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let writer = arena.a.scope.authorize::<project::Create>().unwrap();
    let reader = arena.b.scope.authorize::<project::Read>().unwrap();
    for step in 0..40_u64 {
        let patience = std::time::Duration::from_micros(step * 150);
        let ended = tokio::select! {
            biased;
            done = write(&database, &writer), if step % 4 != 0 => done.is_ok(),
            () = tokio::time::sleep(patience) => false,
        };
        let mut tx = database.tenant(&reader).await.unwrap();
        let rows = tx.query(&SEEN, &[]).await.unwrap();
        assert_eq!(rows.len(), 1, "{step} {ended}");
        assert_eq!(rows[0].get::<_, Uuid>(0), arena.b.organization.uuid());
    }
    let left = "select count(*) from pg_stat_activity where datname = current_database() and usename = 'tenantry_app' and state like 'idle in%' and pid <> $1";
    for _ in 0..50 {
        if arena.admin.query_one(left, &[&arena.backend]).await.unwrap().get::<_, i64>(0) == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("a transaction was left open");
}
