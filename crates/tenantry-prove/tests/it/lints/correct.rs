//! No false alarms: databases that hold organizations apart are told nothing, or only what is true of them.

use tenantry_prove::lint::{self, Classified};
use tenantry_prove::report::{Finding, Severity};
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

use super::Subject;

#[tokio::test]
async fn hand_written_policies_that_hold_are_only_told_that_their_setting_can_be_forged() {
    let subject = Subject::correct().await;
    let findings = subject.findings().await;
    let told: Vec<_> = findings.iter().map(|one| (&*one.code, &*one.object)).collect();
    assert_eq!(told, [("TN0710", "app.organization")], "{findings:#?}");
    assert_eq!(findings[0].severity, Severity::Warning);
    assert!(findings[0].cause.contains("4 tables"), "{}", findings[0].cause);
}

#[tokio::test]
async fn a_table_that_the_contract_protects_is_told_nothing() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    let statements = "create table public.notes (organization_id uuid not null, id uuid not null,
            body text, primary key (organization_id, id));
        create table public.events (organization_id uuid not null, id uuid not null, at date not null,
            primary key (organization_id, id, at)) partition by range (at);
        create table public.events_2026 partition of public.events
            for values from ('2026-01-01') to ('2027-01-01');
        select tenantry.protect('public.notes');
        select tenantry.protect('public.events');
        create view public.recent_notes with (security_invoker = true) as select * from public.notes;
        grant select on public.recent_notes to tenantry_app;";
    admin.batch_execute(statements).await.unwrap();
    let findings = of_control_plane(&admin).await;
    assert!(findings.is_empty(), "{findings:#?}");
}

#[tokio::test]
async fn our_own_control_plane_is_told_nothing() {
    let database = TestDatabase::create().await;
    let findings = of_control_plane(&database.admin().await).await;
    assert!(findings.is_empty(), "{findings:#?}");
}

#[tokio::test]
async fn a_superuser_is_told_that_nothing_holds_it_and_lints_run_without_tables() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    let name: String = admin.query_one("select current_user::text", &[]).await.unwrap().get(0);
    let findings = lint::run(&admin, &name, &[]).await.unwrap();
    assert_eq!((&*findings[0].code, &*findings[0].object), ("TN0701", &*name));
    assert!(findings[1..].iter().all(|one| one.severity == Severity::Warning), "{findings:#?}");
}

#[tokio::test]
async fn every_lint_has_a_code_of_its_own_and_says_all_there_is_to_say() {
    let mut codes: Vec<_> = lint::all().map(|one| one.rule.code).collect();
    let all = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all);
    for lint in lint::all() {
        let rule = &lint.rule;
        for text in [rule.tried, rule.passes, rule.why, rule.remedy] {
            assert!(text.ends_with('.'), "{}: {text}", rule.code);
        }
        assert!(!rule.title.ends_with('.'), "{}", rule.code);
    }
}

/// What is found for the request path, with every table that has the column an organization's.
async fn of_control_plane(admin: &Client) -> Vec<Finding> {
    let tables = "select c.oid from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind in ('r', 'p') and a.attname = 'organization_id' and not a.attisdropped";
    let direct = |row: &tokio_postgres::Row| Classified {
        oid: row.get(0),
        class: "direct",
        tenant_column: Some("organization_id".to_owned()),
    };
    let classified: Vec<_> = admin.query(tables, &[]).await.unwrap().iter().map(direct).collect();
    assert!(!classified.is_empty());
    lint::run(admin, "tenantry_app", &classified).await.unwrap()
}
