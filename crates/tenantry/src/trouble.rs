//! What stops a command, as a person reads it: what is wrong, the facts behind it, the next step, and last whether
//! anything was changed. Everything passes through [`mask`](crate::mask::mask) on its way out, so a password in an
//! address is never shown, whoever put it into the text.

mod render;

use crate::codes;
use crate::exit::Exit;

#[cfg(test)]
pub(crate) use render::text;
pub(crate) use render::{Style, caution, report};

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    /// Its code in the registry; none for a slip on the command line.
    pub(crate) code: Option<&'static str>,
    /// What is wrong, in a clause.
    pub(crate) title: String,
    /// What is behind it, each under a word: `cause`, `file`, `holder`.
    pub(crate) facts: Vec<(&'static str, String)>,
    /// The next step, one line each. Statements and commands are never broken: they are there to be copied.
    pub(crate) help: Vec<String>,
}

/// Why a command stopped.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// Everything that is wrong, at least one thing.
    pub(crate) problems: Vec<Problem>,
    /// Whether anything was changed.
    pub(crate) outcome: String,
    /// How the program ends.
    pub(crate) exit: Exit,
}

/// The last line of everything that stopped before it began.
pub(crate) const NOTHING_CHANGED: &str = "Nothing was changed.";

impl Problem {
    /// A problem that the registry knows.
    pub(crate) fn new(code: &'static str, title: impl Into<String>) -> Self {
        Self { code: Some(code), title: title.into(), facts: Vec::new(), help: Vec::new() }
    }

    /// A slip on the command line.
    pub(crate) fn slip(title: impl Into<String>) -> Self {
        Self { code: None, title: title.into(), facts: Vec::new(), help: Vec::new() }
    }

    /// Adds a fact.
    pub(crate) fn fact(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.facts.push((label, text.into()));
        self
    }

    /// Adds every cause below an error, outermost first.
    pub(crate) fn causes(mut self, error: &dyn std::error::Error) -> Self {
        let mut source = error.source();
        while let Some(cause) = source {
            self.facts.push(("cause", cause.to_string()));
            source = cause.source();
        }
        self
    }

    /// Adds a line of help.
    pub(crate) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// How the program ends when this stops it.
    fn exit(&self) -> Exit {
        match self.code {
            None => Exit::Usage,
            Some(code) => codes::find(code).map_or(Exit::Failed, |entry| entry.exit),
        }
    }
}

impl Trouble {
    /// Several problems at once; the first decides how the program ends.
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        let exit = problems.first().map_or(Exit::Failed, Problem::exit);
        Self { problems, outcome: NOTHING_CHANGED.to_owned(), exit }
    }

    /// Says what was changed before it stopped.
    pub(crate) fn outcome(mut self, outcome: impl Into<String>) -> Self {
        self.outcome = outcome.into();
        self
    }
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::new(vec![problem])
    }
}
