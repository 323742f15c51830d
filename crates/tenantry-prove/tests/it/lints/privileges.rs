//! Flaws of privileges: what the role may do beside reading and writing rows.

use tenantry_prove::report::Severity::{Leak, Warning};

use super::Subject;

#[tokio::test]
async fn a_foreign_table_and_the_use_of_its_server_are_named() {
    let subject = Subject::spoiled(
        "create foreign data wrapper other; create server \"oldSystem\" foreign data wrapper other;
         create foreign table app.archive (organization_id uuid) server \"oldSystem\";
         create foreign table app.rates (day date) server \"oldSystem\";
         grant select on app.archive, app.rates to {database}_app;
         grant usage on foreign server \"oldSystem\" to public",
    )
    .await;
    subject.names_and_mends("TN0715", "app.archive", Leak).await;
    subject.names_and_mends("TN0715", "app.rates", Warning).await;
    subject.names_and_mends("TN0715", "\"oldSystem\"", Warning).await;
}

#[tokio::test]
async fn truncate_is_named_whoever_it_was_granted_to() {
    let subject = Subject::spoiled(
        "grant truncate on app.notes to public; create role {database}_writers;
         grant truncate on app.\"Projects\" to {database}_writers; grant {database}_writers to {database}_app",
    )
    .await;
    subject.names_and_mends("TN0717", "app.notes", Leak).await;
    subject.names_and_mends("TN0717", "app.\"Projects\"", Leak).await;
}

#[tokio::test]
async fn privileges_on_the_structure_are_named_and_leak_with_a_place_for_a_function() {
    let subject =
        Subject::spoiled("grant trigger, references on app.notes to {database}_app").await;
    subject.names("TN0718", "app.notes", Warning).await;
    subject.run("grant create on schema app to {database}_app").await;
    subject.names_and_mends("TN0718", "app.notes", Leak).await;
}

#[tokio::test]
async fn creating_in_a_schema_or_in_the_database_is_named() {
    let subject = Subject::spoiled(
        "create schema \"sideRoom\"; grant create on schema \"sideRoom\" to public;
         grant create on database {database} to {database}_app",
    )
    .await;
    subject.names_and_mends("TN0719", "\"sideRoom\"", Warning).await;
    subject.names_and_mends("TN0719", "{database}", Warning).await;
}

#[tokio::test]
async fn temporary_tables_are_named() {
    let subject = Subject::spoiled("grant temporary on database {database} to public").await;
    subject.names_and_mends("TN0720", "{database}", Warning).await;
}

#[tokio::test]
async fn default_privileges_are_named_unless_new_tables_are_secured_at_once() {
    let subject = Subject::spoiled(
        "alter default privileges for role {database}_owner in schema app grant select on tables to {database}_app;
         alter default privileges for role {database}_owner grant insert on tables to public",
    )
    .await;
    subject.names_and_mends("TN0721", "app", Warning).await;
    subject
        .run(
            "create function app.secure() returns event_trigger language plpgsql as $$
         begin raise notice 'alter table enable row level security'; end $$;
         create event trigger {database}_secure on ddl_command_end execute function app.secure()",
        )
        .await;
    assert!(subject.find("TN0721", "{database}_owner").await.is_empty());
    subject.run("drop event trigger {database}_secure").await;
    subject.names_and_mends("TN0721", "{database}_owner", Warning).await;
}
