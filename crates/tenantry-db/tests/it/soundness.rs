//! What a commit promises: that everything before it was done.

use tenantry_core::permission::project;
use tenantry_core::{Clock, ProjectId, UserId};
use tenantry_db::{DbError, Event, Platform, Statement, Tenant};

use crate::arena::Arena;

const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'unsound')",
);
const FAIL: Statement<Tenant> = Statement::new("FAIL", "select 1 / 0 where $1::uuid is not null");
const SLEEP: Statement<Tenant> =
    Statement::new("SLEEP", "select pg_sleep(0.5) where $1::uuid is not null");
const ADD_USER: Statement<Platform> = Statement::new(
    "ADD_USER",
    "insert into tenantry.users (id, email, name) values ($1, 'unsound@example.com', 'x')",
);

const COUNT_NOTES: &str =
    "select count(*) from public.notes where organization_id = $1 and body = 'unsound'";
const COUNT_EVENTS: &str = "select count(*) from tenantry.audit_events where organization_id = $1 and action = 'note.created'";

/// AU-1. Postgres answers COMMIT of a failed transaction without an error; the door does not call that
/// committed.
#[tokio::test]
async fn a_transaction_with_a_failed_statement_is_not_committed() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    for party in [&arena.a, &arena.b] {
        let caller = party.scope.authorize::<project::Create>().unwrap();
        let mut tx = database.tenant(&caller).await.unwrap();
        tx.query(&INSERT, &[]).await.unwrap();
        assert!(matches!(tx.query(&FAIL, &[]).await, Err(DbError::Unexpected(_))));
        let committed = tx.commit(Event::new("note.created", ProjectId::new()), ()).await;
        assert!(matches!(committed, Err(DbError::Value(_))), "{committed:?}");
        for count in [COUNT_NOTES, COUNT_EVENTS] {
            assert_eq!(arena.database.count(count, party.organization.uuid()).await, 0);
        }
    }
    let user = UserId::new();
    let mut tx = database.platform().await.unwrap();
    tx.query(&ADD_USER, &[&user.uuid()]).await.unwrap();
    let twice = tx.query(&ADD_USER, &[&user.uuid()]).await.unwrap_err();
    assert_eq!(twice.constraint(), Some("users_pkey"));
    let committed = tx.commit(()).await;
    assert!(matches!(committed, Err(DbError::Value(_))), "{committed:?}");
    let count = "select count(*) from tenantry.users where id = $1";
    assert_eq!(arena.database.count(count, user.uuid()).await, 0);
    // The control: without the failure it is committed.
    let mut tx = database.platform().await.unwrap();
    tx.query(&ADD_USER, &[&user.uuid()]).await.unwrap();
    tx.commit(()).await.unwrap();
    assert_eq!(arena.database.count(count, user.uuid()).await, 1);
}

/// AU-1. A statement whose answer nobody waited for may have failed: its transaction is not committed.
#[tokio::test]
async fn a_transaction_with_an_abandoned_statement_is_not_committed() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    for party in [&arena.a, &arena.b] {
        let caller = party.scope.authorize::<project::Create>().unwrap();
        let mut tx = database.tenant(&caller).await.unwrap();
        tx.query(&INSERT, &[]).await.unwrap();
        let patience = std::time::Duration::from_millis(50);
        let answered = tokio::time::timeout(patience, tx.query(&SLEEP, &[])).await;
        assert!(answered.is_err(), "{answered:?}");
        let committed = tx.commit(Event::new("note.created", ProjectId::new()), ()).await;
        assert!(matches!(committed, Err(DbError::Value(_))), "{committed:?}");
        assert_eq!(arena.database.count(COUNT_NOTES, party.organization.uuid()).await, 0);
    }
}

/// RL-1. A transaction of a reading permission is read only in Postgres too, also for the first statement.
#[tokio::test]
async fn a_reading_transaction_writes_nothing() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    for party in [&arena.a, &arena.b] {
        let caller = party.scope.authorize::<project::Read>().unwrap();
        let mut tx = database.tenant(&caller).await.unwrap();
        assert!(tx.query(&INSERT, &[]).await.is_err());
        drop(tx);
        assert_eq!(arena.database.count(COUNT_NOTES, party.organization.uuid()).await, 0);
        let writer = party.scope.authorize::<project::Create>().unwrap();
        let mut tx = database.tenant(&writer).await.unwrap();
        tx.query(&INSERT, &[]).await.unwrap();
        tx.commit(Event::new("note.created", ProjectId::new()), ()).await.unwrap();
        assert_eq!(arena.database.count(COUNT_NOTES, party.organization.uuid()).await, 1);
        assert_eq!(arena.database.count(COUNT_EVENTS, party.organization.uuid()).await, 1);
    }
}
