//! What old logins lose.

use tenantry_adopt::operation::Operate as _;
use tenantry_adopt::operations::TakeRights;
use tenantry_adopt::schema::{Login, Schema};

use super::arena::{Arena, count, refusal};

fn take(login: &str) -> TakeRights {
    TakeRights {
        login: login.to_owned(),
        bypasses_row_security: true,
        tables: vec![Arena::orders()],
        owns_tables: false,
        schemas: vec!["public".into()],
    }
}

/// RE-2
#[tokio::test]
async fn what_reaches_around_row_security_is_taken_and_given_back() {
    let arena = Arena::new().await;
    let (old, name) = (&arena.old, arena.database.name());
    arena
        .does(&format!(
            "alter role {old} bypassrls; grant truncate, references, trigger on orders to {old}; \
             grant truncate on orders to {} ; grant create on schema public to {old}; \
             grant temporary, create on database {name} to {old}",
            arena.owner
        ))
        .await;
    // A policy of several roles is dumped in whatever order the roles are stored in.
    let guard = tenantry_adopt::operations::Guard { logins: vec![old.clone()], ..arena.guard() };
    arena.run(guard.start()).await;
    let application = arena.application(old).await;
    application.batch_execute("create temporary table t (); drop table t").await.unwrap();
    let privileges = format!("select datacl::text from pg_database where datname = '{name}'");
    let before: String = arena.admin.query_one(&privileges, &[]).await.unwrap().get(0);
    let taken = take(old);
    arena.round(&taken).await;
    for statement in
        ["truncate orders", "create temporary table t ()", "create table t ()", "create schema s"]
    {
        assert_eq!(refusal(&application, statement).await, "42501", "{statement}");
    }
    assert_eq!(count(&application, "select count(*) from orders").await, 5);
    assert!(arena.is("select exists (select from tenantry_adopt.denials)").await, "it is bound");
    arena.run(taken.rollback()).await;
    let after: String = arena.admin.query_one(&privileges, &[]).await.unwrap().get(0);
    assert_eq!(before, after);
    application.batch_execute("begin; truncate orders; rollback").await.unwrap();
}

/// RE-2
#[tokio::test]
async fn a_login_that_owns_tables_goes_on_migrating() {
    let arena = Arena::new().await;
    let owner = &arena.owner;
    arena
        .does(&format!("alter role {owner} bypassrls; grant create on schema public to {owner}"))
        .await;
    let taken = TakeRights { owns_tables: true, tables: vec![], ..take(owner) };
    arena.round(&taken).await;
    let application = arena.application(owner).await;
    application
        .batch_execute("create table migrated (); alter table orders add column note text")
        .await
        .unwrap();
    let nothing = TakeRights { bypasses_row_security: false, ..taken };
    assert!(nothing.start().is_empty() && nothing.rollback().is_empty());
}

#[test]
fn a_superuser_is_refused() {
    let login = Login { name: "root".into(), is_superuser: true, ..Login::default() };
    let schema = Schema { logins: vec![login], ..Schema::default() };
    assert!(take("root").validate(&schema).unwrap_err().contains("superuser"));
    assert!(take("nobody").validate(&schema).is_err());
}
