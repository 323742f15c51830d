//! Databases to prove. Roles belong to the whole cluster, in which other tests run at the same time, so every database
//! has roles of its own: a name in braces in its SQL becomes a name with the database's in it.

use std::collections::BTreeSet;

use tenantry_prove::attack::Attack;
use tenantry_prove::report::{Report, Severity};
use tenantry_testkit::TestDatabase;

use crate::fifty::fifty;
use crate::proving::{leaks, proved, summary};
use crate::{checked_in, tallies};

/// Isolated by hand, and right.
const CORRECT: &str = include_str!("databases/correct.sql");
/// Protected by the contract.
const SEALED: &str = include_str!("databases/sealed.sql");
/// Made into one for many organizations by hand, and declared complete.
const CONVERSION: &str = include_str!("databases/conversion.sql");

/// The roles that the files name in braces.
const ROLES: [&str; 4] = ["owner", "app", "authenticated", "service"];

/// A database, and what is said of it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) database: TestDatabase,
    /// What it was loaded from, with the names of its roles.
    sql: String,
}

impl Prepared {
    /// What the comment at the top says behind a word.
    pub(crate) fn stated(&self, word: &str) -> Vec<&str> {
        stated(&self.sql, word)
    }

    /// Who is attacked as.
    pub(crate) fn role(&self) -> &str {
        self.stated("role")[0]
    }
}

/// Puts the database's role names into a text.
pub(crate) fn with_roles(text: &str, database: &str) -> String {
    ROLES.iter().fold(text.to_owned(), |text, role| {
        text.replace(&format!("{{{role}}}"), &format!("{database}_{role}"))
    })
}

/// What the comment at the top of a file says behind a word, on each line that begins with it.
pub(crate) fn stated<'sql>(sql: &'sql str, word: &str) -> Vec<&'sql str> {
    let lines = sql.lines().take_while(|line| line.starts_with("--"));
    let stated =
        lines.filter_map(|line| line.strip_prefix("-- ")?.strip_prefix(word)?.strip_prefix(": "));
    stated
        .flat_map(|value| if word == "context" { vec![value] } else { value.split(", ").collect() })
        .collect()
}

pub(crate) async fn correct() -> Prepared {
    prepared(TestDatabase::empty().await, CORRECT).await
}

pub(crate) async fn sealed() -> Prepared {
    prepared(TestDatabase::create().await, SEALED).await
}

pub(crate) async fn conversion() -> Prepared {
    prepared(TestDatabase::empty().await, CONVERSION).await
}

/// Loads a file whose comment says how it is proved.
pub(crate) async fn prepared(database: TestDatabase, sql: &str) -> Prepared {
    let sql = with_roles(sql, database.name());
    database.admin().await.batch_execute(&sql).await.unwrap();
    Prepared { database, sql }
}

/// Each database loads, has the role that it names, and its own organizations can be entered.
#[tokio::test]
async fn the_databases_load_and_their_organizations_can_be_entered() {
    for (prepared, count, seen) in [
        (correct().await, "select count(*) from atrium.bookings", 1_i64),
        (sealed().await, "select count(*) from app.open_tasks", 0),
        (conversion().await, "select count(*) from public.helper_slogans", 1),
    ] {
        let admin = prepared.database.admin().await;
        admin.batch_execute("begin").await.unwrap();
        let context = prepared.stated("context")[0];
        if context != "sealed" {
            let entered = context
                .replace("{org}", "e0000000-0000-4000-8000-00000000000a")
                .replace("{user}", "ac000000-0000-4000-8000-00000000000a");
            admin.batch_execute(&entered).await.unwrap();
        }
        admin.batch_execute(&format!("set local role {}", prepared.role())).await.unwrap();
        assert_eq!(admin.query_one(count, &[]).await.unwrap().get::<_, i64>(0), seen, "{count}");
    }
}

/// No false alarm: of what is right, nothing is said to leak, except that a setting can be forged. How much is said all
/// the same, warnings above all, is checked in.
#[tokio::test]
async fn a_correct_database_raises_no_alarm() {
    let (mut figures, mut warnings) = (String::new(), String::new());
    for (name, prepared, may_leak) in [
        ("setting", correct().await, &[Attack::Forged][..]),
        ("sealed", sealed().await, &[]),
        ("fifty", fifty().await, &[]),
    ] {
        let started = std::time::Instant::now();
        let address = prepared.database.admin_config();
        let report = proved(&address, |word| prepared.stated(word)).await.unwrap();
        let totals = report.totals();
        assert!(
            totals.attacks > 0 && totals.not_run == 0 && started.elapsed().as_secs() < 30,
            "{totals:?}"
        );
        raises_no_alarm(&report, may_leak);
        figures.push_str(&tallies::line(name, &report));
        warnings.push_str(&tallies::codes(name, &report));
        if name == "fifty" {
            compare_with_output("fifty", &fifty_told(&report));
        }
    }
    let head = "# What `tenantry prove` says of databases that are right: cells, then findings. Written by a test.\n\n";
    let columns = tallies::COLUMNS;
    compare_with_output("correct", &format!("{head}{columns}{figures}\n{warnings}"));
}

fn raises_no_alarm(report: &Report, may_leak: &[Attack]) {
    let leaks: Vec<_> =
        leaks(report).into_iter().filter(|(_, attack)| !may_leak.contains(attack)).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    let alarms = report.findings.iter().filter(|finding| {
        finding.severity != Severity::Warning
            && !may_leak.iter().any(|attack| attack.code() == finding.code)
    });
    let alarms: Vec<_> = alarms.map(|finding| (&finding.code, &finding.title)).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
}

fn fifty_told(report: &Report) -> String {
    format!(
        "# Fifty tables under the contract, attacked. Written by a test.\n\n{}{}\n{}",
        tallies::COLUMNS,
        tallies::line("fifty", report),
        tallies::folded(report)
    )
}

fn compare_with_output(name: &str, text: &str) {
    checked_in::compare(&format!("crates/tenantry-prove/tests/output/{name}.txt"), text);
}

/// What a hand-made conversion leaks: the tables that nobody scoped, the view, the three functions, the bypassing policies.
#[tokio::test]
async fn a_conversion_that_was_declared_complete_leaks() {
    let prepared = conversion().await;
    let address = prepared.database.admin_config();
    let report = proved(&address, |word| prepared.stated(word)).await.unwrap();
    compare_with_output("conversion", &summary(&report));
    let findings = report.findings.iter().filter(|finding| finding.severity == Severity::Leak);
    let mut leaking: BTreeSet<_> = findings.map(|finding| finding.object.clone()).collect();
    leaking.extend(leaks(&report).into_iter().map(|(object, _)| object));
    for object in [
        "users_safe",
        "add_credits",
        "get_user_for_login",
        "log_audit_event",
        "helper_documents",
        "helper_slogans",
        "organization_members",
    ] {
        let is_named = leaking.iter().any(|name| name.contains(object));
        assert!(is_named, "{object} is not said to leak: {leaking:#?}");
    }
}
