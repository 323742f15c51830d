//! The attack on the result. Only a leak is red; what keys that were kept on purpose tell is in the report.

use tenantry_core::Clock;
use tenantry_prove::report::{Report, Severity, Verdict};
use tenantry_prove::{Options, Progress};

use super::{Context, Done};
use crate::error::AdoptError;
use crate::operations::Prove;
use crate::progress::Event;

/// Attacks as the request path's login.
pub(super) async fn run(context: &Context<'_>, prove: &Prove) -> Result<Done, AdoptError> {
    let options = Options {
        role: Some("tenantry_app".to_owned()),
        shared: prove
            .shared
            .iter()
            .map(|table| format!("{}.{}", table.schema, table.name))
            .collect(),
        ..Options::default()
    };
    let observer = context.observer;
    let told = |progress: Progress| {
        let Progress { object, done, of } = progress;
        (observer.0)(Event::Attack { object, done, of });
    };
    let report = tenantry_prove::prove(context.address, &options, &Clock::system(), &told).await?;
    if report.verdict() == Verdict::Leaks {
        return Err(AdoptError::Leaks { leaks: leaks(&report), report: Box::new(report) });
    }
    Ok(Done { lines: lines(&report), report: Some(report), was_stopped: false })
}

/// Attacks that got through, or what else was found that leaks.
fn leaks(report: &Report) -> usize {
    report.totals().leaked.max(report.count(Severity::Leak))
}

fn lines(report: &Report) -> Vec<String> {
    let totals = report.totals();
    let mut lines = vec![format!("{} of {} attacks were stopped", totals.stopped, totals.attacks)];
    if totals.revealed > 0 {
        lines.push(format!(
            "{} told that something exists, and showed nothing of it",
            totals.revealed
        ));
    }
    if totals.not_run > 0 {
        lines.push(format!("{} could not be tried", totals.not_run));
    }
    lines
}
