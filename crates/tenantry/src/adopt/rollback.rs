//! `tenantry adopt rollback`: shows what would be taken back and what stands in the way, asks for the database's name, and
//! takes it back, the last phase first. What the application wrote meanwhile stays.

use std::fmt::Write as _;

use tenantry_adopt::progress::State;
use tenantry_adopt::run::{self as engine, Installation, Undoing};
use tenantry_adopt::step::Phase;

use super::arguments::{RollbackArguments, waiting};
use super::columns::{self, Cell};
use super::failure::{self, Stage};
use super::steps::place;
use super::target::Target;
use super::words::moment;
use super::work::{self, Ended};
use super::{Manner, aftermath, confirmation, outcome, programs};
use crate::clean;
use crate::config::Config;
use crate::exit::Exit;
use crate::keys::Keys;
use crate::paint::{self, paint};
use crate::text::wrap;
use crate::trouble::{Problem, Trouble};

/// How the command is repeated.
const AGAIN: &str = "tenantry adopt rollback";
/// Names of phases are not shortened.
const NAME: usize = 14;

/// Takes it back.
pub(super) async fn run(
    config: &Config,
    arguments: &RollbackArguments,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, &arguments.place)?;
    let options = arguments.options();
    let undoing = engine::undoing(&target.address, &options).await;
    let undoing = undoing.map_err(|error| failure::of(&error, Stage::Looking))?;
    if manner.screen.is_json {
        manner.screen.answer(&programs::undoing(&undoing)?);
    } else {
        manner.screen.say(&text(&undoing, options.to, manner.screen.width.min(120)));
    }
    if !undoing.obstacles.is_empty() {
        return Err(impossible(&undoing).into());
    }
    // One that was interrupted when every step was taken back has only the journal left to forget.
    if undoing.lines.is_empty() && undoing.status.state != State::RollingBack {
        manner.screen.say("There is nothing to take back.");
        return Ok(Exit::Done);
    }
    let database = &undoing.status.database;
    confirmation::name(manner, database, "taking it back", "tenantry adopt rollback --yes")?;
    let keys = Keys::load_or_create(config)?;
    let installation = Installation { secret: &keys.secret, keys: &keys.context };
    let work_options = waiting(arguments.lock_timeout);
    let ended = work::run(&target, &work_options, manner.screen, true, async |work| {
        engine::rollback(work, &options, installation).await
    });
    match ended.await? {
        Ended::AtOnce => Err(outcome::at_once(AGAIN)),
        Ended::Itself { done, has_worked } => match *done {
            Ok(done) if manner.screen.is_json => {
                manner.screen.answer(&programs::outcome(&done)?);
                Ok(if done.was_stopped { Exit::Interrupted } else { Exit::Done })
            }
            Ok(done) => {
                manner.screen.say(&end(&undoing, options.to, done.was_stopped, target.again()));
                Ok(if done.was_stopped { Exit::Interrupted } else { Exit::Done })
            }
            Err(error) => {
                let lock = work_options.patience.longest;
                let stage = Stage::Working { again: AGAIN, lock };
                Err(aftermath::of(&target, &error, stage, has_worked).await)
            }
        },
    }
}

/// What would be done, for a terminal.
pub(super) fn text(undoing: &Undoing, to: Option<Phase>, width: usize) -> String {
    let status = &undoing.status;
    let goal = match to {
        Some(phase) => format!("to the end of {}", phase.name()),
        None => "to the state before adopt".to_owned(),
    };
    let head = format!(
        "{} is at phase {}, {}. Rolling back {goal}:",
        clean::text(&status.database),
        place(status.phase),
        status.phase.name()
    );
    let rows: Vec<Vec<Cell>> = undoing
        .lines
        .iter()
        .map(|(phase, what)| {
            let what = match phase {
                Phase::Backfill => "nothing to undo: the column goes with expand".to_owned(),
                Phase::Prove => "nothing to undo".to_owned(),
                _ => clean::text(what),
            };
            vec![Cell::new(format!("{} {}", place(*phase), phase.name())), Cell::new(what)]
        })
        .collect();
    let mut out = wrap(&head, width).join("\n");
    for line in columns::lines(&rows, NAME, width.saturating_sub(2)) {
        let _ = write!(out, "\n  {line}");
    }
    let stay = format!("What your application wrote since {} stays.", moment(&status.started_at));
    let _ = write!(out, "\n{}\n", paint(paint::DIM, &stay));
    out
}

/// What stands in the way, one thing after the other.
pub(super) fn impossible(undoing: &Undoing) -> Problem {
    let number = undoing.obstacles.len();
    let title = match number {
        1 => "one thing cannot come back as it was".to_owned(),
        _ => format!("{number} things cannot come back as they were"),
    };
    let problem = failure::lossy(title, &undoing.obstacles);
    undoing.help.iter().fold(problem, |problem, line| problem.help(clean::text(line)))
}

fn end(undoing: &Undoing, to: Option<Phase>, was_stopped: bool, again: &str) -> String {
    let status = &undoing.status;
    let database = clean::text(&status.database);
    match (was_stopped, to) {
        (true, _) => format!(
            "\nStopped safely. What was taken back stays so, and your application works.\nGo on with  {AGAIN}{again}"
        ),
        (false, Some(phase)) => format!("\n{database} is at the end of {} again.", phase.name()),
        (false, None) => format!(
            "\n{database} is as it was at {}, plus your application's writes.",
            moment(&status.started_at)
        ),
    }
}
