//! The guard in shadow.

use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::Operate;
use tenantry_adopt::operations::{EnforceGuard, Grant, Guard, ScopeView, TakeRights, TameFunction};

use super::arena::{A, Arena, B, count, refusal};

/// RE-2
#[tokio::test]
async fn in_shadow_the_old_application_loses_nothing_and_the_new_login_sees_its_organization() {
    let arena = Arena::new().await;
    let guard = arena.guard();
    arena.round(&guard).await;
    arena.grant().await;
    for login in [&arena.old, &arena.owner] {
        let application = arena.application(login).await;
        assert_eq!(count(&application, "select count(*) from orders").await, 5);
        for statement in [
            "insert into orders (title) values ('new')",
            "update orders set title = 'newer' where title = 'new'",
            "delete from orders where title = 'newer'",
            "insert into orders (id, title) values (1, 'again') on conflict (organization_id, id) do update set title = 'a1'",
        ] {
            assert_eq!(application.execute(statement, &[]).await.unwrap(), 1, "{statement}");
        }
    }
    is_bound(&arena).await;
}

/// What a tenant's connection may and may not, in shadow as in force.
pub(crate) async fn is_bound(arena: &Arena) {
    let tenant = arena.tenant(A).await;
    assert_eq!(count(&tenant, "select count(*) from orders").await, 3);
    assert_eq!(count(&tenant, "select count(*) from orders where title = 'b1'").await, 0);
    assert_eq!(
        tenant.execute("update orders set title = 'mine' where id = 4", &[]).await.unwrap(),
        0
    );
    assert_eq!(tenant.execute("delete from orders where id = 4", &[]).await.unwrap(), 0);
    let foreign = format!("insert into orders (organization_id, title) values ('{B}', 'x')");
    assert_eq!(refusal(&tenant, &foreign).await, "42501");
    let moved = format!("update orders set organization_id = '{B}' where id = 1");
    assert_eq!(refusal(&tenant, &moved).await, "42501");
    let other = arena.tenant(B).await;
    assert_eq!(count(&other, "select count(*) from orders").await, 2);
    other.batch_execute("insert into orders (title) values ('b3')").await.unwrap();
    let landed = format!("select organization_id = '{B}' from orders where title = 'b3'");
    assert!(arena.is(&landed).await);
    other
        .batch_execute("delete from orders where title = 'b3'; reset tenantry.context")
        .await
        .unwrap();
    assert_eq!(count(&other, "select count(*) from orders").await, 0);
}

/// RE-2
#[tokio::test]
async fn a_table_that_is_guarded_without_records_leaves_its_owner_alone() {
    let arena = Arena::new().await;
    let guard = Guard { records: false, ..arena.guard() };
    arena.round(&guard).await;
    arena.grant().await;
    let owner = arena.application(&arena.owner).await;
    let plan = "explain (costs off) select from orders where amount = 7";
    let rows = owner.query(plan, &[]).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(lines, ["Seq Scan on orders", "  Filter: (amount = '7'::numeric)"]);
    // Copying in is what row security refuses to whomever it binds.
    use futures_util::SinkExt as _;
    let sink = owner.copy_in("copy orders (title) from stdin").await.unwrap();
    let mut sink = std::pin::pin!(sink);
    sink.send(tokio_util::bytes::Bytes::from_static(b"copied\n")).await.unwrap();
    assert_eq!(sink.finish().await.unwrap(), 1);
    arena.does("delete from orders where title = 'copied'").await;
    is_bound(&arena).await;
}

/// RE-2
#[tokio::test]
async fn names_that_look_like_sql_are_guarded_and_given_back() {
    let arena = Arena::new().await;
    let login = format!("it's \"{}\"", arena.database.name());
    let quoted = tenantry_adopt::name::identifier(&login);
    let table = TableName::new("Die Läden", "select \"it's\".*");
    arena
        .does(&format!(
            "create role {quoted}; create schema \"Die Läden\"; create table {} (organization_id uuid not null)",
            table.sql()
        ))
        .await;
    let guard = Guard { table: table.clone(), logins: vec![login], ..arena.guard() };
    arena.round(&guard).await;
    let schema = Grant {
        object: TableName::new("", "Die Läden"),
        kind: "schema".into(),
        privileges: vec!["usage".into()],
        held: vec![],
    };
    arena.round(&schema).await;
}

/// RE-2
#[tokio::test]
async fn granting_leaves_what_was_held() {
    let arena = Arena::new().await;
    arena.does("grant select on orders to tenantry_app, tenantry_operator").await;
    let all = ["select", "insert", "update", "delete"].map(str::to_owned).to_vec();
    let object = Arena::orders();
    let grant =
        Grant { object, kind: "table".into(), privileges: all, held: vec!["select".into()] };
    arena.round(&grant).await;
    let object = TableName::new("public", "orders_id_seq");
    let kind = "sequence".to_owned();
    let sequence = Grant { object, kind, privileges: vec!["usage".into()], held: vec![] };
    arena.round(&sequence).await;
    let tenant = arena.tenant(B).await;
    tenant.batch_execute("insert into orders (title) values ('b3')").await.unwrap();
}

/// RE-2
#[tokio::test]
async fn asking_whether_something_is_done_never_fails() {
    let arena = Arena::new().await;
    let gone = TableName::new("no schema", "no table");
    let guard = Guard { table: gone.clone(), ..arena.guard() };
    let kinds = ["table", "sequence", "schema"];
    let grants = kinds.map(|kind| Grant {
        object: gone.clone(),
        kind: kind.into(),
        privileges: vec!["usage".into()],
        held: vec![],
    });
    let view = ScopeView { view: gone.clone() };
    let function = TameFunction {
        signature: "\"no schema\".nothing()".into(),
        kind: "function".into(),
        owner: "nobody".into(),
        is_owner_bound: true,
        was_public: true,
        had_search_path: false,
        callers: vec![],
        tables: vec![gone.clone()],
    };
    let enforce = EnforceGuard { guard: guard.clone() };
    let rights = TakeRights {
        login: "no login".into(),
        bypasses_row_security: true,
        tables: vec![gone.clone()],
        owns_tables: false,
        schemas: vec!["no schema".into()],
    };
    let mut operations: Vec<&dyn Operate> = vec![&guard, &enforce, &view, &function, &rights];
    operations.extend(grants.iter().map(|grant| grant as &dyn Operate));
    for operation in operations {
        for action in operation.start() {
            assert!(!arena.is(&action.done).await, "{}", action.done);
        }
        for action in operation.rollback() {
            assert!(arena.is(&action.done).await, "{}", action.done);
        }
    }
}
