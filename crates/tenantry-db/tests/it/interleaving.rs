//! Many organizations on few connections, with requests that are cut off and connections that are killed.

use std::cell::{Cell, RefCell};

use futures_util::future::join_all;
use tenantry_core::permission::project;
use tenantry_core::{Authorized, OrganizationId, ProjectId, UserId};
use tenantry_db::{Database, DbError, Event, Statement, Tenant};
use uuid::Uuid;

use crate::arena::Arena;
use crate::cancel::{doors, polled};
use crate::party::scope;

const ORGANIZATIONS: usize = 50;
const TRANSACTIONS: usize = 10_000;
const BORROWERS: usize = 12;

/// Without their organization on purpose.
const LIST: Statement<Tenant> =
    Statement::new("LIST", "select organization_id from public.notes where $1::uuid is not null");
const TOUCH: Statement<Tenant> = Statement::new(
    "TOUCH",
    "update public.notes set body = body where $1::uuid is not null returning organization_id",
);

struct Crowd {
    database: Database,
    callers: Vec<(Uuid, Authorized<project::Create>)>,
    random: Cell<u64>,
    tally: RefCell<Tally>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    right: usize,
    foreign: usize,
    cancelled: usize,
    away: usize,
}

impl Crowd {
    /// A number below `below`, the same sequence in each run.
    fn pick(&self, below: u64) -> u64 {
        let next = self.random.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.random.set(next);
        (next >> 33) % below
    }

    async fn transaction(&self, who: usize, writes: bool) -> Result<Vec<Uuid>, DbError> {
        let (_, caller) = &self.callers[who];
        let mut tx = self.database.tenant(caller).await?;
        let statement = if writes { &TOUCH } else { &LIST };
        let rows = tx.query(statement, &[]).await?;
        if writes {
            tx.commit(Event::new("note.changed", ProjectId::new()), ()).await?;
        }
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    async fn borrow_one(&self) {
        let who = usize::try_from(self.pick(ORGANIZATIONS as u64)).unwrap();
        let (writes, hangs_up) = (self.pick(10) == 0, self.pick(5) == 0);
        let polls = if hangs_up { usize::try_from(self.pick(8)).unwrap() } else { usize::MAX };
        let answer = polled(polls, self.transaction(who, writes)).await;
        let mut tally = self.tally.borrow_mut();
        match answer {
            None => tally.cancelled += 1,
            Some(Err(DbError::Unavailable { .. } | DbError::CommitUnknown(_))) => tally.away += 1,
            Some(Err(error)) => panic!("{error:?}"),
            Some(Ok(seen)) => {
                let own = self.callers[who].0;
                assert_eq!(seen.len(), 2, "of {own}");
                let foreign = seen.iter().filter(|organization| **organization != own).count();
                tally.foreign += foreign;
                tally.right += usize::from(foreign == 0);
            }
        }
    }
}

async fn crowd(arena: &Arena) -> Crowd {
    let insert = "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'x'), ($1, gen_random_uuid(), 'y')";
    let mut callers = Vec::new();
    for _ in 0..ORGANIZATIONS {
        let organization = OrganizationId::new();
        arena.admin.execute(insert, &[&organization.uuid()]).await.unwrap();
        let scope = scope(&arena.keys, organization, UserId::new(), arena.now);
        callers.push((organization.uuid(), scope.authorize().unwrap()));
    }
    let database = doors(&arena.database, 2);
    Crowd { database, callers, random: Cell::new(42), tally: RefCell::default() }
}

/// RL-7. Ten thousand transactions of fifty organizations on two connections, with requests that hang up
/// and backends that are killed: no row of another organization.
#[tokio::test]
async fn fifty_organizations_on_two_connections_never_see_each_other() {
    let arena = Arena::new().await;
    let crowd = crowd(&arena).await;
    let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and usename = 'tenantry_app' and pid <> $1 limit 1";
    let borrower = async || {
        for _ in 0..TRANSACTIONS / BORROWERS + 1 {
            crowd.borrow_one().await;
        }
    };
    let killer = async {
        for _ in 0..8 {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            arena.admin.query(kill, &[&arena.backend]).await.unwrap();
        }
    };
    tokio::join!(join_all((0..BORROWERS).map(|_| borrower())), killer);
    let tally = *crowd.tally.borrow();
    println!("{tally:?}");
    assert_eq!(tally.foreign, 0);
    assert!(tally.right > TRANSACTIONS / 2 && tally.cancelled > TRANSACTIONS / 20, "{tally:?}");
    assert!(tally.away < TRANSACTIONS / 10, "{tally:?}");
}
