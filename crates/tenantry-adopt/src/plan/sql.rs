//! The plan as SQL: every statement in order, with its lock. It can be read, reviewed and, where it says so, run by hand; what
//! is no statement (rows in batches, work done by code) stands there as a comment.

use std::fmt::Write as _;

use super::Plan;
use crate::operation::{Action, Manner, Operate};
use crate::step::{Phase, Step};

impl Plan {
    /// Every statement of every step, as a text that psql accepts.
    #[must_use]
    pub fn sql(&self) -> String {
        let mut text = heading(&format!(
            "{}: {} steps. Written by tenantry adopt plan --sql; tenantry adopt apply does the same, and waits for nobody's lock.",
            self.decisions.database,
            self.steps.len()
        ));
        if self.is_open() {
            text.push_str(&comment("Something is still to be decided, so there is no step."));
        }
        for phase in Phase::ALL {
            let steps: Vec<&Step> = self.steps.iter().filter(|step| step.phase == phase).collect();
            if !steps.is_empty() {
                text.push_str(&heading(phase.name()));
                steps.iter().for_each(|step| write_step(&mut text, step, &step.operation.start()));
            }
        }
        text.push_str(&finish(&self.steps));
        text
    }
}

/// What the last command does, which only steps with something left to do know.
fn finish(steps: &[Step]) -> String {
    let left = steps.iter().map(|step| (step, step.operation.complete()));
    let left: Vec<_> = left.filter(|(_, actions)| !actions.is_empty()).collect();
    if left.is_empty() {
        return String::new();
    }
    let mut text = heading(Phase::Finish.name());
    for (step, actions) in left {
        write_step(&mut text, step, &actions);
    }
    text
}

fn write_step(text: &mut String, step: &Step, actions: &[Action]) {
    text.push_str(&comment(&format!("{}. {}", step.number, step.operation.title())));
    for action in actions {
        text.push_str(&comment(&format!("   {}", manner(action))));
        text.push_str(&written(action));
    }
    text.push('\n');
}

/// The lock and the manner, in words.
fn manner(action: &Action) -> String {
    let locks: Vec<String> = action
        .locks
        .iter()
        .map(|(table, lock)| format!("{} on {}", lock.name(), table.shown()))
        .collect();
    let locks = if locks.is_empty() { "no lock on a table".to_owned() } else { locks.join(", ") };
    let manner = match &action.manner {
        Manner::Short => "one short transaction, tried again when a lock is not to be had",
        Manner::Long => "one transaction that lets everybody read and write",
        Manner::Concurrent { .. } => "outside a transaction",
        Manner::Batches(_) => "in many small transactions",
        Manner::Task(_) => "done by code",
    };
    format!("{locks}; {manner}")
}

fn written(action: &Action) -> String {
    let sql = action.sql.trim().trim_end_matches(';');
    match &action.manner {
        Manner::Short => {
            format!("begin;\nset local lock_timeout = '200ms';\n{sql};\ncommit;\n")
        }
        Manner::Long => format!("begin;\n{sql};\ncommit;\n"),
        Manner::Concurrent { .. } => format!("{sql};\n"),
        Manner::Batches(_) | Manner::Task(_) => comment(&format!("   {sql}")),
    }
}

fn heading(words: &str) -> String {
    format!("{}\n", comment(&format!("== {words} ==")))
}

/// Lines that are comments, whatever a name in them says.
fn comment(words: &str) -> String {
    let mut text = String::new();
    for line in words.split(['\n', '\r']) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "-- {}", line.trim_end());
    }
    text
}
