//! One command of a chore: announced, run from the root, timed, and remembered for the summary.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what it should.
    Passed,
    /// It did not; what it printed says why.
    Failed,
    /// It was not run, and this is what is missing.
    Skipped(String),
}

/// A step that is over.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
}

impl Done {
    /// Announces and runs `work`; an error is printed and is a failure.
    pub(crate) fn of(name: &'static str, work: impl FnOnce() -> Result<Outcome>) -> Self {
        println!("── {name}");
        let start = Instant::now();
        let outcome = work().unwrap_or_else(|error| {
            println!("{error:#}");
            Outcome::Failed
        });
        if let Outcome::Skipped(reason) = &outcome {
            println!("{reason}: skipped");
        }
        Self { name, outcome, took: start.elapsed() }
    }
}

/// A cargo command to be run from `root`, with words separated by spaces.
pub(crate) fn cargo(root: &Path, words: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(words.split_whitespace()).current_dir(root);
    command
}

/// Runs the command with its output shown.
pub(crate) fn passes(command: &mut Command) -> Result<Outcome> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    Ok(if status.success() { Outcome::Passed } else { Outcome::Failed })
}

/// Whether the command can be run here; its output is thrown away.
pub(crate) fn exists(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
