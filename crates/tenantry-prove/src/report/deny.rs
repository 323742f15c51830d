//! What makes a run end red. A leak always does; the rest only when somebody asked for it, because a team that begins
//! has warnings and a gate that is red from the first day is switched off on the second.

use super::{Outcome, Report, Severity, Verdict};

/// What is refused beside leaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deny {
    /// Answers that tell what another organization has.
    pub oracle: bool,
    /// Attacks that could not be tried.
    pub not_run: bool,
    /// Warnings of the lints and plans.
    pub warnings: bool,
}

impl Deny {
    /// Whether the run ends red.
    #[must_use]
    pub fn refuses(self, report: &Report) -> bool {
        let has_refused_cell = || {
            let mut cells = report.objects.iter().flat_map(|object| &object.cells);
            cells.any(|cell| self.refuses_outcome(&cell.outcome))
        };
        let has_refused_finding = || {
            let mut findings = report.findings.iter();
            findings.any(|finding| self.refuses_severity(finding.severity))
        };
        report.verdict() == Verdict::Leaks || has_refused_cell() || has_refused_finding()
    }

    /// Whether what came of an attack is refused.
    #[must_use]
    pub const fn refuses_outcome(self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::Leaked { .. } => true,
            Outcome::Revealed => self.oracle,
            Outcome::NotRun { .. } => self.not_run,
            Outcome::NoRows | Outcome::Refused | Outcome::DoesNotApply { .. } => false,
        }
    }

    /// Whether a finding of this severity is refused.
    #[must_use]
    pub const fn refuses_severity(self, severity: Severity) -> bool {
        match severity {
            Severity::Leak => true,
            Severity::Oracle => self.oracle,
            Severity::Warning => self.warnings,
        }
    }
}
