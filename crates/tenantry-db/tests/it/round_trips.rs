//! How often a request goes to the database and back: opening the scope, reading and closing is one round
//! trip; writing with its record and commit is two.

use std::time::{Duration, Instant};

use tenantry_core::permission::project;
use tenantry_core::{Clock, ProjectId};
use tenantry_db::{Database, Event, Platform, Statement, Tenant};
use tenantry_testkit::{Fault, FaultProxy, secret};

use crate::arena::Arena;

const LIST: Statement<Tenant> =
    Statement::new("LIST", "select organization_id from public.notes where organization_id = $1");
const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'x')",
);
const LOOK_UP: Statement<Platform> = Statement::new("LOOK_UP", "select id from tenantry.users");

/// One way over the wire.
const DELAY: Duration = Duration::from_millis(50);
/// There and back.
const ROUND_TRIP: Duration = Duration::from_millis(100);

/// Waits until nothing is on the wire any more: the wash of the connection that was given back last, or the question
/// whether the database is there, which opening a connection over so slow a wire gives rise to.
async fn quiet(proxy: &FaultProxy) {
    loop {
        tokio::time::sleep(ROUND_TRIP * 3).await;
        if proxy.flights() == 0 {
            return;
        }
    }
}

async fn slow_doors(arena: &Arena) -> (FaultProxy, Database) {
    let proxy = FaultProxy::start(&arena.database.target().config, arena.database.tasks());
    proxy.set(Fault::Latency(DELAY)).await;
    let database =
        Database::new(&proxy.target(1), &secret(), Clock::system(), arena.database.tasks())
            .unwrap();
    (proxy, database)
}

/// D of the foundations: BEGIN, the sealed context and the first statement leave in one flight.
#[tokio::test]
async fn opening_the_scope_and_reading_is_one_round_trip_and_closing_is_none() {
    let arena = Arena::new().await;
    let (proxy, database) = slow_doors(&arena).await;
    let mut fastest = Duration::MAX;
    for party in [&arena.a, &arena.b, &arena.a] {
        let caller = party.scope.authorize::<project::Read>().unwrap();
        let mut tx = database.tenant(&caller).await.unwrap();
        tx.query(&LIST, &[]).await.unwrap();
        drop(tx);
        quiet(&proxy).await;

        let started = Instant::now();
        let mut tx = database.tenant(&caller).await.unwrap();
        let rows = tx.query(&LIST, &[]).await.unwrap();
        let flights = proxy.flights();
        drop(tx);
        let took = started.elapsed();
        assert_eq!((rows.len(), flights), (1, 1));
        assert!(took >= ROUND_TRIP, "the wire is not slow: {took:?}");
        fastest = fastest.min(took);
        quiet(&proxy).await;
    }
    // Each is one flight; a busy machine may hold up one of them, not all three.
    assert!(fastest < ROUND_TRIP * 3 / 2, "{fastest:?}");
}

/// D of the foundations, AU-1. The record of a change and its COMMIT leave in one flight.
#[tokio::test]
async fn writing_is_two_round_trips_with_the_record_and_the_commit() {
    let arena = Arena::new().await;
    let (proxy, database) = slow_doors(&arena).await;
    let mut fastest = Duration::MAX;
    for party in [&arena.a, &arena.b, &arena.a] {
        let caller = party.scope.authorize::<project::Create>().unwrap();
        for is_warm in [false, true] {
            quiet(&proxy).await;
            let started = Instant::now();
            let mut tx = database.tenant(&caller).await.unwrap();
            tx.query(&INSERT, &[]).await.unwrap();
            tx.commit(Event::new("note.created", ProjectId::new()), ()).await.unwrap();
            let (flights, took) = (proxy.flights(), started.elapsed());
            if is_warm {
                assert_eq!(flights, 2);
                fastest = fastest.min(took);
            }
        }
    }
    assert!(fastest < ROUND_TRIP * 5 / 2, "{fastest:?}");
}

/// What is asked before there is a scope needs no transaction, and so one round trip.
#[tokio::test]
async fn a_look_up_is_one_round_trip() {
    let arena = Arena::new().await;
    let (proxy, database) = slow_doors(&arena).await;
    for is_warm in [false, true] {
        quiet(&proxy).await;
        let rows = database.look_up(&LOOK_UP, &[]).await.unwrap();
        assert_eq!(rows.len(), 2);
        if is_warm {
            assert_eq!(proxy.flights(), 1);
        }
    }
}
