//! Flaws of the role itself: its flags, its memberships, what it owns.

use tenantry_prove::report::Severity::{Leak, Warning};

use super::Subject;

#[tokio::test]
async fn a_role_that_bypasses_row_security_is_named() {
    let subject = Subject::spoiled("alter role {database}_app bypassrls").await;
    let finding = subject.names_and_mends("TN0701", "{database}_app", Leak).await;
    assert!(finding.title.ends_with("_app has BYPASSRLS"), "{}", finding.title);
}

#[tokio::test]
async fn a_superuser_is_named_and_nothing_else_is_said_of_its_privileges() {
    let subject = Subject::spoiled("alter role {database}_app superuser").await;
    subject.names_and_mends("TN0701", "{database}_app", Leak).await;
}

#[tokio::test]
async fn a_flag_two_memberships_away_is_named_and_the_first_of_them_is_taken_away() {
    let subject = Subject::spoiled(
        "create role {database}_team noinherit; create role {database}_service bypassrls noinherit;
         grant {database}_service to {database}_team; grant {database}_team to {database}_app",
    )
    .await;
    let finding = subject.names_and_mends("TN0701", "{database}_service", Leak).await;
    assert!(finding.fix.contains("_team from "), "{}", finding.fix);
}

#[tokio::test]
async fn making_databases_is_a_warning_and_reading_the_servers_files_a_leak() {
    let subject = Subject::spoiled(
        "alter role {database}_app createdb; grant pg_read_server_files to {database}_app",
    )
    .await;
    subject.names_and_mends("TN0701", "{database}_app", Warning).await;
    subject.names_and_mends("TN0701", "pg_read_server_files", Leak).await;
}

#[tokio::test]
async fn a_role_that_owns_tables_is_named_and_still_reads_them_when_it_no_longer_does() {
    let subject = Subject::spoiled(
        "alter table app.notes owner to {database}_app; alter table app.\"Projects\" owner to {database}_app",
    )
    .await;
    subject.names_and_mends("TN0702", "app.notes", Leak).await;
    subject.names_and_mends("TN0702", "app.\"Projects\"", Leak).await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (1, 0));
}

#[tokio::test]
async fn where_the_role_owns_everything_an_owner_is_made_for_it() {
    let subject = Subject::spoiled(
        "reassign owned by {database}_owner to {database}_app; drop role {database}_owner",
    )
    .await;
    let owned = |code: &str| code == "TN0702";
    let fixes: Vec<_> =
        subject.findings().await.into_iter().filter(|one| owned(&one.code)).collect();
    assert_eq!(fixes.iter().filter(|one| one.fix.contains("create role")).count(), 1);
    for finding in fixes {
        subject.run(&finding.fix).await;
    }
    let left = subject.findings().await;
    assert!(!left.iter().any(|one| owned(&one.code)), "{left:#?}");
    assert_eq!(subject.seen_by_alpha("app.notes").await, (1, 0));
}

#[tokio::test]
async fn a_member_of_the_owner_is_named_and_loses_the_membership() {
    let subject = Subject::spoiled("grant {database}_owner to {database}_app").await;
    subject.names_and_mends("TN0702", "app.notes", Leak).await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (1, 0));
    assert!(subject.find("TN0702", "app.events").await.is_empty());
}

#[tokio::test]
async fn what_a_policy_calls_may_not_be_the_roles_own() {
    let subject =
        Subject::spoiled("alter function app.organization() owner to {database}_app").await;
    subject.names_and_mends("TN0702", "app.organization", Leak).await;
}

#[tokio::test]
async fn owned_views_schemas_and_sequences_are_warnings() {
    let subject = Subject::spoiled(
        "create sequence app.counter; alter sequence app.counter owner to {database}_app;
         alter view app.recent_notes owner to {database}_app; alter schema app owner to {database}_app",
    )
    .await;
    for object in ["app.counter", "app.recent_notes", "app"] {
        subject.names_and_mends("TN0702", object, Warning).await;
    }
}
