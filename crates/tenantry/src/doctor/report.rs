//! The doctor's findings as a list for people and as a map for programs.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::check::{Check, State};
use super::{fix, summary};
use crate::mask::mask;
use crate::paint::{self, paint};
use crate::text::{count, wrap};

/// One line a check, with what to do below what is wrong. Routine checks that passed are counted.
pub(super) fn text(checks: &[Check], mended: &[String], is_verbose: bool, width: usize) -> String {
    let mut out = String::new();
    for line in mended {
        let _ = writeln!(out, " {} mended    {}", paint(paint::GOOD, "●"), mask(line));
    }
    let is_hidden = |check: &&Check| check.is_routine && check.state == State::Good && !is_verbose;
    for check in checks.iter().filter(|check| !is_hidden(check)) {
        line(&mut out, check, width);
    }
    let hidden = checks.iter().filter(is_hidden).count();
    if hidden > 0 {
        let hint = paint(paint::DIM, "(--verbose shows them)");
        let more = count(hidden, "more check");
        let _ = writeln!(out, " {} {more} passed   {hint}", paint(paint::GOOD, "●"));
    }
    let (_, _, summary) = summary(checks);
    let codes = checks.iter().filter_map(|check| check.code);
    let hint = match codes.filter(|code| fix::may_mend(code)).count() {
        mendable if mendable > 0 && mended.is_empty() => {
            format!("   tenantry doctor --fix   can mend {mendable} of them")
        }
        _ => String::new(),
    };
    let _ = write!(out, "\n{}{}", paint(paint::STRONG, &summary), paint(paint::DIM, &hint));
    out
}

fn line(out: &mut String, check: &Check, width: usize) {
    let mark = match check.state {
        State::Good => paint(paint::GOOD, "●"),
        State::Warning => paint(paint::WARNING, "▲"),
        State::Problem => paint(paint::ERROR, "✕"),
        State::Skipped => paint(paint::DIM, "○"),
    };
    let code = check.code.map(|code| paint(paint::DIM, &format!("   {code}"))).unwrap_or_default();
    let title = wrap(&mask(&check.title), width.saturating_sub(12));
    let _ = writeln!(out, " {mark} {}{code}", title.join("\n   "));
    let is_told = matches!(check.state, State::Problem | State::Warning);
    for (label, text) in check.details.iter().filter(|_| is_told) {
        let lines = wrap(&mask(text), width.saturating_sub(16)).join(&format!("\n{:15}", ""));
        let _ = writeln!(out, "     {}{lines}", paint(paint::DIM, &format!("{label:<10}")));
    }
    for fix in &check.fixes {
        let _ = writeln!(out, "     {}{}", paint(paint::DIM, &format!("{:<10}", "fix")), mask(fix));
    }
}

/// The checks by family.
pub(super) fn json(checks: &[Check], mended: &[String]) -> String {
    let mut families: Map<String, Value> = Map::new();
    for check in checks {
        let details: Map<String, Value> = check
            .details
            .iter()
            .map(|(label, text)| ((*label).to_owned(), mask(text).into()))
            .collect();
        let fixes: Vec<String> = check.fixes.iter().map(|fix| mask(fix)).collect();
        let value = json!({
            "state": check.state.word(), "code": check.code, "title": mask(&check.title),
            "details": details, "fixes": fixes,
        });
        let family = families.entry(check.family).or_insert_with(|| json!([]));
        if let Value::Array(list) = family {
            list.push(value);
        }
    }
    let (problems, warnings, _) = summary(checks);
    json!({
        "healthy": problems == 0, "problems": problems, "warnings": warnings,
        "mended": mended, "checks": families,
    })
    .to_string()
}
