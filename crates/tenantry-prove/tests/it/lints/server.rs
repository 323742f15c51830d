//! Versions of the server, of which a test has only one: the number is put in place of the question.

use tenantry_prove::lint::{self, Lint};

use super::Subject;

#[tokio::test]
async fn a_server_with_known_holes_is_named_and_a_newer_one_is_not() {
    let subject = Subject::correct().await;
    for (version, wanted) in
        [(140022, Some("15.14")), (150013, Some("15.14")), (150014, None), (160009, Some("16.10"))]
            .into_iter()
            .chain([(160010, None), (170005, Some("17.6")), (170006, None), (180000, None)])
    {
        let lint = lint::all().find(|one| one.rule.code == "TN0723").unwrap();
        let question =
            "pg_catalog.current_setting('server_version_num')::int, pg_catalog.split_part";
        assert!(lint.sql.contains(question));
        let answer = format!("{version}, pg_catalog.split_part");
        let sql = Box::leak(lint.sql.replace(question, &answer).into_boxed_str());
        let findings = Lint { sql, ..*lint }.run(&subject.admin, &subject.app, &[]).await.unwrap();
        let fix = findings.first().map(|one| one.fix.as_str());
        assert_eq!(fix.is_some(), wanted.is_some(), "{version}");
        assert!(fix.unwrap_or("").contains(wanted.unwrap_or("")), "{version}: {fix:?}");
    }
}

#[tokio::test]
async fn a_lint_that_does_not_run_is_an_error_that_names_it() {
    let subject = Subject::correct().await;
    let lint = lint::all().next().unwrap();
    let broken = Lint { sql: "select 1 / 0 where $1::text is not null", ..*lint };
    let error = broken.run(&subject.admin, &subject.app, &[]).await.unwrap_err().to_string();
    assert_eq!(error, "the lint TN0701 failed: division by zero");
}
