//! What can be reached beside tables: functions and sequences. Each has one attack, so a line says in words what a
//! matrix would need a column for.

use std::fmt::Write as _;

use tenantry_prove::report::words::kinds_in_words;
use tenantry_prove::report::{Object, Outcome};

use super::matrix::{GAP, mark};
use super::words::{name, shortened};
use crate::paint::{self, paint};
use crate::text::count;

/// A line for each that leaks or reveals, and how many others there are.
pub(super) fn text(objects: &[&Object], is_verbose: bool, width: usize) -> String {
    let mut lines: Vec<(String, String, &str, String)> = Vec::new();
    let (mut stopped, mut not_run): (Vec<&Object>, Vec<&Object>) = (Vec::new(), Vec::new());
    for object in objects {
        let outcomes = object.cells.iter().map(|cell| &cell.outcome);
        let outcome = outcomes.max_by_key(|outcome| weight(outcome));
        let says = match outcome {
            Some(Outcome::Leaked { rows }) => {
                let rows = usize::try_from(*rows).unwrap_or(usize::MAX);
                paint(paint::ERROR, &format!("{} leaked", count(rows, "row")))
            }
            Some(Outcome::Revealed) => paint(paint::WARNING, "reveals"),
            Some(Outcome::NotRun { .. }) if is_verbose => paint(paint::WARNING, "not run"),
            Some(Outcome::NotRun { .. }) => {
                not_run.push(object);
                continue;
            }
            _ if is_verbose => paint(paint::GOOD, "stopped"),
            _ => {
                stopped.push(object);
                continue;
            }
        };
        let attack = object.cells.first().map_or("", |cell| cell.attack.name());
        lines.push((mark(object), name(&object.name).to_owned(), attack, says));
    }
    if !not_run.is_empty() {
        let says = paint(paint::WARNING, "not run");
        lines.push((paint(paint::WARNING, "○"), kinds_in_words(not_run.iter().copied()), "", says));
    }
    if !lines.is_empty() && !stopped.is_empty() {
        let says = paint(paint::GOOD, "all stopped");
        lines.push((" ".to_owned(), kinds_in_words(stopped.iter().copied()), "", says));
    }
    let longest = lines.iter().map(|(_, label, ..)| label.chars().count()).max();
    let room = longest.unwrap_or_default().min(width.saturating_sub(30));
    let mut out = String::new();
    for (mark, label, attack, says) in lines {
        let label = format!("{:<room$}", shortened(&label, room));
        let attack = paint(paint::DIM, &format!("{attack:<5}"));
        let _ = writeln!(out, "{mark} {label}{:GAP$}{attack}{:GAP$}{says}", "", "");
    }
    out
}

/// Which of several outcomes a line tells.
const fn weight(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::DoesNotApply { .. } => 0,
        Outcome::NoRows | Outcome::Refused => 1,
        Outcome::NotRun { .. } => 2,
        Outcome::Revealed => 3,
        Outcome::Leaked { .. } => 4,
    }
}
