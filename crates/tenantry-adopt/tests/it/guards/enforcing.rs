//! The guard in force.

use tenantry_adopt::operations::{EnforceGuard, Guard};

use super::arena::{A, Arena, count, refusal};
use super::shadowing::is_bound;

/// RE-2
#[tokio::test]
async fn enforced_the_guard_binds_every_login_and_a_seal_opens_it() {
    let arena = Arena::new().await;
    arena.grant().await;
    let guard = arena.guard();
    arena.run(tenantry_adopt::operation::Operate::start(&guard)).await;
    arena.round(&EnforceGuard { guard }).await;
    for login in [&arena.old, &arena.owner] {
        let application = arena.application(login).await;
        assert_eq!(count(&application, "select count(*) from orders").await, 0);
        let insert = "insert into orders (title) values ('unsealed')";
        assert_eq!(refusal(&application, insert).await, "42501");
        arena.seal(&application, A).await;
        assert_eq!(count(&application, "select count(*) from orders").await, 3);
    }
    is_bound(&arena).await;
}

/// RE-2
#[tokio::test]
async fn what_enforcing_takes_comes_back_in_order_and_from_whom_it_came() {
    let arena = Arena::new().await;
    let (old, owner) = (&arena.old, &arena.owner);
    // One may give on what they have, and everybody may read; some only a column.
    arena
        .does(&format!(
            "create role giver_{name}; grant select, update on orders to giver_{name} with grant option; \
             set role giver_{name}; grant select on orders to public; grant update on orders to {old}; reset role; \
             grant insert on orders to public; grant select (title), update (amount) on orders to public; \
             grant select (title) on orders to {old} with grant option; \
             revoke truncate on orders from {owner}",
            name = arena.database.name()
        ))
        .await;
    let guard = arena.guard();
    arena.run(tenantry_adopt::operation::Operate::start(&guard)).await;
    let enforce = EnforceGuard { guard };
    arena.round(&enforce).await;
    let nobody = "select not exists (select from pg_class, aclexplode(relacl) where oid = 'orders'::regclass and grantee = 0) \
                  and not exists (select from pg_attribute, aclexplode(attacl) where attrelid = 'orders'::regclass and grantee = 0)";
    assert!(arena.is(nobody).await);
    // What somebody grants meanwhile stays.
    arena
        .does(&format!(
            "create role later_{0}; grant delete on orders to later_{0}",
            arena.database.name()
        ))
        .await;
    arena.run(tenantry_adopt::operation::Operate::rollback(&enforce)).await;
    let kept = format!(
        "select has_table_privilege('later_{}', 'orders', 'delete')",
        arena.database.name()
    );
    assert!(arena.is(&kept).await);
    assert!(!arena.is(nobody).await);
    assert!(!arena.is("select exists (select from tenantry_adopt.kept_privileges)").await);
}

/// RE-2
#[tokio::test]
async fn back_in_shadow_the_old_application_works_again() {
    let arena = Arena::new().await;
    let guard = Guard { records: false, ..arena.guard() };
    arena.run(tenantry_adopt::operation::Operate::start(&guard)).await;
    let enforce = EnforceGuard { guard };
    arena.round(&enforce).await;
    let application = arena.application(&arena.owner).await;
    assert_eq!(count(&application, "select count(*) from orders").await, 0);
    arena.run(tenantry_adopt::operation::Operate::rollback(&enforce)).await;
    assert_eq!(count(&application, "select count(*) from orders").await, 5);
}
