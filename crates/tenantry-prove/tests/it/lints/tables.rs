//! Flaws of tables: row security that is off, not forced, closed, or missing on a partition.

use tenantry_prove::report::Severity::{Leak, Warning};
use tenantry_testkit::TestDatabase;

use super::Subject;

#[tokio::test]
async fn a_table_without_row_security_is_named_and_gets_the_policy_of_the_others() {
    let subject = Subject::spoiled(
        "create table app.invoices (organization_id uuid not null, id uuid not null);
         insert into app.invoices select id, gen_random_uuid() from app.organizations;
         grant select, insert on app.invoices to {database}_app",
    )
    .await;
    assert_eq!(subject.seen_by_alpha("app.invoices").await, (2, 1));
    subject.names_and_mends("TN0703", "app.invoices", Leak).await;
    assert_eq!(subject.seen_by_alpha("app.invoices").await, (1, 0));
}

#[tokio::test]
async fn row_security_that_was_switched_off_is_switched_on_with_the_policies_that_are_there() {
    let subject = Subject::spoiled("alter table app.notes disable row level security").await;
    subject.names_and_mends("TN0703", "app.notes", Leak).await;
    assert_eq!(subject.seen_by_alpha("app.notes").await, (1, 0));
}

#[tokio::test]
async fn a_table_by_way_of_another_is_closed_where_no_policy_can_be_copied() {
    let subject = Subject::spoiled(
        "create table app.note_lines (note_id uuid, line text); grant select on app.note_lines to {database}_app",
    )
    .await;
    let finding = subject.names("TN0703", "app.note_lines", Leak).await;
    subject.run(&finding.fix).await;
    assert!(subject.find("TN0703", "app.note_lines").await.is_empty());
    subject.asks("TN0705", "app.note_lines", Warning).await;
}

#[tokio::test]
async fn a_table_that_the_role_does_not_reach_is_not_named() {
    let subject = Subject::spoiled(
        "create table app.ledger (organization_id uuid not null);
         create schema back; create table back.copies (organization_id uuid not null);
         grant select on back.copies to {database}_app",
    )
    .await;
    assert_eq!(subject.findings().await.len(), 1);
}

#[tokio::test]
async fn row_security_that_is_not_forced_is_a_warning_until_somebody_comes_in_as_the_owner() {
    let unforced = "alter table app.notes no force row level security;";
    let without_view = "drop view app.notes_of_owner; drop function app.count_notes();";
    let subject = Subject::spoiled(&format!("{unforced}{without_view}")).await;
    subject.names_and_mends("TN0704", "app.notes", Warning).await;

    let subject = Subject::spoiled(&format!("{unforced} drop function app.count_notes()")).await;
    let finding = subject.names("TN0704", "app.notes", Leak).await;
    assert!(finding.cause.contains("app.notes_of_owner"), "{}", finding.cause);

    let subject = Subject::spoiled(&format!("{unforced} drop view app.notes_of_owner")).await;
    let finding = subject.names_and_mends("TN0704", "app.notes", Leak).await;
    assert!(finding.cause.contains("app.count_notes"), "{}", finding.cause);

    let subject = Subject::spoiled(&format!(
        "{unforced}{without_view} grant {{database}}_owner to {{database}}_app"
    ))
    .await;
    subject.names_and_mends("TN0704", "app.notes", Leak).await;
}

#[tokio::test]
async fn a_table_without_a_policy_for_the_role_is_named_as_closed() {
    let subject = Subject::spoiled("drop policy organization on app.\"Projects\"").await;
    subject.names_and_mends("TN0705", "app.\"Projects\"", Warning).await;

    let subject =
        Subject::spoiled("alter policy organization on app.notes to {database}_owner").await;
    subject.names_and_mends("TN0705", "app.notes", Warning).await;
}

#[tokio::test]
async fn a_table_of_nobody_that_everybody_writes_is_named() {
    let subject = Subject::spoiled(
        "create table app.jobs (id uuid, payload text); grant select, insert on app.jobs to {database}_app",
    )
    .await;
    subject.asks("TN0705", "app.jobs", Leak).await;
    subject.run("revoke insert on app.jobs from {database}_app").await;
    assert!(subject.find("TN0705", "app.jobs").await.is_empty());
}

#[tokio::test]
async fn a_partition_that_can_be_asked_directly_is_named() {
    let subject = Subject::spoiled(
        "create table app.events_2027 partition of app.events for values from ('2027-01-01') to ('2028-01-01');
         grant select on app.events_2027 to {database}_app",
    )
    .await;
    subject.names_and_mends("TN0712", "app.events_2027", Leak).await;
}

#[tokio::test]
async fn a_table_that_inherits_is_named() {
    let subject = Subject::spoiled(
        "create table app.\"oldNotes\" () inherits (app.notes); grant select on app.\"oldNotes\" to public",
    )
    .await;
    subject.names_and_mends("TN0712", "app.\"oldNotes\"", Leak).await;
}

#[tokio::test]
async fn with_the_contract_a_table_is_mended_by_protecting_it() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    let table = "create table public.invoices (organization_id uuid not null, id uuid not null,
        primary key (organization_id, id)); grant select, insert on public.invoices to tenantry_app";
    admin.batch_execute(table).await.unwrap();
    let sql = "select 'public.invoices'::regclass::oid";
    let classified = [tenantry_prove::lint::Classified {
        oid: admin.query_one(sql, &[]).await.unwrap().get(0),
        class: "direct",
        tenant_column: Some("organization_id".to_owned()),
    }];
    let findings = tenantry_prove::lint::run(&admin, "tenantry_app", &classified).await.unwrap();
    let fixes: Vec<_> = findings.iter().map(|one| (&*one.code, &*one.fix)).collect();
    let fix = "select tenantry.protect('public.invoices'::regclass, 'select, insert');";
    assert_eq!(fixes, [("TN0703", fix)]);
    admin.batch_execute(fix).await.unwrap();
    let findings = tenantry_prove::lint::run(&admin, "tenantry_app", &classified).await.unwrap();
    assert!(findings.is_empty(), "{findings:#?}");
}
