//! Plans for real databases: which steps, in which order, and what a person is told. Each test has tables of its own.

use std::fmt::Write as _;

use tenantry_adopt::classification::Mode;
use tenantry_adopt::decisions::{Decisions, Organization};
use tenantry_adopt::finding::{Finding, Weight};
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::Operate;
use tenantry_adopt::operations::Operation;
use tenantry_adopt::plan::{Plan, Request, plan};
use tenantry_adopt::step::Phase;
use tenantry_testkit::TestDatabase;

mod findings;
mod hindrances;
mod order;
mod samples;
mod text;

/// A database with these tables.
async fn database(sql: &str) -> TestDatabase {
    let database = TestDatabase::empty().await;
    database.admin().await.batch_execute(sql).await.unwrap();
    database
}

/// A plan as it is proposed.
async fn proposed(database: &TestDatabase, request: &Request) -> Plan {
    let quiet = |_: String| {};
    plan(&database.admin_config(), request, &quiet).await.unwrap()
}

/// A plan in which everything open is an organization's, save what `answers` says. The test's own connections are nobody's
/// application.
async fn decided(database: &TestDatabase, request: &Request, answers: &str) -> Plan {
    let first = proposed(database, request).await;
    let mut all = answers.to_owned();
    if request.logins.is_empty() && !answers.contains("[application]") {
        all.push_str("\n[application]\nlogins = []\n");
    }
    for (table, decision) in &first.decisions.tables {
        let heading = format!("[tables.{:?}]", table.to_string());
        if decision.decide.is_some() && !answers.contains(&heading) {
            write!(all, "\n{heading}\nclass = \"tenant\"\n").unwrap();
        }
    }
    proposed(database, &Request { answers: Some(all), ..request.clone() }).await
}

/// A split by a table of `public`.
fn split(root: &str) -> Request {
    let root = Some(TableName::new("public", root));
    Request { mode: Some(Mode::Split), root, ..Request::default() }
}

/// The findings of a kind.
fn found<'a>(plan: &'a Plan, code: &str) -> Vec<&'a Finding> {
    plan.findings.iter().filter(|finding| finding.code == code).collect()
}

/// What asks for a decision, for a message.
fn open(plan: &Plan) -> Vec<String> {
    let open = plan.findings.iter().filter(|finding| finding.weight == Weight::Decision);
    open.map(|finding| format!("{} {} {:?}", finding.code, finding.title, finding.facts)).collect()
}

/// The steps of a phase as `name table`.
fn names(plan: &Plan, phase: Phase) -> Vec<String> {
    let steps = plan.steps.iter().filter(|step| step.phase == phase);
    steps.map(|step| name(&step.operation)).collect()
}

/// An operation as `name table`.
fn name(operation: &Operation) -> String {
    let value = serde_json::to_value(operation).unwrap();
    let kind = value["operation"].as_str().unwrap().to_owned();
    let table = operation.table().map(TableName::shown).unwrap_or_default();
    format!("{kind} {table}").trim_end().to_owned()
}
