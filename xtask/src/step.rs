//! One command of a chore: announced, run from the root, timed, and remembered for the summary.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// How often a process that may take too long is looked at.
const PAUSE: Duration = Duration::from_millis(50);

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

/// The same, but it and all it has started is ended, and has failed, when it takes longer than `patience`.
pub(crate) fn passes_within(command: &mut Command, patience: Duration) -> Result<Outcome> {
    let child = command
        .process_group(0)
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("{command:?}"))?;
    Ok(match ended_within(child, patience)? {
        Some(status) if status.success() => Outcome::Passed,
        Some(_) => Outcome::Failed,
        None => {
            println!("{command:?} took longer than {} s, and was ended", patience.as_secs());
            Outcome::Failed
        }
    })
}

/// Waits for the leader of a group of processes; at the end of `patience` the group is killed, and there is no status.
fn ended_within(mut child: Child, patience: Duration) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < patience {
        if let Some(status) = child.try_wait().context("waiting for a process")? {
            return Ok(Some(status));
        }
        std::thread::sleep(PAUSE);
    }
    let group = format!("-{}", child.id());
    let killed = Command::new("kill").args(["-KILL", "--", &group]).status().context("kill")?;
    child.wait().context("waiting for a process that was killed")?;
    ensure!(killed.success(), "the processes of the group {group} could not be ended");
    Ok(None)
}

/// Whether the command can be run here; its output is thrown away.
pub(crate) fn exists(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_takes_too_long_is_ended_with_all_it_has_started() {
        let mark = std::env::temp_dir().join(format!("tenantry-step-{}", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "(sleep 3; touch \"$0\") & wait"]).arg(&mark);
        let outcome = passes_within(&mut command, Duration::from_millis(200)).unwrap();
        assert_eq!(outcome, Outcome::Failed);
        std::thread::sleep(Duration::from_secs(4));
        assert!(!mark.exists(), "what it had started went on");
    }

    #[test]
    fn a_command_that_ends_in_time_says_itself_how() {
        let ended = |code| passes_within(Command::new("sh").args(["-c", code]), PAUSE * 200);
        assert_eq!(ended("exit 0").unwrap(), Outcome::Passed);
        assert_eq!(ended("exit 1").unwrap(), Outcome::Failed);
    }
}
