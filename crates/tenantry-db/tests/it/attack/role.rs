//! Becoming somebody else.

use crate::arena::Arena;

/// RL-1, RL-3. No role is taken, by statement or by setting.
#[tokio::test]
async fn the_login_becomes_nobody_else() {
    let arena = Arena::new().await;
    let superuser: String =
        arena.admin.query_one("select current_user::text", &[]).await.unwrap().get(0);
    let roles = [
        "tenantry_owner",
        "tenantry_definer",
        "tenantry_directory",
        "tenantry_platform",
        "tenantry_operator",
        "pg_read_all_data",
        "pg_read_server_files",
        &superuser,
    ];
    for role in roles {
        for sql in [
            "set role {role}",
            "set local role {role}",
            "set session authorization {role}",
            "select set_config('role', '{role}', true)",
            "select set_config('session_authorization', '{role}', true)",
            "set role {role}; select * from tenantry.projects",
            "grant {role} to tenantry_app",
            "do $$ begin execute 'set role {role}'; end $$",
        ] {
            arena.is_refused_without_control(&sql.replace("{role}", role)).await;
        }
        let who: String =
            arena.app.query_one("select current_user::text", &[]).await.unwrap().get(0);
        assert_eq!(who, "tenantry_app");
    }
    // The control: the superuser may, and then sees both organizations.
    arena.admin.batch_execute("set role tenantry_operator").await.unwrap();
    assert_eq!(arena.admin.query("select from public.notes", &[]).await.unwrap().len(), 2);
}

/// RL-1. Its own attributes are not raised.
#[tokio::test]
async fn the_login_does_not_raise_itself() {
    let arena = Arena::new().await;
    for attribute in [
        "superuser",
        "bypassrls",
        "createrole",
        "createdb",
        "replication",
        "connection limit 1",
        "valid until 'infinity'",
    ] {
        arena.is_refused_without_control(&format!("alter role tenantry_app {attribute}")).await;
    }
    for sql in [
        "alter role tenantry_operator password 'mine'",
        "alter role tenantry_platform set row_security = off",
        "alter role all set row_security = off",
        "create user mine superuser",
        "drop role tenantry_operator",
    ] {
        arena.is_refused_without_control(sql).await;
    }
    // Not possible inside of a transaction, for anybody.
    let alter = arena.app.batch_execute("alter system set row_security = off").await.unwrap_err();
    assert_eq!(alter.code().unwrap().code(), "42501");
    let flags: String = arena
        .admin
        .query_one("select concat(rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication) from pg_roles where rolname = 'tenantry_app'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(flags, "fffff");
}

/// RL-1. Settings that only a superuser may set stay as they are: one of them switches triggers off.
#[tokio::test]
async fn settings_of_the_superuser_are_refused() {
    let arena = Arena::new().await;
    for (name, value) in [
        ("session_replication_role", "replica"),
        ("session_preload_libraries", "x"),
        ("log_statement", "all"),
        ("allow_system_table_mods", "on"),
        ("zero_damaged_pages", "on"),
        ("lc_messages", "C"),
    ] {
        arena.is_refused(&format!("set local {name} = '{value}'")).await;
        arena.is_refused(&format!("select set_config('{name}', '{value}', true)")).await;
    }
}
