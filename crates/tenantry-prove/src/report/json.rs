//! The report as one JSON object: everything that it holds, and before it what is counted from that. A reader of
//! [`Report`] reads this too; it counts again and passes over the figures.

use serde::Serialize;

use super::{Report, Severity, Totals, Verdict};

/// The report with its figures, the verdict first.
#[derive(Serialize)]
struct Whole<'a> {
    verdict: Verdict,
    totals: Totals,
    severities: Severities,
    #[serde(flatten)]
    report: &'a Report,
}

/// How many findings there are of each severity.
#[derive(Serialize)]
struct Severities {
    leak: usize,
    oracle: usize,
    warning: usize,
}

/// The report as JSON, on one line.
#[must_use]
pub fn json(report: &Report) -> String {
    let severities = Severities {
        leak: report.count(Severity::Leak),
        oracle: report.count(Severity::Oracle),
        warning: report.count(Severity::Warning),
    };
    let whole = Whole { verdict: report.verdict(), totals: report.totals(), severities, report };
    serde_json::json!(whole).to_string()
}
