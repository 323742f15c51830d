//! A run of `prove` as the tests make it, and what it marks: everything on an object that is not as it should be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tenantry_core::Clock;
use tenantry_db::Config;
use tenantry_prove::attack::Attack;
use tenantry_prove::report::{Outcome, Report, Severity};
use tenantry_prove::{Options, ProveError, prove};

/// An object, in the words of the report, and the code or the attack that is against it.
pub(crate) type Mark = (String, String);

/// Runs everything. `stated` answers what is said of a database: its role, how an organization is entered (`sealed`
/// when nobody has to say it), and what else is told.
pub(crate) async fn proved<'sql>(
    address: &Config,
    stated: impl Fn(&str) -> Vec<&'sql str>,
) -> Result<Report, ProveError> {
    let first = |word| stated(word).first().map(|value| (*value).to_owned());
    let options = Options {
        role: first("role"),
        context: first("context").filter(|context| context != "sealed"),
        tenant_column: first("tenant"),
        shared: stated("shared").into_iter().map(str::to_owned).collect(),
        ..Options::default()
    };
    Box::pin(prove(address, &options, &Clock::system(), &|_| {})).await
}

/// Every finding, with what shows it, and every cell that leaked or revealed; and how bad the worst of them is.
pub(crate) fn marks(report: &Report) -> BTreeMap<Mark, Severity> {
    let mut marks = BTreeMap::new();
    let mut mark = |object: &str, what: &str, severity: Severity| {
        let worst = marks.entry((object.to_owned(), what.to_owned())).or_insert(severity);
        *worst = severity.min(*worst);
    };
    for finding in &report.findings {
        let object = format!("{} · {}", finding.object, finding.title);
        for attack in finding.evidence.iter().flat_map(|evidence| &evidence.attacks) {
            mark(&object, attack.name(), finding.severity);
        }
        mark(&object, &finding.code, finding.severity);
    }
    for object in &report.objects {
        for cell in &object.cells {
            match cell.outcome {
                Outcome::Leaked { .. } => mark(&object.name, cell.attack.name(), Severity::Leak),
                Outcome::Revealed => mark(&object.name, cell.attack.name(), Severity::Oracle),
                _ => {}
            }
        }
    }
    marks
}

/// The attacks that leaked, each with its object.
pub(crate) fn leaks(report: &Report) -> BTreeSet<(String, Attack)> {
    let objects = report
        .objects
        .iter()
        .flat_map(|object| object.cells.iter().map(move |cell| (object, cell)));
    objects
        .filter(|(_, cell)| matches!(cell.outcome, Outcome::Leaked { .. }))
        .map(|(object, cell)| (object.name.clone(), cell.attack))
        .collect()
}

/// A report as it is kept beside a database: what got through on each object (with a question mark when it only revealed),
/// then what is said to leak or to reveal.
pub(crate) fn summary(report: &Report) -> String {
    let mut text = String::from("# What `tenantry prove` finds here. Written by a test.\n\n");
    let mut objects: Vec<_> = report.objects.iter().collect();
    objects.sort_by(|one, other| one.name.cmp(&other.name));
    for object in objects {
        let bad = object.cells.iter().filter_map(|cell| match cell.outcome {
            Outcome::Leaked { .. } => Some(cell.attack.name().to_owned()),
            Outcome::Revealed => Some(format!("{}?", cell.attack)),
            _ => None,
        });
        let bad: Vec<_> = bad.collect();
        if !bad.is_empty() {
            writeln!(text, "{:<44} {}", object.name, bad.join(" ")).unwrap();
        }
    }
    let findings: BTreeSet<_> = report
        .findings
        .iter()
        .map(|finding| {
            format!("{} {:<7} {}\n", finding.code, finding.severity.name(), finding.object)
        })
        .collect();
    text.push('\n');
    text.extend(findings);
    // A test's database has another name each time, and so have its roles.
    text.replace(&report.database, "DATABASE")
}
