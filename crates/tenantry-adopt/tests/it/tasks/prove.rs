//! The attack on what came out.

use tenantry_adopt::AdoptError;
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::Task;
use tenantry_adopt::operations::Prove;
use tenantry_testkit::TestDatabase;

use super::{run, whole};

const ADOPTED: &str = "create table public.countries (code text primary key); grant select on public.countries to tenantry_app; \
    create table public.notes (organization_id uuid not null, id int, text text not null, primary key (organization_id, id)); \
    create unique index notes_kept on public.notes (text)";

#[tokio::test]
async fn only_leaks_are_red_and_a_key_that_was_kept_is_reported() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    run(&database, Task::Prepare, whole()).await.unwrap();
    admin.batch_execute(ADOPTED).await.unwrap();
    // As adopting does where a key is kept: protect() itself would refuse.
    admin
        .batch_execute(
            "drop index public.notes_kept; select tenantry.protect('public.notes'); create unique index notes_kept on public.notes (text)",
        )
        .await
        .unwrap();
    let operation = Prove { shared: vec![TableName::new("public", "countries")] };
    let done =
        run(&database, Task::Prove, operation.clone()).await.unwrap_or_else(|error| match error {
            AdoptError::Leaks { report, .. } => {
                panic!("{:#?} {:#?}", report.findings, report.remarks)
            }
            other => panic!("{other:?}"),
        });
    let report = done.report.unwrap();
    assert!(report.totals().attacks > 10 && report.totals().leaked == 0, "{:?}", report.totals());
    assert!(
        done.lines.iter().any(|line| line.contains("told that something exists")),
        "{:?}",
        done.lines
    );
    admin.batch_execute("alter table public.notes disable row level security").await.unwrap();
    let error = run(&database, Task::Prove, operation).await.unwrap_err();
    assert!(matches!(error, AdoptError::Leaks { leaks, .. } if leaks > 0), "{error:?}");
}
