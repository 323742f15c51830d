//! What is known of a code: why it is a fault, what passes, and how it is mended. `tenantry explain` and the
//! reference in the documents are written from here.

mod attacks;
mod forms;
mod plans;

use crate::lint;
use crate::report::{Part, Severity};

pub use forms::{FORMS, Form};

/// The entry of one code.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// `TN07xx`, `TN08xx` or `TN09xx`.
    pub code: &'static str,
    /// Which part finds it.
    pub part: Part,
    /// How bad it is, as a rule; a finding may be milder, never worse.
    pub severity: Severity,
    /// What is wrong, in a few words, as a heading.
    pub title: &'static str,
    /// What is looked at or tried, in whole sentences.
    pub tried: &'static str,
    /// What passes, in whole sentences.
    pub passes: &'static str,
    /// Why it is a fault: what somebody could do with it.
    pub why: &'static str,
    /// How it is mended, and what that locks.
    pub remedy: &'static str,
}

/// Every rule: of the lints, the attacks and the plans.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let lints = lint::all().map(|lint| &lint.rule);
    lints.chain(attacks::RULES).chain(plans::RULES)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::attack::Attack;

    #[test]
    fn every_code_has_one_rule_and_stands_in_its_family() {
        let mut seen = BTreeSet::new();
        for rule in all() {
            assert!(seen.insert(rule.code), "{} is given out twice", rule.code);
            let family = match rule.part {
                Part::Lint => "TN07",
                Part::Attack => "TN08",
                Part::Plan => "TN09",
            };
            assert!(rule.code.starts_with(family), "{}", rule.code);
        }
        assert!(Attack::ALL.iter().all(|attack| seen.contains(attack.code())));
    }

    #[test]
    fn no_lint_finds_anything_worse_than_its_rule_says() {
        for lint in lint::all() {
            let has = |severity: Severity| lint.sql.contains(&format!("'{}'", severity.name()));
            let worst = [Severity::Leak, Severity::Oracle, Severity::Warning]
                .into_iter()
                .find(|one| has(*one));
            assert_eq!(worst, Some(lint.rule.severity), "{}", lint.rule.code);
        }
    }

    #[test]
    fn rules_are_whole_sentences_under_a_heading() {
        for rule in all() {
            assert!(!rule.title.ends_with('.'), "{}", rule.code);
            for text in [rule.tried, rule.passes, rule.why, rule.remedy] {
                assert!(text.ends_with('.') || text.ends_with('`'), "{}: {text}", rule.code);
            }
        }
    }
}
