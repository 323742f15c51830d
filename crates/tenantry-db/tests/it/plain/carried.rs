//! The attacks of [`hygiene`](crate::hygiene), carried by something that a statement only names.

use super::{CARRIERS, command, few_sessions, locks, prepare, read};
use crate::arena::Arena;
use crate::cancel::doors;
use crate::hygiene::{ATTACKS, borrow_as_b};

/// The carriers do carry: past the door, each of their statements takes a lock that stays.
#[tokio::test]
async fn every_carrier_runs_what_it_carries() {
    let arena = Arena::new().await;
    prepare(&arena.admin).await;
    command(&arena.admin, "select pg_advisory_lock(7)").await;
    for carrier in CARRIERS {
        arena.begin(Some(&arena.seal(&arena.a.scope))).await;
        let organization = arena.a.organization.uuid();
        let ran = arena.app.query(carrier.statement.sql(), &[&organization]).await;
        arena.app.batch_execute("commit").await.unwrap();
        ran.unwrap_or_else(|error| panic!("{}: {error:?}", carrier.name));
        assert!(locks(&arena.admin).await > 0, "{}", carrier.name);
        arena.app.batch_execute("select pg_advisory_unlock_all()").await.unwrap();
        assert_eq!(locks(&arena.admin).await, 0);
    }
}

/// RL-7. After each attack by each carrier B finds a connection as new, washed or another one: its own rows, no foreign
/// statement, cursor, channel, lock, role or setting.
#[tokio::test]
async fn nothing_that_a_named_thing_leaves_reaches_the_next_borrower() {
    let arena = Arena::new().await;
    prepare(&arena.admin).await;
    let database = doors(&arena.database, 1);
    let mut clean = borrow_as_b(&arena, &database).await;
    assert_eq!(clean.left, 0, "control");
    let mut ran = 0;
    for carrier in CARRIERS {
        for (_, attack) in ATTACKS {
            let attack = attack.sql().split("$injected$").nth(1).unwrap();
            // PostgreSQL itself does not survive the removal of the statement that it is planning.
            if carrier.name == "index" && attack.starts_with("deallocate all") {
                continue;
            }
            few_sessions(&arena.admin).await;
            command(&arena.admin, attack).await;
            // Twice, because what is known of a statement is asked when it is first used.
            for _ in 0..2 {
                ran += usize::from(read(&database, &arena.a, &carrier.statement).await.is_ok());
            }
            let found = borrow_as_b(&arena, &database).await;
            clean.backend = found.backend;
            assert_eq!(found, clean, "{}: {attack}", carrier.name);
        }
    }
    assert!(ran > CARRIERS.len() * ATTACKS.len(), "{ran} ran");
    println!("{ran} attacks by {} carriers", CARRIERS.len());
}
