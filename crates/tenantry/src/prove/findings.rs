//! What is wrong, one block each: what was tried, what came back, why, and the statement that mends it. Statements
//! are never broken and have nothing before them, because they are there to be copied. A leak is never folded.

use std::fmt::Write as _;

use tenantry_prove::report::words::{Fix, grouped, listed};
use tenantry_prove::report::{Finding, Report, Severity};

use super::words::name;
use crate::paint::{self, paint};
use crate::text::wrap;

/// So many milder findings of one code are shown; the others are counted.
const SHOWN: usize = 3;

/// Every finding, the worst first.
pub(super) fn text(report: &Report, is_verbose: bool, width: usize) -> String {
    let mut blocks = Vec::new();
    let mut told: Vec<(&str, usize)> = Vec::new();
    for finding in &report.findings {
        let key = finding.code.as_str();
        let seen = match told.iter_mut().find(|(code, _)| *code == key) {
            Some((_, seen)) => {
                *seen += 1;
                *seen
            }
            None => {
                told.push((key, 1));
                1
            }
        };
        let is_folded = finding.severity != Severity::Leak && seen > SHOWN && !is_verbose;
        if !is_folded {
            blocks.push(block(finding, is_verbose, width));
        }
    }
    blocks.extend(folded(report, is_verbose, width));
    blocks.join("\n")
}

/// How many more there are of each code, and of what.
fn folded(report: &Report, is_verbose: bool, width: usize) -> Vec<String> {
    let mut codes: Vec<&str> = Vec::new();
    for finding in report.findings.iter().filter(|finding| finding.severity != Severity::Leak) {
        if !codes.contains(&finding.code.as_str()) {
            codes.push(&finding.code);
        }
    }
    let mut out = Vec::new();
    for code in codes.into_iter().filter(|_| !is_verbose) {
        let of_code = report.findings.iter().filter(|finding| finding.code == code);
        let more: Vec<&Finding> =
            of_code.skip(SHOWN).filter(|finding| finding.severity != Severity::Leak).collect();
        if !more.is_empty() {
            let objects: Vec<String> =
                more.iter().map(|finding| name(&finding.object).to_owned()).collect();
            let text = format!(
                "{} more {code}: {}   (--verbose shows them)",
                more.len(),
                listed(&objects)
            );
            let lines = wrap(&text, width.saturating_sub(2));
            out.push(format!("  {}\n", paint(paint::DIM, &lines.join("\n  "))));
        }
    }
    out
}

/// A row of a block.
enum Row {
    /// Broken where the line ends.
    Prose(&'static str, String),
    /// Never broken.
    Code(&'static str, String),
}

fn block(finding: &Finding, is_verbose: bool, width: usize) -> String {
    let mut out = String::new();
    let (word, style) = match finding.severity {
        Severity::Leak => ("error", paint::ERROR),
        Severity::Oracle | Severity::Warning => ("warning", paint::WARNING),
    };
    let head = format!("{word}[{}]:", finding.code);
    let title = wrap(&finding.title, width.saturating_sub(head.len() + 1));
    for (index, line) in title.iter().enumerate() {
        let before = if index == 0 { paint(style, &head) } else { "   ".to_owned() };
        let _ = writeln!(out, "{before} {}", paint(paint::STRONG, line));
    }
    let is_full = is_verbose || finding.severity != Severity::Warning;
    let rows = rows(finding, is_full);
    let last = rows.len().saturating_sub(1);
    for (index, row) in rows.iter().enumerate() {
        write_row(&mut out, row, index == last, width);
    }
    out
}

fn rows(finding: &Finding, is_full: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(evidence) = finding.evidence.as_ref().filter(|_| is_full) {
        let attacks: Vec<String> =
            evidence.attacks.iter().map(|attack| attack.name().to_owned()).collect();
        rows.push(if attacks.is_empty() {
            Row::Prose("object", finding.object.clone())
        } else {
            Row::Prose("attack", format!("{} on {}", listed(&attacks), finding.object))
        });
        rows.push(Row::Code("tried", evidence.sql.clone()));
        rows.push(Row::Prose("expected", evidence.expected.clone()));
        rows.push(Row::Prose("got", evidence.got.clone()));
    } else if is_full {
        rows.push(Row::Prose("object", finding.object.clone()));
    }
    rows.push(Row::Prose("cause", finding.cause.clone()));
    rows.extend(Fix::of(finding).map(|fix| match fix {
        Fix::Sql(statements) => Row::Code(fix.label(), statements.to_owned()),
        Fix::Decide(choice) => Row::Prose(fix.label(), choice.to_owned()),
    }));
    if is_full {
        rows.push(Row::Prose("locks", finding.lock.clone()));
        rows.push(Row::Code("more", format!("tenantry explain {}", finding.code)));
    }
    rows.retain(|row| match row {
        Row::Prose(_, text) | Row::Code(_, text) => !text.is_empty(),
    });
    rows
}

fn write_row(out: &mut String, row: &Row, is_last: bool, width: usize) {
    let (branch, stem) = if is_last { ("└─", "  ") } else { ("├─", "│ ") };
    let head = |label: &str| format!("  {} {label:<8}", paint(paint::DIM, branch));
    match row {
        Row::Prose(label, text) => {
            for (index, line) in wrap(text, width.saturating_sub(14)).iter().enumerate() {
                let before = match index {
                    0 => head(label),
                    _ => format!("  {} {:<8}", paint(paint::DIM, stem), ""),
                };
                let _ = writeln!(out, "{before} {line}");
            }
        }
        // No stem stands before the further lines of a statement: it would be copied with them.
        Row::Code(label, text) => {
            for (index, line) in text.trim_end().lines().enumerate() {
                let before = if index == 0 { head(label) } else { " ".repeat(13) };
                let _ = writeln!(out, "{before} {}", paint(paint::LINK, line));
            }
        }
    }
}

/// `2 leaks, 1 oracle, 5 warnings`.
pub(super) fn counts(report: &Report) -> Vec<String> {
    let severities = [Severity::Leak, Severity::Oracle, Severity::Warning];
    let counts = severities.map(|severity| (report.count(severity), severity.name()));
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    counts
        .map(|(count, noun)| {
            format!("{} {noun}{}", grouped(count as u64), if count == 1 { "" } else { "s" })
        })
        .collect()
}
