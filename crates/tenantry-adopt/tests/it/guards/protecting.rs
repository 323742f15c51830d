//! An adopted table is what the contract's own `protect()` would have made of it.

use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::Operate as _;
use tenantry_adopt::operations::{EnforceGuard, Grant, Guard};

use super::arena::{A, Arena, assert_same, refusal};

/// What adopting does with a table and its partitions up to the last stage, whose default is taken from a table that
/// `protect()` made.
async fn adopt(arena: &Arena, table: &TableName, partitions: &[TableName]) {
    let all = ["select", "insert", "update", "delete"].map(str::to_owned).to_vec();
    let object = table.clone();
    arena.run(Grant { object, kind: "table".into(), privileges: all, held: vec![] }.start()).await;
    arena
        .does(
            "create table model (organization_id uuid not null, id int, primary key (organization_id, id)); \
             select tenantry.protect('model')",
        )
        .await;
    for table in std::iter::once(table).chain(partitions) {
        let guard = Guard { table: table.clone(), ..arena.guard() };
        arena.run(guard.start()).await;
        arena.run(EnforceGuard { guard }.start()).await;
        arena
            .does(&format!(
                "do $$ begin execute 'alter table {} alter organization_id set default ' || (select pg_get_expr(adbin, adrelid) \
                 from pg_attrdef where adrelid = 'model'::regclass); end $$",
                table.sql()
            ))
            .await;
    }
    arena.does("drop table model").await;
}

/// RE-2
#[tokio::test]
async fn protecting_an_adopted_table_with_partitions_changes_nothing() {
    let arena = Arena::new().await;
    arena
        .does(
            "create table events (organization_id uuid not null, id bigint, day date, primary key (organization_id, id, day)) \
             partition by range (day); \
             create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01')",
        )
        .await;
    let [whole, part] = ["events", "events_2026"].map(|name| TableName::new("public", name));
    adopt(&arena, &whole, &[part]).await;
    let before = arena.dump();
    arena.does("select tenantry.protect('events')").await;
    assert_same(&before, &arena.dump());
    let tenant = arena.tenant(A).await;
    tenant.batch_execute("insert into events (id, day) values (1, '2026-05-05')").await.unwrap();
    assert_eq!(refusal(&tenant, "select from events_2026").await, "42501");
}

/// RE-2
#[tokio::test]
async fn protecting_an_adopted_table_changes_nothing() {
    let arena = Arena::new().await;
    arena.does("grant select on orders to public").await;
    adopt(&arena, &Arena::orders(), &[]).await;
    assert!(!arena.is("select exists (select from tenantry.obstacles('orders'))").await);
    let before = arena.dump();
    arena.does("select tenantry.protect('orders')").await;
    assert_same(&before, &arena.dump());
}

/// RE-2
#[tokio::test]
async fn protecting_an_adopted_table_adds_only_the_trigger_for_updated_at() {
    let arena = Arena::new().await;
    arena.does("alter table orders add column updated_at timestamptz").await;
    adopt(&arena, &Arena::orders(), &[]).await;
    let before = arena.dump();
    arena.does("select tenantry.protect('orders'); drop trigger tenantry_touch on orders").await;
    assert_same(&before, &arena.dump());
}
