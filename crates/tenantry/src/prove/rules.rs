//! The rules of what `prove` finds, as `tenantry explain` and the reference of codes show them. They live in
//! `tenantry-prove`, beside what finds them; here is only how they are told.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tenantry_prove::report::Severity;
use tenantry_prove::rule::Rule;

use crate::paint::{self, paint};
use crate::text::wrap;

/// The families of rules: the first digits of their codes, and what they are about.
pub(crate) const FAMILIES: [(&str, &str); 3] = [
    ("TN07", "The lints of prove"),
    ("TN08", "The attacks of prove"),
    ("TN09", "The plans of prove"),
];

/// The rules of a family, in order.
pub(crate) fn of_family(prefix: &str) -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> =
        tenantry_prove::rules().filter(|rule| rule.code.starts_with(prefix)).collect();
    rules.sort_unstable_by_key(|rule| rule.code);
    rules
}

/// The rule of a code, written in any case, with or without its letters, for people or for programs.
pub(crate) fn explain(wanted: &str, is_json: bool, width: usize) -> Option<String> {
    let wanted = wanted.trim().to_uppercase();
    let wanted = wanted.strip_prefix("TN").unwrap_or(&wanted);
    let rule = tenantry_prove::rules().find(|rule| &rule.code[2..] == wanted)?;
    Some(if is_json { rule_value(rule).to_string() } else { text(rule, width) })
}

/// How bad it is, in a sentence.
const fn ending(severity: Severity) -> &'static str {
    match severity {
        Severity::Leak => "A leak: prove ends with exit code 5.",
        Severity::Oracle => "It reveals: prove ends with exit code 5 under --deny oracle.",
        Severity::Warning => "A warning: prove ends with exit code 5 under --deny warnings.",
    }
}

fn text(rule: &Rule, width: usize) -> String {
    let width = width.min(100);
    let mut out =
        format!("{}  {}\n", paint(paint::ERROR, rule.code), paint(paint::STRONG, rule.title));
    let parts =
        [("tried", rule.tried), ("passes", rule.passes), ("why", rule.why), ("mend", rule.remedy)];
    for (label, paragraph) in parts {
        out.push('\n');
        for (index, line) in wrap(paragraph, width.saturating_sub(10)).iter().enumerate() {
            let label = paint(paint::DIM, &format!("{:<6}", if index == 0 { label } else { "" }));
            let _ = writeln!(out, "  {label}  {line}");
        }
    }
    let _ = writeln!(out, "\n  {}", paint(paint::DIM, ending(rule.severity)));
    out
}

/// A rule for programs.
pub(crate) fn rule_value(rule: &Rule) -> Value {
    json!({
        "code": rule.code, "part": rule.part.name(), "severity": rule.severity.name(), "title": rule.title,
        "tried": rule.tried, "passes": rule.passes, "why": rule.why, "remedy": rule.remedy,
    })
}

#[cfg(test)]
mod tests {
    use tenantry_prove::report::Part;

    use super::*;

    #[test]
    fn a_rule_is_told_with_what_passes_and_how_it_is_mended() {
        let rule = Rule {
            code: "TN0721",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "a view shows more than its caller may see",
            tried: "Every view that the role can read is looked at.",
            passes: "A view with security_invoker.",
            why: "A view runs with the rights of its owner, so that the rows behind it are not filtered for whoever asks.",
            remedy: "Set security_invoker.",
        };
        let shown = anstream::adapter::strip_str(&text(&rule, 60)).to_string();
        assert!(shown.lines().all(|line| line.chars().count() <= 60), "{shown}");
        for part in ["TN0721", "tried   Every", "passes  A view with", "exit code 5"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert_eq!(rule_value(&rule)["severity"], "leak");
    }
}
