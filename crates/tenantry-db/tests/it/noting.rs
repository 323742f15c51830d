//! What a commit may have changed access to, for what this process remembers: noted however the commit ends.

use std::time::{Duration, Instant};

use tenantry_core::permission::project;
use tenantry_core::scope::{Errand, Origin};
use tenantry_core::{Authorized, RequestId, UserId};
use tenantry_db::changes::{Moment, Subject};
use tenantry_db::{AccountEvent, Database, DbError, Event, Platform, Statement, Tenant};

use crate::arena::Arena;
use crate::cancel::{doors, polled};

const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'x')",
);
const NOTHING: Statement<Platform> = Statement::new("NOTHING", "select body from public.notes");

/// Which door commits.
#[derive(Debug, Clone, Copy)]
enum Door {
    Tenant,
    Platform,
    Operator,
}

/// Opens a transaction, and then polls its commit so often and no more.
async fn drop_a_commit(door: Door, arena: &Arena, database: &Database, polls: usize) -> bool {
    let user = arena.a.user;
    let origin = Origin { request: RequestId::new(), address: None };
    let committed: Option<Result<(), DbError>> = match door {
        Door::Tenant => {
            let caller: Authorized<project::Create> = arena.a.scope.authorize().unwrap();
            let mut tx = database.tenant(&caller).await.unwrap();
            tx.query(&INSERT, &[]).await.unwrap();
            let event = Event::new("member.added", user);
            polled(polls, async { tx.commit(event, ()).await.map(drop) }).await
        }
        Door::Platform => {
            let mut tx = database.platform().await.unwrap();
            let event = AccountEvent { user, session: None, action: "account.changed", origin };
            tx.record(&event).await.unwrap();
            polled(polls, async { tx.commit(()).await.map(drop) }).await
        }
        Door::Operator => {
            let errand: Errand =
                arena.keys.operator(user, origin).because("a customer asked for help").unwrap();
            let mut tx = database.operator(&errand).await.unwrap();
            tx.query(&NOTHING, &[]).await.unwrap();
            polled(polls, async { tx.commit(()).await.map(drop) }).await
        }
    };
    committed.is_none()
}

fn holds(database: &Database, moment: &Moment, user: UserId) -> bool {
    database.changes().caught_up(Instant::now());
    database.changes().holds(moment, &[Subject::User(user.uuid())])
}

/// JW-9. A commit that nobody waits for may be saved all the same, and later than that. So it is noted when it is dropped,
/// and once more when the connection has told how it ended.
#[tokio::test]
async fn a_commit_that_is_dropped_is_noted_then_and_when_it_is_over() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    for door in [Door::Tenant, Door::Platform, Door::Operator] {
        let before = database.changes().moment();
        assert!(drop_a_commit(door, &arena, &database, 0).await, "{door:?}");
        let between = database.changes().moment();
        assert!(!holds(&database, &before, arena.a.user), "{door:?}");
        // Nothing else has run on this thread since.
        assert!(holds(&database, &between, arena.a.user), "{door:?}");
        let dropped = Instant::now();
        while holds(&database, &between, arena.a.user) {
            assert!(dropped.elapsed() < Duration::from_secs(5), "{door:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // A commit that is waited for is noted once, before its answer.
        let before = database.changes().moment();
        assert!(!drop_a_commit(door, &arena, &database, 1_000).await, "{door:?}");
        let after = database.changes().moment();
        assert!(!holds(&database, &before, arena.a.user), "{door:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(holds(&database, &after, arena.a.user), "{door:?}");
    }
}
