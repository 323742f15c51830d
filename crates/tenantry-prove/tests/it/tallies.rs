//! The figures of a run, for the outputs that are checked in: no times and no names of roles, so that two runs on one
//! schema say the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tenantry_prove::attack::Attack;
use tenantry_prove::report::{Cell, Outcome, Report, Severity};

/// What the columns of [`line`] are. The first word of a line is the database's name.
pub(crate) const COLUMNS: &str =
    "database  objects  attacks  stopped  leaked  revealed  not-run  leaks  oracles  warnings\n";

/// The totals of a run in one line: the cells first, then the findings by severity.
pub(crate) fn line(name: &str, report: &Report) -> String {
    let totals = report.totals();
    let count = |severity| report.count(severity);
    format!(
        "{name:<8}  {:>7}  {:>7}  {:>7}  {:>6}  {:>8}  {:>7}  {:>5}  {:>7}  {:>8}\n",
        report.objects.len(),
        totals.attacks,
        totals.stopped,
        totals.leaked,
        totals.revealed,
        totals.not_run,
        count(Severity::Leak),
        count(Severity::Oracle),
        count(Severity::Warning),
    )
}

/// How often each code is given, with its severity: `setting  warning  TN0738  12`.
pub(crate) fn codes(name: &str, report: &Report) -> String {
    let mut codes = BTreeMap::new();
    for finding in &report.findings {
        *codes.entry((finding.severity, finding.code.as_str())).or_insert(0) += 1;
    }
    let lines = codes.into_iter().map(|((severity, code), count)| {
        format!("{name:<8}  {:<7}  {code}  {count:>3}\n", severity.name())
    });
    lines.collect()
}

/// The matrix with its objects folded together: for each attack, on how many objects it came to what.
pub(crate) fn folded(report: &Report) -> String {
    let mut text =
        String::from("attack     no rows  refused  leaked  revealed  not run  does not apply\n");
    for attack in Attack::ALL {
        let cells: Vec<&Cell> =
            report.objects.iter().filter_map(|object| object.cell(attack)).collect();
        let count = |is: fn(&Outcome) -> bool| cells.iter().filter(|it| is(&it.outcome)).count();
        writeln!(
            text,
            "{:<9}  {:>7}  {:>7}  {:>6}  {:>8}  {:>7}  {:>14}",
            attack.name(),
            count(|outcome| matches!(outcome, Outcome::NoRows)),
            count(|outcome| matches!(outcome, Outcome::Refused)),
            count(|outcome| matches!(outcome, Outcome::Leaked { .. })),
            count(|outcome| matches!(outcome, Outcome::Revealed)),
            count(|outcome| matches!(outcome, Outcome::NotRun { .. })),
            count(|outcome| matches!(outcome, Outcome::DoesNotApply { .. })),
        )
        .unwrap();
    }
    text
}
