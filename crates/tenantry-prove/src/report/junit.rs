//! The report as JUnit XML, which every CI service shows: a suite for each object with a case for each attack, and a
//! suite for each part whose findings no case shows. An attack that does not apply is no case, since nothing was tried.

use std::fmt::Write as _;

use super::words::Fix;
use super::{Cell, Deny, Finding, Object, Outcome, Part, Report};

/// The report as JUnit XML. What `deny` refuses is a failure, so that the file and the exit code say the same.
#[must_use]
pub fn junit(report: &Report, deny: Deny) -> String {
    let mut suites: Vec<Suite> =
        report.objects.iter().map(|object| of_object(report, object, deny)).collect();
    for part in [Part::Lint, Part::Attack, Part::Plan] {
        suites.extend(of_part(report, part, deny));
    }
    suites.retain(|suite| !suite.cases.is_empty());
    let count = |end: End| suites.iter().map(|suite| suite.count(end)).sum::<usize>();
    let tests: usize = suites.iter().map(|suite| suite.cases.len()).sum();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"tenantry prove {}\" tests=\"{tests}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3}\">",
        attribute(&report.database),
        count(End::Failed),
        count(End::Skipped),
        report.seconds
    );
    for suite in &suites {
        suite.write(&mut out, report);
    }
    out.push_str("</testsuites>\n");
    out
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Skipped,
}

#[derive(Debug)]
struct Suite {
    name: String,
    cases: Vec<Case>,
}

#[derive(Debug)]
struct Case {
    name: String,
    end: End,
    /// The word that says what kind of failure it is.
    kind: &'static str,
    message: String,
    detail: String,
    output: String,
}

fn of_object(report: &Report, object: &Object, deny: Deny) -> Suite {
    let is_case = |cell: &&Cell| !matches!(cell.outcome, Outcome::DoesNotApply { .. });
    let cells = object.cells.iter().filter(is_case);
    let cases = cells.map(|cell| of_cell(report, object, cell, deny)).collect();
    Suite { name: object.name.clone(), cases }
}

fn of_cell(report: &Report, object: &Object, cell: &Cell, deny: Deny) -> Case {
    let is_refused = deny.refuses_outcome(&cell.outcome);
    let (end, kind, message) = match &cell.outcome {
        Outcome::Leaked { rows } => {
            let noun = if *rows == 1 { "row" } else { "rows" };
            (End::Failed, "leak", format!("{rows} {noun} of another organization"))
        }
        Outcome::Revealed if is_refused => (End::Failed, "oracle", cell.got.clone()),
        Outcome::NotRun { why } if is_refused => (End::Failed, "not-run", why.clone()),
        Outcome::NotRun { why } => (End::Skipped, "not-run", why.clone()),
        Outcome::Revealed => (End::Passed, "oracle", String::new()),
        Outcome::NoRows | Outcome::Refused | Outcome::DoesNotApply { .. } => {
            (End::Passed, "held", String::new())
        }
    };
    let shown = report.findings.iter().filter(|finding| shows(finding, object, cell));
    let detail = shown.map(explained).collect::<Vec<_>>().join("\n");
    let expected = format!("expected {}\ngot      {}\n", cell.expected, cell.got);
    Case {
        name: cell.attack.name().to_owned(),
        end,
        kind,
        message,
        detail: format!("{expected}{detail}"),
        output: output(cell),
    }
}

fn output(cell: &Cell) -> String {
    let facts = [("got", &cell.got), ("control", &cell.control)];
    let mut out = cell.sql.clone();
    for (label, text) in facts.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = write!(out, "{}-- {label}: {text}", if out.is_empty() { "" } else { "\n" });
    }
    out
}

/// Whether a finding is what a cell shows.
fn shows(finding: &Finding, object: &Object, cell: &Cell) -> bool {
    let evidence = finding.evidence.as_ref();
    // Functions are written with and without spaces between their arguments.
    let spaceless = |name: &str| name.replace(' ', "");
    spaceless(&finding.object) == spaceless(&object.name)
        && evidence.is_some_and(|evidence| evidence.attacks.contains(&cell.attack))
}

/// The findings of a part that no cell shows.
fn of_part(report: &Report, part: Part, deny: Deny) -> Option<Suite> {
    let is_shown = |finding: &Finding| {
        report
            .objects
            .iter()
            .any(|object| object.cells.iter().any(|cell| shows(finding, object, cell)))
    };
    let findings = report.findings.iter().filter(|finding| finding.part == part);
    let cases =
        findings.filter(|finding| !is_shown(finding)).map(|finding| of_finding(finding, deny));
    let cases: Vec<Case> = cases.collect();
    (!cases.is_empty()).then(|| Suite { name: part.name().to_owned(), cases })
}

fn of_finding(finding: &Finding, deny: Deny) -> Case {
    let is_refused = deny.refuses_severity(finding.severity);
    Case {
        name: format!("{} {}", finding.code, finding.object),
        end: if is_refused { End::Failed } else { End::Passed },
        kind: finding.severity.name(),
        message: finding.title.clone(),
        detail: explained(finding),
        output: format!("{}\n{}", finding.title, explained(finding)),
    }
}

fn explained(finding: &Finding) -> String {
    let mut out = format!("{}: {}\ncause  {}\n", finding.code, finding.title, finding.cause);
    if let Some(fix) = Fix::of(finding) {
        let _ = writeln!(out, "{:<6} {}", fix.label(), fix.text());
    }
    let _ = writeln!(out, "locks  {}", finding.lock);
    out
}

impl Suite {
    fn count(&self, end: End) -> usize {
        self.cases.iter().filter(|case| case.end == end).count()
    }

    fn write(&self, out: &mut String, report: &Report) {
        // The older schemas of this format know no time zone.
        let started = report.started_at.split(['.', 'Z']).next().unwrap_or_default();
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" timestamp=\"{}\">",
            attribute(&self.name),
            self.cases.len(),
            self.count(End::Failed),
            self.count(End::Skipped),
            attribute(started)
        );
        for case in &self.cases {
            case.write(out, &self.name);
        }
        out.push_str("  </testsuite>\n");
    }
}

impl Case {
    fn write(&self, out: &mut String, suite: &str) {
        let (name, suite) = (attribute(&self.name), attribute(suite));
        let _ = writeln!(out, "    <testcase name=\"{name}\" classname=\"{suite}\">");
        let message = attribute(&self.message);
        match self.end {
            End::Failed => {
                let detail = escaped(&self.detail);
                let kind = self.kind;
                let _ = writeln!(
                    out,
                    "      <failure message=\"{message}\" type=\"{kind}\">{detail}</failure>"
                );
            }
            End::Skipped => {
                let _ = writeln!(out, "      <skipped message=\"{message}\"/>");
            }
            End::Passed => {}
        }
        if !self.output.is_empty() {
            let _ = writeln!(out, "      <system-out>{}</system-out>", escaped(&self.output));
        }
        out.push_str("    </testcase>\n");
    }
}

/// A text for an attribute, which would turn the ends of lines into spaces.
fn attribute(text: &str) -> String {
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

/// A text between tags. XML 1.0 has no way to write most control characters, so those become
/// what Rust would print for them.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            control if control.is_control() => {
                let _ = write!(out, "{}", control.escape_default());
            }
            other => out.push(other),
        }
    }
    out
}
