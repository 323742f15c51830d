//! Statements that nobody waits for any more, and statements that are never answered: neither keeps its
//! connection, and neither keeps anybody else from working.

use std::time::{Duration, Instant};

use tenantry_core::permission::project;
use tenantry_core::{Authorized, Clock, ProjectId};
use tenantry_db::{Database, DbError, Event, Health, Statement, Target, Tenant};
use tenantry_testkit::{Fault, FaultProxy, secret};

use crate::arena::Arena;
use crate::cancel::{doors, polled};

const SLEEP: Statement<Tenant> =
    Statement::new("SLEEP", "select pg_sleep(30)::text where $1::uuid is not null");
const NAP: Statement<Tenant> =
    Statement::new("NAP", "select pg_sleep(4)::text where $1::uuid is not null");
const LIST: Statement<Tenant> =
    Statement::new("LIST", "select organization_id from public.notes where organization_id = $1");
const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'x')",
);

async fn read(database: &Database, caller: &Authorized<project::Read>) -> Result<usize, DbError> {
    Ok(database.tenant(caller).await?.query(&LIST, &[]).await?.len())
}

async fn sleepers(arena: &Arena) -> i64 {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() \
               and state = 'active' and query like 'select pg_sleep(30)%'";
    arena.admin.query_one(sql, &[]).await.unwrap().get(0)
}

/// RE-4: whoever hangs up ends the statement on the server too, instead of leaving it to its timeout.
#[tokio::test]
async fn the_statement_of_a_dropped_request_is_gone_within_a_second() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let dropped = arena.a.scope.authorize::<project::Read>().unwrap();
    let next = arena.b.scope.authorize::<project::Read>().unwrap();
    let request = async { database.tenant(&dropped).await?.query(&SLEEP, &[]).await };
    let until_it_sleeps = async {
        while sleepers(&arena).await == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        answer = request => panic!("it slept through: {answer:?}"),
        () = until_it_sleeps => {}
    }
    let dropped_at = Instant::now();
    while sleepers(&arena).await > 0 {
        assert!(dropped_at.elapsed() < Duration::from_secs(1), "it sleeps on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    println!("gone after {:?}", dropped_at.elapsed());
    assert_eq!(read(&database, &next).await.unwrap(), 1);
}

/// A statement that takes its time on a database that is well is not cut off.
#[tokio::test]
async fn a_slow_statement_is_not_taken_for_an_outage() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 2);
    let caller = arena.a.scope.authorize::<project::Read>().unwrap();
    let other = arena.b.scope.authorize::<project::Read>().unwrap();
    let nap = async { database.tenant(&caller).await?.query(&NAP, &[]).await };
    let meanwhile = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        (read(&database, &other).await, database.health().await)
    };
    let (nap, (meanwhile, health)) = tokio::join!(nap, meanwhile);
    assert_eq!((nap.unwrap().len(), meanwhile.unwrap(), health), (1, 1, Health::Well));
}

/// RE-4, RE-6: what hangs is given up within three seconds, and nothing of it stays behind: no task, no connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_hang_are_given_up_and_leave_nothing_behind() {
    let arena = Arena::new().await;
    let tasks = arena.database.tasks().clone();
    let proxy = FaultProxy::start(&arena.database.target().config, &tasks);
    let database = Database::new(&proxy.target(3), &secret(), Clock::system(), &tasks).unwrap();
    let callers =
        [&arena.a, &arena.b].map(|party| party.scope.authorize::<project::Read>().unwrap());
    let three = async || {
        let reads = [0, 1, 0].map(|at: usize| read(&database, &callers[at]));
        futures_util::future::join_all(reads).await
    };
    assert!(three().await.iter().all(Result::is_ok));
    assert_eq!(database.health().await, Health::Well);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let before = tasks.len();
    for _ in 0..3 {
        proxy.set(Fault::Hang).await;
        let started = Instant::now();
        for answer in three().await {
            assert!(matches!(answer, Err(DbError::Unavailable { .. })), "{answer:?}");
        }
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
        assert_eq!(database.health().await, Health::Away);
        proxy.set(Fault::Pass).await;
        let recovered = Instant::now();
        while database.health().await != Health::Well {
            assert!(recovered.elapsed() < Duration::from_secs(2));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(three().await.iter().all(Result::is_ok));
    }
    let waiting = Instant::now();
    while tasks.len() > before {
        assert!(waiting.elapsed() < Duration::from_secs(5), "{before} tasks, then {}", tasks.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// RE-4: a database that takes no changes refuses them as one that is away, and goes on to be read.
#[tokio::test]
async fn a_database_that_takes_no_changes_is_read_all_the_same() {
    let arena = Arena::new().await;
    let name = arena.database.name();
    let read_only = format!("alter database {name} set default_transaction_read_only = on");
    arena.admin.batch_execute(&read_only).await.unwrap();
    // Only behind a pooler: else our own startup options win over what the database sets.
    let pooled = Target { is_behind_pooler: true, ..arena.database.target() };
    for (target, is_refused) in [(arena.database.target(), false), (pooled, true)] {
        let tasks = arena.database.tasks();
        let database = Database::new(&target, &secret(), Clock::system(), tasks).unwrap();
        for party in [&arena.a, &arena.b] {
            let writer = party.scope.authorize::<project::Create>().unwrap();
            let write = async {
                let mut tx = database.tenant(&writer).await?;
                tx.query(&INSERT, &[]).await?;
                tx.commit(Event::new("note.created", ProjectId::new()), ()).await.map(drop)
            };
            let refused = matches!(write.await, Err(DbError::Unavailable { .. }));
            assert_eq!(refused, is_refused);
            let reader = party.scope.authorize::<project::Read>().unwrap();
            assert_eq!(read(&database, &reader).await.unwrap(), 2);
        }
    }
}

/// RE-4: whoever asks how the database is and hangs up leaves no answer to whoever asks next.
#[tokio::test]
async fn an_answer_that_was_not_waited_for_answers_no_later_question() {
    let arena = Arena::new().await;
    let tasks = arena.database.tasks();
    let proxy = FaultProxy::start(&arena.database.target().config, tasks);
    let database = Database::new(&proxy.target(1), &secret(), Clock::system(), tasks).unwrap();
    let hang_up = async || {
        // Longer than an answer is shared; afterwards the answer that nobody reads has arrived.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(polled(0, database.health()).await, None);
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(database.health().await, Health::Well);
    let opened = proxy.accepted();
    hang_up().await;
    assert_eq!(database.health().await, Health::Well);
    assert_eq!(proxy.accepted(), opened + 1);
    hang_up().await;
    proxy.set(Fault::Hang).await;
    assert_eq!(database.health().await, Health::Away);
}

/// RE-6: behind a pooler PostgreSQL does not know our limit. What is not waited for any longer is ended all the same.
#[tokio::test]
async fn a_statement_that_is_given_up_does_not_run_on_behind_a_pooler() {
    let arena = Arena::new().await;
    let target = Target { is_behind_pooler: true, connections: 1, ..arena.database.target() };
    let tasks = arena.database.tasks();
    let database = Database::new(&target, &secret(), Clock::system(), tasks).unwrap();
    let caller = arena.a.scope.authorize::<project::Read>().unwrap();
    let mut tx = database.tenant(&caller).await.unwrap();
    let given_up = tx.query(&SLEEP, &[]).await;
    assert!(matches!(given_up, Err(DbError::Unavailable { .. })), "{given_up:?}");
    assert_eq!(sleepers(&arena).await, 1);
    let again = tx.query(&LIST, &[]).await;
    assert!(matches!(again, Err(DbError::Value(_))), "{again:?}");
    drop(tx);
    let dropped_at = Instant::now();
    while sleepers(&arena).await > 0 {
        assert!(dropped_at.elapsed() < Duration::from_secs(5), "it sleeps on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let next = arena.b.scope.authorize::<project::Read>().unwrap();
    assert_eq!(read(&database, &next).await.unwrap(), 1);
}
