//! Flaws of views, materialized views and rules.

use tenantry_prove::report::Severity::{Leak, Warning};

use super::Subject;

#[tokio::test]
async fn a_view_of_a_superuser_is_named_also_through_another_view() {
    let subject = Subject::spoiled(
        "create view app.\"everyNote\" as select * from app.notes;
         create view app.over_it with (security_invoker = true) as select * from app.\"everyNote\";
         grant select on app.\"everyNote\", app.over_it to {database}_app",
    )
    .await;
    assert_eq!(subject.seen_by_alpha("app.over_it").await, (2, 1));
    let finding = subject.names("TN0713", "app.over_it", Leak).await;
    assert!(finding.cause.contains("app.\"everyNote\" reads app.notes"), "{}", finding.cause);
    subject.names_and_mends("TN0713", "app.\"everyNote\"", Leak).await;
    assert!(subject.find("TN0713", "app.over_it").await.is_empty());
    assert_eq!(subject.seen_by_alpha("app.over_it").await, (1, 0));
}

#[tokio::test]
async fn a_view_of_the_owner_is_named_when_row_security_is_not_forced() {
    let subject = Subject::spoiled("alter table app.notes no force row level security").await;
    subject.names_and_mends("TN0713", "app.notes_of_owner", Leak).await;
}

#[tokio::test]
async fn a_view_of_an_owner_whom_a_policy_lets_through_is_named() {
    let subject =
        Subject::spoiled("create policy maintenance on app.notes to {database}_owner using (true)")
            .await;
    assert_eq!(subject.seen_by_alpha("app.notes_of_owner").await, (2, 1));
    subject.names_and_mends("TN0713", "app.notes_of_owner", Leak).await;
}

#[tokio::test]
async fn a_view_that_compares_the_rows_itself_is_a_warning() {
    let subject = Subject::spoiled(
        "create view app.filtered with (security_barrier) as select * from app.notes where organization_id = app.organization();
         grant select on app.filtered to {database}_app",
    )
    .await;
    assert_eq!(subject.seen_by_alpha("app.filtered").await, (1, 0));
    subject.names_and_mends("TN0713", "app.filtered", Warning).await;
}

#[tokio::test]
async fn a_view_on_a_table_without_row_security_is_named_though_the_role_does_not_reach_the_table()
{
    let subject = Subject::spoiled(
        "create table app.invoices (organization_id uuid not null); alter table app.invoices owner to {database}_owner;
         create view app.totals as select organization_id, count(*) from app.invoices group by 1;
         alter view app.totals owner to {database}_owner; grant select on app.totals to {database}_app",
    )
    .await;
    subject.names_and_mends("TN0713", "app.totals", Leak).await;
}

#[tokio::test]
async fn a_materialized_view_is_named_when_it_holds_rows_of_organizations() {
    let subject = Subject::spoiled(
        "create view app.every_note as select * from app.notes;
         create materialized view app.search as select * from app.every_note;
         create materialized view app.calendar as select day from generate_series(1, 3) as day;
         grant select on app.search, app.calendar to public",
    )
    .await;
    subject.names_and_mends("TN0714", "app.search", Leak).await;
    assert!(subject.find("TN0714", "app.calendar").await.is_empty());
}

#[tokio::test]
async fn a_view_on_a_materialized_view_is_named_and_a_warning_when_it_compares_the_rows() {
    let subject = Subject::spoiled(
        "create materialized view app.search as select * from app.notes;
         create view app.found as select * from app.search;
         create view app.found_own with (security_barrier) as
            select * from app.search where organization_id = app.organization();
         grant select on app.found, app.found_own to {database}_app",
    )
    .await;
    assert_eq!(subject.seen_by_alpha("app.found").await, (2, 1));
    assert_eq!(subject.seen_by_alpha("app.found_own").await, (1, 0));
    subject.names_and_mends("TN0714", "app.found", Leak).await;
    subject.names_and_mends("TN0714", "app.found_own", Warning).await;
}

#[tokio::test]
async fn a_rule_is_named_and_leaks_where_its_owner_is_not_held() {
    let subject = Subject::spoiled(
        "create table app.log (line text); grant insert on app.log to {database}_app;
         create rule copy as on insert to app.log do also insert into app.log select body from app.notes where false;
         create rule quiet as on delete to app.notes do instead nothing",
    )
    .await;
    subject.names_and_mends("TN0716", "app.log", Leak).await;
    subject.names_and_mends("TN0716", "app.notes", Warning).await;
}
