//! `tenantry prove`: attacks a database as the application's role and says what holds. The libraries attack; here is
//! what it is told and how its report is shown. A newcomer's usual surprise: the report is never built twice, so the
//! terminal, the files and the exit code count the same cells.

mod arguments;
mod failure;
mod findings;
mod matrix;
mod outputs;
mod reach;
mod rules;
mod saved;
mod summary;
mod untried;
mod words;

use tenantry_core::Clock;
use tenantry_prove::report::{Report, json};

use crate::backing::{Backing, Place};
use crate::clean;
use crate::config::Config;
use crate::exit::Exit;
use crate::line::Line;
use crate::screen::Screen;
use crate::trouble::{Problem, Trouble};

pub(crate) use arguments::Arguments;
pub(crate) use failure::of as problem_of;
pub(crate) use rules::{FAMILIES as RULE_FAMILIES, explain, of_family, rule_value};

use outputs::Outputs;

/// Where a slip on the command line is explained.
const HELP: &str = "tenantry prove --help";

/// Makes the report, writes it where it was asked for, and answers whether anything is refused.
pub(crate) async fn run(
    config: &Config,
    arguments: &Arguments,
    is_verbose: bool,
    screen: &Screen,
) -> Result<Exit, Trouble> {
    let outputs = Outputs::open(arguments, screen)?;
    let takes_standard_output = outputs.takes_standard_output();
    let report = match &arguments.from {
        Some(path) => saved::read(path)?,
        None => attack(config, arguments, screen).await?,
    };
    arguments.ensure_chosen(&report)?;
    let deny = arguments.deny();
    let report = clean::masked(&report).map_err(|error| unreadable(&error))?;
    let exit = if deny.refuses(&report) { Exit::Leak } else { Exit::Done };
    let written = outputs.write(&report, deny, screen);
    if screen.is_json {
        screen.answer(&json(&report));
    } else if !takes_standard_output {
        let files = written.as_deref().unwrap_or_default();
        let report = clean::calm(&report).map_err(|error| unreadable(&error))?;
        screen.answer(&text(&report, files, exit, is_verbose, screen.width.min(120)));
    }
    written.map(|_| exit)
}

async fn attack(
    config: &Config,
    arguments: &Arguments,
    screen: &Screen,
) -> Result<Report, Trouble> {
    let backing = match arguments.address()? {
        Some(address) => Backing { place: Place::Given, administrator: address.clone(), address },
        None if config.database.is_none() && !Backing::is_there(config) => {
            return Err(nothing_named(config));
        }
        None => Backing::attach(config).await?,
    };
    if backing.cluster().is_some() {
        backing.ensure_database().await?;
    }
    let line = Line::new(screen);
    let options = arguments.options();
    let show = |progress: tenantry_prove::Progress| {
        line.show(&format!("{} of {}", progress.done, progress.of), &progress.object);
    };
    let done =
        tenantry_prove::prove(&backing.administrator, &options, &Clock::system(), &show).await;
    drop(line);
    // What went wrong first is what is said.
    let closed = backing.close().await;
    let report = done.map_err(|error| Trouble::from(failure::of(&error)))?;
    closed.map(|()| report)
}

/// A report that another command came by, for a terminal.
pub(crate) fn shown(report: &Report, is_verbose: bool, width: usize) -> Result<String, Trouble> {
    let report = clean::masked(report).and_then(|report| clean::calm(&report));
    let report = report.map_err(|error| unreadable(&error))?;
    Ok(text(&report, &[], Exit::Leak, is_verbose, width))
}

/// The report for a terminal: the verdict in words, the matrix, what is wrong, what could not be tried, the figures.
fn text(
    report: &Report,
    files: &[(&'static str, String)],
    exit: Exit,
    is_verbose: bool,
    width: usize,
) -> String {
    let parts = [
        summary::verdict(report, width),
        matrix::text(report, is_verbose, width),
        findings::text(report, is_verbose, width),
        untried::text(report, is_verbose, width),
        summary::remarks(report, width),
        summary::figures(report, files, exit, width),
    ];
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// A cluster that is made for the purpose would be attacked, hold, and say nothing about anybody's database.
fn nothing_named(config: &Config) -> Trouble {
    Problem::slip("no database was named to attack")
        .fact("cause", format!("there is none in {} either", config.shown(&config.data_dir)))
        .help("tenantry prove --database postgres://user@host:port/database --as ROLE")
        .help("or set DATABASE_URL, which keeps a password out of the list of processes")
        .help(HELP)
        .into()
}

fn unreadable(error: &serde_json::Error) -> Trouble {
    Problem::new("TN1006", "the report cannot be written as JSON")
        .fact("cause", error.to_string())
        .into()
}
