//! The kinds of findings of a plan, as `tenantry explain` and the reference of codes show them. They live in
//! `tenantry-adopt`, beside what finds them; here is only how they are told.

use std::fmt::Write as _;

use serde_json::json;

use crate::paint::{self, paint};
use crate::text::wrap;
use tenantry_adopt::finding::codes::FINDINGS;

/// The first digits of their codes, and what they are about.
pub(crate) const FAMILY: (&str, &str) = ("TN12", "What adopt finds in a plan");

/// A kind of finding: its code, what is so, and why it matters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) explanation: &'static str,
}

/// Every kind, in the order of the codes.
pub(crate) fn findings() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = FINDINGS
        .iter()
        .map(|(code, title, explanation)| Kind { code, title, explanation })
        .collect();
    kinds.sort_unstable_by_key(|kind| kind.code);
    kinds
}

/// The kind of a code, written in any case, with or without its letters, for people or for programs.
pub(crate) fn explain(wanted: &str, is_json: bool, width: usize) -> Option<String> {
    let wanted = wanted.trim().to_uppercase();
    let wanted = wanted.strip_prefix("TN").unwrap_or(&wanted);
    let kind = findings().into_iter().find(|kind| kind.code.strip_prefix("TN") == Some(wanted))?;
    Some(if is_json { kind.value().to_string() } else { kind.text(width) })
}

impl Kind {
    /// For programs.
    pub(crate) fn value(self) -> serde_json::Value {
        json!({ "code": self.code, "title": self.title, "explanation": self.explanation })
    }

    fn text(self, width: usize) -> String {
        let mut out =
            format!("{}  {}\n", paint(paint::WARNING, self.code), paint(paint::STRONG, self.title));
        for line in wrap(self.explanation, width.min(100).saturating_sub(2)) {
            let _ = write!(out, "\n  {line}");
        }
        let _ = write!(
            out,
            "\n\n  {}",
            paint(
                paint::DIM,
                "A finding of `tenantry adopt plan`, which says what to do about it."
            )
        );
        out
    }
}
