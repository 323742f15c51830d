//! The line of a phase that is done: ` 1 expand      ●  11 columns, 22 indexes      8.1 s   longest lock 3 ms`. A run and the
//! status write the same.

use std::fmt::Write as _;

use tenantry_adopt::progress::PhaseProgress;
use tenantry_adopt::step::Phase;

use super::steps::place;
use super::words::{lock, number, took};
use crate::clean;
use crate::paint::{self, paint};
use crate::text::wrap;

/// Where the words begin.
const INDENT: usize = 18;
/// From here on the lock is written out.
const WIDE: usize = 100;

/// The line, on as many lines as the words need.
pub(super) fn text(progress: &PhaseProgress, width: usize) -> String {
    let figures = figures(progress, width);
    let room = width.saturating_sub(INDENT + figures.chars().count() + 3);
    let mut out = String::new();
    for (index, line) in wrap(&words(progress), room).iter().enumerate() {
        if index > 0 {
            let _ = write!(out, "\n{:INDENT$}{line}", "");
            continue;
        }
        let gap = room.saturating_sub(line.chars().count()) + 3;
        let head = format!(" {} {:<12}", place(progress.phase), progress.phase.name());
        let figures = paint(paint::DIM, &figures);
        let mark = paint(paint::GOOD, "●");
        out = format!("{head} {mark} {line}{}{figures}", " ".repeat(gap));
    }
    out
}

/// What was done.
pub(super) fn words(progress: &PhaseProgress) -> String {
    let words = clean::text(&progress.words);
    match (progress.phase, words.as_str()) {
        (Phase::Backfill, _) if progress.rows > 0 => format!("{} rows", number(progress.rows)),
        (_, "") => format!("{} of {} steps", progress.done, progress.of),
        _ => words,
    }
}

fn figures(progress: &PhaseProgress, width: usize) -> String {
    let time = took(progress.seconds);
    let label = if width >= WIDE { "longest lock" } else { "lock" };
    let held = if progress.longest_lock_ms > 0.0 {
        format!("{label} {:>6}", lock(progress.longest_lock_ms))
    } else {
        String::new()
    };
    let room = label.len() + 7;
    format!("{time:>11}   {held:<room$}")
}
