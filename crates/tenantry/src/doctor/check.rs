//! One thing that was looked at, and what was seen.

use crate::trouble::Problem;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Good,
    /// Works, and should be looked at.
    Warning,
    /// Does not work, or is not safe.
    Problem,
    /// Could not be asked.
    Skipped,
}

impl State {
    /// The word of the JSON.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Problem => "problem",
            Self::Skipped => "skipped",
        }
    }
}

/// One check.
#[derive(Debug, Clone)]
pub(super) struct Check {
    /// Its name in the JSON; checks of one family share theirs.
    pub(super) family: &'static str,
    pub(super) state: State,
    /// Its code, when it found something.
    pub(super) code: Option<&'static str>,
    /// What was seen, in a clause.
    pub(super) title: String,
    pub(super) details: Vec<(&'static str, String)>,
    /// What to do, to be copied.
    pub(super) fixes: Vec<String>,
    /// Shown only when everything is asked for, as long as it is good.
    pub(super) is_routine: bool,
}

impl Check {
    /// Something that is well.
    pub(super) fn good(family: &'static str, title: impl Into<String>) -> Self {
        Self::new(family, State::Good, title)
    }

    pub(super) fn new(family: &'static str, state: State, title: impl Into<String>) -> Self {
        Self {
            family,
            state,
            code: None,
            title: title.into(),
            details: Vec::new(),
            fixes: Vec::new(),
            is_routine: false,
        }
    }

    /// What a problem says.
    pub(super) fn of(family: &'static str, state: State, problem: &Problem) -> Self {
        Self {
            code: problem.code,
            details: problem.facts.clone(),
            fixes: problem.help.clone(),
            ..Self::new(family, state, problem.title.clone())
        }
    }

    pub(super) fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.details.push((label, text.into()));
        self
    }

    pub(super) fn routine(mut self) -> Self {
        self.is_routine = true;
        self
    }
}
