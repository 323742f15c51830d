//! What becomes code after a connection has asked.

use tenantry_db::{Statement, Tenant};

use super::{OBEY, command, locks, locks_at_rest, read};
use crate::arena::Arena;
use crate::cancel::doors;

const LIST: Statement<Tenant> =
    Statement::new("LIST", "select body from public.notes where organization_id = $1");

/// RL-7. A policy that is made later is noticed when the connection is next washed without being asked to, at the latest
/// after 256 borrowers or 20 seconds; from then on its reads are washed, each.
#[tokio::test]
async fn a_policy_that_is_made_later_is_noticed() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(OBEY).await.unwrap();
    let database = doors(&arena.database, 1);
    assert_eq!(read(&database, &arena.a, &LIST).await.unwrap().len(), 1);
    arena
        .admin
        .batch_execute(
            "create policy mine on public.notes as restrictive using ((select public.obey()))",
        )
        .await
        .unwrap();
    command(&arena.admin, "select pg_advisory_lock(7)").await;
    let mut after = 0;
    for borrower in 0..1_000 {
        let party = if borrower % 2 == 0 { &arena.a } else { &arena.b };
        assert_eq!(read(&database, party, &LIST).await.unwrap().len(), 1);
        after = borrower;
        tokio::task::yield_now().await;
        if borrower >= 255 && locks_at_rest(&arena.admin).await == 0 {
            break;
        }
    }
    assert!(after <= 257, "{after}");
    for party in [&arena.a, &arena.b, &arena.a] {
        read(&database, party, &LIST).await.unwrap();
        assert_eq!(locks_at_rest(&arena.admin).await, 0);
    }
    assert_eq!(locks(&arena.admin).await, 0);
}
