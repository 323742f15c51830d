//! The right database has nothing wrong, for the application's role, for one that is not there, and with no tables.

use tenantry_testkit::TestDatabase;

use super::stage::{self, Stage};

/// RL-1, RL-4, RL-5: no false alarm on a database that is right.
#[tokio::test]
async fn a_right_database_gives_no_finding() {
    let stage = Stage::right().await;
    let findings = stage.all().await;
    assert!(findings.iter().all(|found| !is_ours(found.code)), "{findings:#?}");
}

#[tokio::test]
async fn every_lint_runs_for_a_superuser_and_for_a_role_that_is_not_there() {
    let stage = Stage::right().await;
    let user: String =
        stage.admin.query_one("select session_user::text", &[]).await.unwrap().get(0);
    stage::all(&stage.admin, &user, &[]).await;
    let findings = stage::all(&stage.admin, "nobody at all", &[]).await;
    assert!(findings.iter().all(|found| !is_ours(found.code)), "{findings:#?}");
}

#[tokio::test]
async fn every_lint_runs_on_a_database_with_nothing_in_it() {
    let database = TestDatabase::empty().await;
    stage::all(&database.admin().await, "pg_monitor", &[]).await;
}

/// The codes whose right database this is.
pub(super) fn is_ours(code: &str) -> bool {
    ("TN0731".."TN0760").contains(&code)
}
