//! `tenantry adopt`: makes the database of an application multi-tenant while the application runs. The library does the work
//! and remembers it in the database; here is what it is told, what it says, and how the program ends. A newcomer's usual
//! surprise: `apply` and `resume` are one thing, because a run that was interrupted anywhere goes on with the same command.

mod aftermath;
mod again;
mod apply;
mod arguments;
mod board;
mod columns;
mod confirmation;
mod connect;
mod difference;
mod explanation;
mod failure;
mod file;
mod findings;
mod finish;
mod live;
mod outcome;
mod phase_line;
mod plan;
mod programs;
mod rollback;
#[cfg(test)]
#[path = "adopt/tests/sample.rs"]
mod sample;
#[cfg(test)]
#[path = "adopt/tests/screens.rs"]
mod screens;
mod status;
mod steps;
mod tables;
mod target;
mod words;
mod work;

use crate::config::Config;
use crate::exit::Exit;
use crate::screen::Screen;
use crate::trouble::Trouble;

pub(crate) use arguments::Action;
pub(crate) use explanation::{FAMILY, Kind as FindingKind, explain, findings as kinds_of_findings};

/// How somebody wants to be talked to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// `--yes`.
    pub(crate) is_confirmed: bool,
    /// `--verbose`.
    pub(crate) is_verbose: bool,
    pub(crate) screen: &'a Screen,
}

/// Does one of the commands.
pub(crate) async fn run(
    config: &Config,
    action: &Action,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    match action {
        Action::Plan(arguments) => plan::run(config, arguments, manner).await,
        Action::Apply(arguments) => apply::run(config, arguments, manner).await,
        Action::Resume(arguments) => apply::resume(config, arguments, manner).await,
        Action::Status(place) => status::run(config, place, manner).await,
        Action::Pause(place) => status::pause(config, place, manner).await,
        Action::Rollback(arguments) => rollback::run(config, arguments, manner).await,
        Action::Finish(arguments) => finish::run(config, arguments, manner).await,
        Action::Connect(arguments) => connect::run(config, arguments, manner).await,
    }
}
