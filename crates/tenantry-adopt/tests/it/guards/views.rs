//! Views.

use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::Operate as _;
use tenantry_adopt::operations::ScopeView;
use tenantry_adopt::schema::{Schema, View};

use super::arena::{A, Arena, count};

/// RE-2
#[tokio::test]
async fn a_view_of_an_administrator_shows_only_the_readers_rows() {
    let arena = Arena::new().await;
    arena.grant().await;
    arena.run(arena.guard().start()).await;
    arena
        .does(&format!(
            "create view titles with (security_barrier) as select title from orders; \
             grant select on titles to tenantry_app, {}",
            arena.old
        ))
        .await;
    let tenant = arena.tenant(A).await;
    assert_eq!(count(&tenant, "select count(*) from titles").await, 5, "the leak");
    arena.round(&ScopeView { view: TableName::new("public", "titles") }).await;
    assert_eq!(count(&tenant, "select count(*) from titles").await, 3);
    let old = arena.application(&arena.old).await;
    assert_eq!(count(&old, "select count(*) from titles").await, 5);
}

#[test]
fn a_materialized_view_is_refused() {
    let view =
        View { name: TableName::new("public", "titles"), is_materialized: true, ..View::default() };
    let schema = Schema { views: vec![view], ..Schema::default() };
    let scope = ScopeView { view: TableName::new("public", "titles") };
    assert!(scope.validate(&schema).unwrap_err().contains("materialized"));
    assert!(scope.validate(&Schema::default()).is_err());
}
