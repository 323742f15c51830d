//! What mends a finding: a statement to run, or something that a person has to decide. A newcomer would print the text
//! of the finding as it is, and somebody would paste a sentence into a database.

use crate::report::Finding;

/// How the text of a finding begins when nobody but a person can mend it.
const DECIDE: &str = "decide: ";

/// What mends a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix<'a> {
    /// Statements that can be run as they are.
    Sql(&'a str),
    /// What a person has to decide, in words.
    Decide(&'a str),
}

impl<'a> Fix<'a> {
    /// What mends a finding; nothing where nothing is known.
    #[must_use]
    pub fn of(finding: &'a Finding) -> Option<Self> {
        if finding.fix.is_empty() {
            return None;
        }
        Some(match finding.fix.strip_prefix(DECIDE) {
            Some(choice) => Self::Decide(choice),
            None => Self::Sql(&finding.fix),
        })
    }

    /// One lower-case word that stands before it: `fix` or `decide`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sql(_) => "fix",
            Self::Decide(_) => "decide",
        }
    }

    /// [`label`](Self::label) as a heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Sql(_) => "Fix",
            Self::Decide(_) => "Decide",
        }
    }

    /// The statements or the words.
    #[must_use]
    pub const fn text(self) -> &'a str {
        match self {
            Self::Sql(text) | Self::Decide(text) => text,
        }
    }
}
