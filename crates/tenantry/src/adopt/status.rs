//! `tenantry adopt status` and `pause`: where it stands, phase by phase, and what the old logins would be denied. Only the
//! database is asked, so it says the same from everywhere.

use std::fmt::Write as _;

use tenantry_adopt::progress::{Denial, PhaseProgress, State, Status};
use tenantry_adopt::run as engine;
use tenantry_adopt::step::Phase;

use super::arguments::Where;
use super::columns::{self, Cell};
use super::failure::{self, Stage};
use super::target::Target;
use super::words::{brief, lock, moment, number, some, took};
use super::{Manner, outcome, phase_line, programs};
use crate::clean;
use crate::config::Config;
use crate::exit::Exit;
use crate::paint::{self, paint};
use crate::text::{shortened, wrap};
use crate::trouble::Trouble;

/// So many denied statements are shown.
const SHOWN: usize = 5;
/// Names of phases are not shortened.
const NAME: usize = 12;

/// Shows where it stands.
pub(super) async fn run(
    config: &Config,
    place: &Where,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, place)?;
    let status = engine::status(&target.address).await;
    let status = status.map_err(|error| failure::of(&error, Stage::Looking))?;
    show(&status, &target, manner)?;
    Ok(Exit::Done)
}

/// Asks whoever works on it to pause.
pub(super) async fn pause(
    config: &Config,
    place: &Where,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, place)?;
    let status = engine::pause(&target.address).await;
    let status = status.map_err(|error| failure::of(&error, Stage::Looking))?;
    if manner.screen.is_json {
        manner.screen.answer(&programs::status(&status)?);
        return Ok(Exit::Done);
    }
    let database = clean::text(&status.database);
    let again = target.again();
    let text = match &status.holder {
        Some(holder) => format!(
            "{database} pauses after the statement or batch that runs (pid {}).\nGo on with  tenantry adopt resume{again}",
            holder.pid
        ),
        None => format!("{database} is paused.\nGo on with  tenantry adopt resume{again}"),
    };
    manner.screen.say(&text);
    Ok(Exit::Done)
}

fn show(status: &Status, target: &Target, manner: Manner<'_>) -> Result<(), Trouble> {
    let shown = if manner.screen.is_json {
        programs::status(status)?
    } else {
        text(status, target.again(), manner.is_verbose, manner.screen.width.min(120))
    };
    manner.screen.answer(&shown);
    Ok(())
}

/// Where it stands, for a terminal.
pub(super) fn text(status: &Status, again: &str, is_verbose: bool, width: usize) -> String {
    let mut parts = vec![head(status, width), phases(status, width)];
    parts.extend(tables(status, is_verbose, width));
    parts.extend(denials(status, is_verbose, width));
    parts.push(ending(status, again, width));
    parts.join("\n\n")
}

fn head(status: &Status, width: usize) -> String {
    let database = paint(paint::STRONG, &clean::text(&status.database));
    let state = outcome::state(status.state);
    let mut out = format!("{database}   {}, {state}", status.phase.name());
    let (name, id) = &status.organization;
    let mut facts = vec![
        format!("since {}   plan {}", moment(&status.started_at), brief(&status.plan)),
        format!("first organization \"{}\" {id}", clean::text(name)),
    ];
    facts.extend(status.holder.iter().map(|holder| {
        format!("pid {} works on it, {}", holder.pid, clean::text(&holder.application))
    }));
    for line in facts.iter().flat_map(|fact| wrap(fact, width.saturating_sub(2))) {
        let _ = write!(out, "\n  {}", paint(paint::DIM, &line));
    }
    for around in outcome::reached_around(status) {
        for (index, line) in wrap(&around, width.saturating_sub(4)).iter().enumerate() {
            let mark = if index == 0 { "▲" } else { " " };
            let _ = write!(out, "\n  {} {line}", paint(paint::WARNING, mark));
        }
    }
    if let Some(error) = &status.error {
        for (index, line) in wrap(&clean::text(error), width.saturating_sub(4)).iter().enumerate() {
            let mark = if index == 0 { "✕" } else { " " };
            let _ = write!(out, "\n  {} {line}", paint(paint::ERROR, mark));
        }
    }
    out
}

fn phases(status: &Status, width: usize) -> String {
    let rows: Vec<Vec<Cell>> = status.phases.iter().map(|progress| row(status, progress)).collect();
    let lines = columns::lines(&rows, NAME, width.saturating_sub(2));
    lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn row(status: &Status, progress: &PhaseProgress) -> Vec<Cell> {
    let is_done = progress.done >= progress.of && progress.of > 0;
    let is_begun = progress.done > 0 || (status.phase == progress.phase && !is_at_rest(status));
    let (mark, style) = match (is_done, is_begun) {
        (true, _) => ("● done".to_owned(), paint::GOOD),
        (false, true) => (format!("◐ {}%", percent(status, progress)), paint::WARNING),
        (false, false) => ("○".to_owned(), paint::DIM),
    };
    let words = if progress.phase == Phase::Backfill && !is_done && is_begun {
        let (done, of) = filled(status);
        format!("{} of {} rows", number(done), number(of))
    } else {
        phase_line::words(progress)
    };
    let mut cells = vec![
        Cell::new(progress.phase.name()),
        Cell::styled(style, mark),
        Cell::figure(if is_begun || is_done { took(progress.seconds) } else { String::new() }),
        Cell::figure(if progress.longest_lock_ms > 0.0 {
            format!("lock {}", lock(progress.longest_lock_ms))
        } else {
            String::new()
        }),
        Cell::new(words),
    ];
    if !is_done && !is_begun {
        cells = cells.into_iter().map(|cell| cell.in_style(paint::DIM)).collect();
    }
    cells
}

const fn is_at_rest(status: &Status) -> bool {
    matches!(status.state, State::Shadow | State::Enforced | State::Finished)
}

/// How far a phase is: by rows where there are some, by steps else.
fn percent(status: &Status, progress: &PhaseProgress) -> i64 {
    let (done, of) = match progress.phase {
        Phase::Backfill => filled(status),
        _ => (
            i64::try_from(progress.done).unwrap_or_default(),
            i64::try_from(progress.of).unwrap_or_default(),
        ),
    };
    done.clamp(0, of.max(0)).saturating_mul(100) / of.max(1)
}

fn filled(status: &Status) -> (i64, i64) {
    let tables = status.tables.iter();
    tables.fold((0, 0), |(done, of), table| (done + table.done, of + table.of.max(table.done)))
}

/// The tables that are being filled; those that are done or wait are counted.
fn tables(status: &Status, is_verbose: bool, width: usize) -> Option<String> {
    let is_backfilling = status.phase == Phase::Backfill && !is_at_rest(status);
    if status.tables.is_empty() || !(is_backfilling || is_verbose) {
        return None;
    }
    let is_shown = |done: i64, is_done: bool| is_verbose || (!is_done && done > 0);
    let shown = status.tables.iter().filter(|table| is_shown(table.done, table.is_done));
    let rows: Vec<Vec<Cell>> = shown
        .map(|table| {
            let of = table.of.max(table.done);
            vec![
                Cell::new(clean::text(&table.table.shown())),
                Cell::figure(format!("{}%", table.done.saturating_mul(100) / of.max(1))),
                Cell::figure(number(table.done)),
                Cell::new(format!("of {}", number(of))),
            ]
        })
        .collect();
    let done = status.tables.iter().filter(|table| table.is_done).count();
    let waiting = status.tables.iter().filter(|table| !table.is_done && table.done == 0).count();
    let mut lines = columns::lines(&rows, NAME, width.saturating_sub(4));
    lines.push(paint(paint::DIM, &format!("{done} done · {waiting} waiting")));
    Some(lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n"))
}

/// What would be denied, the last seen first.
fn denials(status: &Status, is_verbose: bool, width: usize) -> Option<String> {
    if status.phase < Phase::Shadow || status.state == State::RollingBack {
        return None;
    }
    if status.denials.is_empty() {
        let text = "Nothing that the old logins sent in shadow would have been denied.";
        return (status.state == State::Shadow)
            .then(|| format!("{} {text}", paint(paint::GOOD, "●")));
    }
    let count = i64::try_from(status.denials.len()).unwrap_or(i64::MAX);
    let verb = if status.state == State::Shadow { "would be" } else { "would have been" };
    let title = format!("{} of the old logins {verb} denied", some(count, "statement"));
    let mut out = paint(paint::WARNING, &format!("▲ {title}"));
    let mut sorted: Vec<&Denial> = status.denials.iter().collect();
    sorted.sort_by(|one, other| other.last_at.cmp(&one.last_at));
    let shown = if is_verbose { usize::MAX } else { SHOWN };
    for denial in sorted.iter().take(shown) {
        let application = match denial.application.as_str() {
            "" => String::new(),
            name => format!(", app \"{name}\""),
        };
        let who = format!(
            "{}   user {}{application}, last {}",
            denial.table.shown(),
            denial.login,
            moment(&denial.last_at)
        );
        let statement =
            clean::text(&denial.statement).split_whitespace().collect::<Vec<_>>().join(" ");
        let statement =
            if is_verbose { statement } else { shortened(&statement, width.saturating_sub(6)) };
        let _ = write!(out, "\n  {}\n      {}", clean::text(&who), paint(paint::DIM, &statement));
    }
    if sorted.len() > shown {
        let more = format!("{} more   (-v shows them)", sorted.len() - shown);
        let _ = write!(out, "\n  {}", paint(paint::DIM, &more));
    }
    Some(out)
}

/// What can be done from here.
fn ending(status: &Status, again: &str, width: usize) -> String {
    let next = match (status.state, &status.holder) {
        (State::Paused | State::Stopped | State::Applying, None)
            if status.phase == Phase::Finish =>
        {
            format!("tenantry adopt finish{again}   goes on")
        }
        (State::Applying, Some(_)) => {
            format!("tenantry adopt pause{again}   stops it after the batch that runs")
        }
        (State::Applying, None) => {
            format!("No process works on it.   tenantry adopt resume{again}   goes on")
        }
        (State::Paused | State::Stopped, _) => {
            format!(
                "tenantry adopt resume{again}   goes on;   tenantry adopt rollback{again}   takes it back"
            )
        }
        (State::Shadow, _) => {
            format!(
                "tenantry adopt apply --enforce{again}   binds every login, and attacks the result"
            )
        }
        (State::Enforced, _) => {
            format!("tenantry adopt finish{again}   drops what only the old application needed")
        }
        (State::Finished, _) => format!("tenantry prove{again}   attacks it again"),
        (State::RollingBack, _) => {
            format!("tenantry adopt rollback{again}   goes on taking it back")
        }
    };
    if next.chars().count() <= width {
        next
    } else {
        next.replace(";   ", ";\n").replace(".   ", ".\n")
    }
}
