//! Tables that had row security of their own.

use tenantry_adopt::operation::Operate as _;
use tenantry_adopt::operations::{EnforceGuard, Guard};
use tenantry_adopt::schema::{Schema, Table};

use super::arena::{A, Arena, count};

/// RE-2
#[tokio::test]
async fn policies_that_were_there_go_on_deciding() {
    let arena = Arena::new().await;
    arena.grant().await;
    arena
        .does("alter table orders enable row level security; create policy small on orders using (id <= 4)")
        .await;
    let guard = Guard { had_row_security: true, has_policies: true, ..arena.guard() };
    arena.round(&guard).await;
    assert!(!arena.is("select exists (select from pg_policy where polname = 'tenantry_allow' and polrelid = 'orders'::regclass)").await);
    let old = arena.application(&arena.old).await;
    let owner = arena.application(&arena.owner).await;
    assert_eq!(count(&old, "select count(*) from orders").await, 4);
    // The owner was not bound by it, and is not now.
    assert_eq!(count(&owner, "select count(*) from orders").await, 5);
    arena.round(&EnforceGuard { guard }).await;
    assert_eq!(count(&owner, "select count(*) from orders").await, 0);
    assert_eq!(count(&arena.tenant(A).await, "select count(*) from orders").await, 3);
}

/// RE-2
#[tokio::test]
async fn who_saw_nothing_sees_nothing_in_shadow() {
    for has_policies in [false, true] {
        let arena = Arena::new().await;
        arena.grant().await;
        arena.does("alter table orders enable row level security").await;
        if has_policies {
            arena.does("create policy narrow on orders as restrictive using (id > 0)").await;
        }
        let guard = Guard { had_row_security: true, has_policies, ..arena.guard() };
        arena.round(&guard).await;
        let old = arena.application(&arena.old).await;
        assert_eq!(count(&old, "select count(*) from orders").await, 0);
        let owner = arena.application(&arena.owner).await;
        assert_eq!(count(&owner, "select count(*) from orders").await, 5);
        assert_eq!(count(&arena.tenant(A).await, "select count(*) from orders").await, 3);
        arena.round(&EnforceGuard { guard }).await;
        arena.seal(&old, A).await;
        assert_eq!(count(&old, "select count(*) from orders").await, 3);
    }
}

/// RE-2
#[tokio::test]
async fn forced_row_security_stays_forced() {
    let arena = Arena::new().await;
    arena
        .does("alter table orders enable row level security, force row level security; create policy all_of_it on orders using (true)")
        .await;
    let guard =
        Guard { had_row_security: true, had_forced: true, has_policies: true, ..arena.guard() };
    arena.round(&guard).await;
    let owner = arena.application(&arena.owner).await;
    assert_eq!(count(&owner, "select count(*) from orders").await, 5);
    assert!(arena.is("select exists (select from tenantry_adopt.denials)").await);
    arena.run(guard.rollback()).await;
    assert!(
        arena.is("select relforcerowsecurity from pg_class where oid = 'orders'::regclass").await
    );
}

#[test]
fn what_cannot_be_guarded_is_said_before() {
    let guard = Guard {
        table: Arena::orders(),
        logins: vec![],
        had_row_security: false,
        had_forced: false,
        has_policies: false,
        records: true,
    };
    let with = |change: fn(&mut Table)| {
        let mut table = Table { name: Arena::orders(), ..Table::default() };
        change(&mut table);
        guard.validate(&Schema { tables: vec![table], ..Schema::default() })
    };
    assert!(with(|_| ()).is_ok());
    assert!(guard.validate(&Schema::default()).unwrap_err().contains("no table"));
    assert!(with(|table| table.is_foreign = true).unwrap_err().contains("foreign"));
    let dormant = with(|table| table.policies = vec!["old".into()]);
    assert!(dormant.unwrap_err().contains("not in force"));
    let guarded = with(|table| {
        table.has_row_security = true;
        table.policies = vec!["tenantry_guard".into()];
    });
    assert!(guarded.unwrap_err().contains("already"));
}
