//! A run as long as it takes: what happens is told, Ctrl-C stops it after the statement or batch that runs, and a second
//! Ctrl-C at once. Both are safe, because what is done is remembered in the transaction that did it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tenantry_adopt::AdoptError;
use tenantry_adopt::progress::Event;
use tenantry_adopt::run::{Observer, Options, Outcome, Work};
use tenantry_adopt::step::Phase;
use tenantry_adopt::task::Sources;
use tokio_util::sync::CancellationToken;

use super::live::Live;
use super::target::Target;
use crate::screen::Screen;
use crate::signals::Signals;
use crate::trouble::{Problem, Trouble};

/// How often the terminal is looked after while nothing happens.
const TICK: Duration = Duration::from_millis(500);

/// How it came to its end.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself, or because it was told to stop.
    Itself {
        /// What came of it.
        done: Box<Result<Outcome, AdoptError>>,
        /// Whether it did anything before.
        has_worked: bool,
    },
    /// Somebody did not want to wait.
    AtOnce,
}

/// The address of a database to be merged, with the password that no plan ever holds.
fn source(address: &str) -> Result<tenantry_db::Config, AdoptError> {
    let mut read: tenantry_db::Config =
        address.parse().map_err(|error: tenantry_db::ConfigError| {
            AdoptError::Refused(format!("an address of the plan's merge cannot be read: {error}"))
        })?;
    if read.get_password().is_none()
        && let Some(password) = crate::config::source_password()
    {
        read.password(password);
    }
    Ok(read)
}

/// Whether from here on something is changed. Finishing tells of no single steps.
const fn is_work(event: &Event) -> bool {
    matches!(event, Event::StepBegun { .. } | Event::PhaseBegun { phase: Phase::Finish, .. })
}

/// Runs one of the commands that change something, forwards or back.
pub(super) async fn run(
    target: &Target,
    options: &Options,
    screen: &Screen,
    is_undoing: bool,
    command: impl AsyncFnOnce(Work<'_>) -> Result<Outcome, AdoptError>,
) -> Result<Ended, Trouble> {
    let mut signals = Signals::listen().map_err(|error| {
        Problem::new("TN0604", "signals cannot be received").fact("cause", error.to_string())
    })?;
    let live = Live::new(screen, is_undoing);
    let stop = CancellationToken::new();
    let has_worked = AtomicBool::new(false);
    let observe = |event| {
        if is_work(&event) {
            has_worked.store(true, Ordering::Relaxed);
        }
        live.event(&event);
    };
    let work = Work {
        address: &target.address,
        options,
        observer: Observer(&observe),
        stop: &stop,
        sources: Sources(&source),
    };
    let mut done = Box::pin(command(work));
    let mut tick = tokio::time::interval(TICK);
    let ended = loop {
        tokio::select! {
            done = &mut done => break Ended::Itself {
                done: Box::new(done),
                has_worked: has_worked.load(Ordering::Relaxed),
            },
            _ = tick.tick() => live.tick(),
            _ = signals.next() => {
                if stop.is_cancelled() {
                    break Ended::AtOnce;
                }
                stop.cancel();
                live.stopping();
            }
        }
    };
    live.end();
    Ok(ended)
}
