//! Why a command of adopt stopped, as a problem with a code, a next step, and last whether anything was changed.

use std::time::Duration;

use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::DecisionsError;

use super::words::{holder, some};
use crate::clean;
use crate::failure;
use crate::trouble::{NOTHING_CHANGED, Problem, Trouble};

/// What was going on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// Only reading.
    Looking,
    /// Changing the database, with locks that are waited for so long at the most. The command goes on when it is
    /// repeated.
    Working {
        /// How the command is repeated.
        again: &'static str,
        /// The longest wait for a lock.
        lock: Duration,
    },
}

/// So many lines of a list are shown.
const SHOWN: usize = 12;

/// The trouble of an error.
pub(super) fn of(error: &AdoptError, stage: Stage) -> Trouble {
    let trouble = Trouble::from(problem(error, stage));
    let Stage::Working { again, lock } = stage else { return trouble };
    let outcome = match error {
        AdoptError::Decisions(_)
        | AdoptError::Drifted { .. }
        | AdoptError::Busy { .. }
        | AdoptError::NotStarted
        | AdoptError::Refused(_)
        | AdoptError::Lossy { .. } => NOTHING_CHANGED.to_owned(),
        AdoptError::Blocked { .. } => {
            format!("Your application was never made to wait longer than {}.", wait(lock))
        }
        AdoptError::Database(_)
        | AdoptError::Migrate(_)
        | AdoptError::Step { .. }
        | AdoptError::Orphans { .. }
        | AdoptError::Leaks { .. }
        | AdoptError::Prove(_) => format!("What was done stays done; {again} goes on from there."),
    };
    trouble.outcome(outcome)
}

fn problem(error: &AdoptError, stage: Stage) -> Problem {
    match error {
        AdoptError::Database(error) => failure::of_database(error),
        AdoptError::Migrate(error) => failure::of_migration(error),
        AdoptError::Prove(error) => crate::prove::problem_of(error),
        AdoptError::Decisions(error) => undecided(error),
        AdoptError::Drifted { difference } => {
            listed(Problem::new("TN1104", error.to_string()), "now", difference)
                .help("tenantry adopt plan --diff   shows what it means for the plan")
                .help("tenantry adopt plan   makes a fresh one")
        }
        AdoptError::Blocked { table, tries, waited, holders } => {
            let again = match stage {
                Stage::Working { again, .. } => again,
                Stage::Looking => "the same command",
            };
            let title = format!(
                "could not lock {}, tried {tries} times over {}",
                clean::text(&table.shown()),
                crate::text::seconds(*waited)
            );
            let problem = Problem::new("TN1105", title);
            let told = holders.iter().fold(problem, |problem, found| {
                problem.fact("holder", holder(found)).fact("runs", clean::text(&found.query))
            });
            told.help(format!("end that session or wait, then  {again}   goes on from there"))
        }
        AdoptError::Busy { pid, holder } => Problem::new("TN1106", error.to_string())
            .fact("holder", format!("backend {pid}, {}", clean::text(holder)))
            .help("tenantry adopt status   shows how far it is")
            .help("tenantry adopt pause   stops it after the batch that runs"),
        AdoptError::NotStarted => Problem::new("TN1107", error.to_string())
            .help("tenantry adopt plan   reads it and changes nothing"),
        AdoptError::Refused(_) => Problem::new("TN1108", clean::text(&error.to_string()))
            .help("tenantry adopt status   shows where it stands"),
        AdoptError::Lossy { obstacles, help } => {
            help.iter().fold(lossy(error.to_string(), obstacles), |problem, line| {
                problem.help(clean::text(line))
            })
        }
        AdoptError::Orphans { table, .. } => {
            let line = format!("[tables.\"{}\"]  orphans", clean::text(&table.to_string()));
            Problem::new("TN1110", clean::text(&error.to_string()))
                .help(format!("{line} = \"default\"      to the plan's organization"))
                .help(format!("{line} = \"quarantine\"   to one of their own"))
        }
        AdoptError::Leaks { leaks, .. } => {
            let leaks = i64::try_from(*leaks).unwrap_or(i64::MAX);
            let title = format!("{} found", were(leaks));
            Problem::new("TN1111", title)
                .help("mend what the report shows, then  tenantry adopt apply --enforce")
        }
        AdoptError::Step { number, title, message, sql } => {
            Problem::new("TN1112", clean::text(&format!("step {number}, {title}, failed")))
                .fact("cause", clean::text(message))
                .fact("in", clean::text(sql))
                .help("tenantry adopt status")
        }
    }
}

fn were(leaks: i64) -> String {
    format!("{} {}", some(leaks, "leak"), if leaks == 1 { "was" } else { "were" })
}

/// What stands in the way of taking it back.
pub(super) fn lossy(title: String, obstacles: &[String]) -> Problem {
    listed(Problem::new("TN1109", title), "because", obstacles)
}

/// A problem with a list; a long one is cut, and says so.
fn listed(problem: Problem, label: &'static str, lines: &[String]) -> Problem {
    let mut shown: Vec<String> = lines.iter().take(SHOWN).map(|line| clean::text(line)).collect();
    if lines.len() > SHOWN {
        shown.push(format!("… {} more", lines.len() - SHOWN));
    }
    if shown.is_empty() { problem } else { problem.fact(label, shown.join("\n")) }
}

/// The plan is of no use as it is.
fn undecided(error: &DecisionsError) -> Problem {
    let mend = "mend that line, and run the same command again";
    match error {
        DecisionsError::Open(tables) => open(tables),
        DecisionsError::Form(cause) => Problem::new("TN1101", "the plan cannot be read")
            .fact("cause", clean::text(cause))
            .help(mend),
        DecisionsError::Wrong { table, problem } => {
            Problem::new("TN1101", "the plan says something that cannot be")
                .fact("where", clean::text(table))
                .fact("cause", clean::text(problem))
                .help(mend)
        }
    }
}

/// Tables are open.
pub(super) fn open(tables: &[String]) -> Problem {
    let number = i64::try_from(tables.len()).unwrap_or(i64::MAX);
    let verb = if number == 1 { "is" } else { "are" };
    let title = format!("{} {verb} still to be decided", some(number, "table"));
    listed(Problem::new("TN1102", title), "open", tables)
        .help("write  class = \"tenant\"  or  class = \"shared\"  in place of  decide = \"?\"")
        .help("tenantry adopt plan   says what is known of each")
}

/// A wait in its unit.
fn wait(time: Duration) -> String {
    if time.as_millis() < 2_000 {
        format!("{} ms", time.as_millis())
    } else {
        format!("{} s", time.as_secs_f64())
    }
}
