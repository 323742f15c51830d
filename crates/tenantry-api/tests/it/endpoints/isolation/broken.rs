//! The same checks on control planes that were broken on purpose: what turns none of them red shows nothing.

use tenantry_testkit::App;

use super::{matrix, photograph, proved, tables};
use crate::endpoints::world::World;
use crate::endpoints::{alike, statements};
use crate::operations;
use crate::superuser::Superuser;

/// Breaks a control plane, and has the check of ours name the object. The organizations that attack each other are made
/// by the run itself.
async fn names(object: &str, sql: &str) {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    superuser.run(sql).await;
    let report = proved(&app.database.admin_config()).await;
    let faults = matrix::faults(&report, &tables::of(&superuser).await);
    assert!(faults.iter().any(|fault| fault.contains(object)), "{sql}: {faults:#?}");
}

#[tokio::test]
async fn a_control_plane_with_row_security_off_does_not_pass() {
    names("tenantry.projects", "alter table tenantry.projects disable row level security").await;
}

#[tokio::test]
async fn a_control_plane_that_lacks_a_guard_does_not_pass() {
    names("tenantry.clients", "drop policy tenantry_guard on tenantry.clients").await;
}

/// Not on projects: there the trigger that counts them refuses what the policy then lets through.
#[tokio::test]
async fn a_control_plane_that_takes_rows_for_others_does_not_pass() {
    let sql = "alter policy tenantry_guard on tenantry.audit_events with check (true)";
    names("tenantry.audit_events", sql).await;
}

#[tokio::test]
async fn a_control_plane_with_an_administrators_view_does_not_pass() {
    let sql = "create view tenantry.every_project as select * from tenantry.projects; \
               grant select on tenantry.every_project to tenantry_app";
    names("tenantry.every_project", sql).await;
}

#[tokio::test]
async fn a_control_plane_with_a_table_that_nobody_protected_does_not_pass() {
    let sql = "create table tenantry.invoices (organization_id uuid not null, id uuid not null, primary key (organization_id, id)); \
               grant select on tenantry.invoices to tenantry_app";
    names("tenantry.invoices", sql).await;
}

#[tokio::test]
async fn principals_who_see_more_than_the_grid_says_are_named() {
    let world = World::build().await;
    tables::furnish(&world).await;
    for (sql, who, table) in [
        (
            "alter policy tenantry_project_reading on tenantry.projects using (true)",
            "viewer",
            "tenantry.projects",
        ),
        (
            "alter policy tenantry_guard on tenantry.usage_counts using (true)",
            "anonymous",
            "tenantry.usage_counts",
        ),
    ] {
        world.superuser.run(sql).await;
        let faults = tables::faults(&world, &tables::read(&world).await);
        let is_named = |fault: &String| fault.starts_with(who) && fault.contains(table);
        assert!(faults.iter().any(is_named), "{sql}: {faults:#?}");
    }
}

/// HTTP says 404 because its statement compares organizations itself; the database alone would show the row.
#[tokio::test]
async fn a_row_that_only_the_apis_own_condition_hides_is_a_disagreement() {
    let world = World::build().await;
    let operation = operations::all().into_iter().find(|one| one.id == "client_get").unwrap();
    let objects = world.objects(&operation);
    let object = objects.iter().find(|object| object.label == "north's").unwrap();
    let principal = world.principals.iter().find(|one| one.name == "viewer").unwrap();
    let statement = statements::filled(&operation, object).unwrap();
    for (sql, expected) in [
        ("select 1", None),
        (
            "alter policy tenantry_guard on tenantry.clients using (true)",
            Some("is another's, and there are rows"),
        ),
    ] {
        world.superuser.run(sql).await;
        let answer = world.try_out(&operation, principal, object).await;
        let outcome = world.intrude(principal, &statement).await;
        assert_eq!(answer.status, 404);
        assert_eq!(alike::disagreement(principal, object, &answer, &outcome), expected);
    }
}

/// A row that is left behind, or only written anew, is not the same database.
#[tokio::test]
async fn the_photograph_shows_a_row_that_was_only_written_anew() {
    let world = World::build().await;
    let before = photograph::of(&world.superuser).await;
    world.superuser.run("update tenantry.projects set name = name").await;
    let after = photograph::of(&world.superuser).await;
    assert_ne!(before, after);
    world.superuser.run("begin; update tenantry.projects set name = 'other'; rollback").await;
    assert_eq!(after, photograph::of(&world.superuser).await);
}
