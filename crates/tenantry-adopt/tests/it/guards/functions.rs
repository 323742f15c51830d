//! Functions that run with their owner's rights.

use tenantry_adopt::operation::Operate as _;
use tenantry_adopt::operations::{EnforceGuard, TameFunction};

use super::arena::{A, Arena, count, refusal};

fn tame(arena: &Arena, signature: &str) -> TameFunction {
    TameFunction {
        signature: signature.into(),
        kind: "function".into(),
        owner: "postgres".into(),
        is_owner_bound: false,
        was_public: true,
        had_search_path: false,
        callers: vec![arena.old.clone()],
        tables: vec![Arena::orders()],
    }
}

/// A database whose administrator wrote functions that read past everything.
async fn arena() -> (Arena, String) {
    let arena = Arena::new().await;
    arena.grant().await;
    arena
        .does(
            "create function total() returns bigint language sql security definer as 'select count(*) from orders'; \
             create function add(wanted text) returns bigint language sql security definer \
             as 'insert into orders (title) values (wanted) returning id'",
        )
        .await;
    let row = arena.admin.query_one("select current_user::text", &[]).await.unwrap();
    let owner = row.get(0);
    (arena, owner)
}

/// RE-2
#[tokio::test]
async fn a_tamed_function_sees_the_rows_of_the_sealed_organization() {
    let (arena, owner) = arena().await;
    arena.run(arena.guard().start()).await;
    let tenant = arena.tenant(A).await;
    assert_eq!(count(&tenant, "select total()").await, 5, "the leak");
    for signature in ["public.total()", "public.add(text)"] {
        let tamed = TameFunction { owner: owner.clone(), ..tame(&arena, signature) };
        arena.round(&tamed).await;
    }
    let old = arena.application(&arena.old).await;
    assert_eq!(count(&old, "select total()").await, 5, "not enforced yet");
    arena.run(EnforceGuard { guard: arena.guard() }.start()).await;
    assert_eq!(count(&tenant, "select total()").await, 3);
    count(&tenant, "select add('a4')").await;
    assert_eq!(count(&tenant, "select total()").await, 4);
    assert_eq!(count(&old, "select total()").await, 0);
    let stranger = arena.application(&arena.owner).await;
    assert_eq!(refusal(&stranger, "select total()").await, "42501");
}

/// RE-2
#[tokio::test]
async fn the_last_function_that_goes_back_takes_the_rights_of_its_owner_with_it() {
    let (arena, owner) = arena().await;
    arena.does("create table people (id serial primary key)").await;
    let before = arena.dump();
    let first = TameFunction { owner: owner.clone(), ..tame(&arena, "public.total()") };
    let people = tenantry_adopt::name::TableName::new("public", "people");
    let second = TameFunction { owner, tables: vec![people], ..tame(&arena, "public.add(text)") };
    arena.run(first.start()).await;
    arena.run(second.start()).await;
    let holds = "select has_table_privilege('tenantry_adopted', 'orders', 'select')";
    arena.run(second.rollback()).await;
    assert!(arena.is(holds).await);
    arena.run(first.rollback()).await;
    assert!(!arena.is(holds).await);
    super::arena::assert_same(&before, &arena.dump());
}

/// RE-2
#[tokio::test]
async fn an_owner_that_is_bound_stays_and_what_was_fixed_stays() {
    let (arena, _) = arena().await;
    arena
        .does(&format!(
            "alter function total() owner to {owner}; alter function total() set search_path = public, pg_temp; \
             revoke execute on function total() from public; grant execute on function total() to {old}",
            owner = arena.owner,
            old = arena.old
        ))
        .await;
    let tamed = TameFunction {
        owner: arena.owner.clone(),
        is_owner_bound: true,
        had_search_path: true,
        was_public: false,
        ..tame(&arena, "public.total()")
    };
    arena.round(&tamed).await;
    arena.run(arena.guard().start()).await;
    arena.run(EnforceGuard { guard: arena.guard() }.start()).await;
    assert_eq!(count(&arena.tenant(A).await, "select total()").await, 3);
}
