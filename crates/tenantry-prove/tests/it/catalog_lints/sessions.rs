//! What one session sees of the others and can do to them.

use tokio_postgres::NoTls;

use super::stage::Stage;

/// RL-1
#[tokio::test]
async fn the_statements_of_other_sessions_are_hidden_by_the_statement_given() {
    let stage = Stage::wrong("grant execute on function pg_stat_get_activity(int) to public").await;
    stage.finds_and_mends("TN0743", "pg_stat_activity", "warning").await;
    stage.run("create role {database}_watch; grant pg_monitor to {database}_watch; grant {database}_watch to {app}").await;
    let watch = stage.role("watch");
    stage.finds_and_mends("TN0743", &watch, "warning").await;
}

/// RL-1
#[tokio::test]
async fn the_collected_statements_are_hidden_by_the_statement_given() {
    let stage = Stage::wrong("create extension pg_stat_statements").await;
    stage.finds_and_mends("TN0744", "public.pg_stat_statements", "warning").await;
}

/// RL-1
#[tokio::test]
async fn the_sessions_of_others_are_safe_after_the_statement_given() {
    let stage = Stage::wrong("grant execute on function pg_cancel_backend(int), pg_terminate_backend(int, bigint) to {app}, public").await;
    let object =
        "pg_catalog.pg_cancel_backend(integer), pg_catalog.pg_terminate_backend(integer, bigint)";
    stage.finds_and_mends("TN0745", object, "warning").await;
    stage.run("grant pg_signal_backend to {app}").await;
    stage.finds_and_mends("TN0745", "pg_signal_backend", "warning").await;
}

/// RL-1
#[tokio::test]
async fn stored_settings_that_policies_read_are_found() {
    let stage = Stage::wrong(
        "alter role {app} set search_path = shop, public;
        alter role {app} in database {database} set shop.organization = '00000000-0000-4000-8000-00000000000a'",
    )
    .await;
    let app = stage.role("app");
    stage.finds_and_mends("TN0746", &app, "warning").await;
    stage.run("alter database {database} set row_security = off").await;
    let database = format!("database {}", stage.database.name());
    stage.finds_and_mends("TN0746", &database, "warning").await;
    stage.run("alter role {app} set role = {owner}").await;
    stage.finds_and_mends("TN0746", &app, "warning").await;
}

/// RL-1
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
async fn a_service_role_at_work_is_found() {
    let stage = Stage::right().await;
    let mut config = stage.database.admin_config();
    config.user(stage.role("service")).password("test-only").application_name("worker");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let seen: i64 =
        client.query_one("select count(*) from shop.customers", &[]).await.unwrap().get(0);
    assert_eq!(seen, 2, "it sees both organizations");
    let service = stage.role("service");
    let found = stage.leaves_to_a_person("TN0754", &service, "warning").await;
    assert!(found.cause.contains("worker"), "{found:#?}");
}
