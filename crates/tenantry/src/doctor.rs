//! `tenantry doctor`: every check is run, whatever the others found. What is wrong comes with what to do; what could
//! not be asked is said to be skipped, never to be well.

mod check;
mod database;
mod fix;
mod machine;
mod report;

use tenantry_core::Clock;
use tokio_util::task::TaskTracker;

use crate::backing::{Backing, Place};
use crate::config::Config;
use crate::exit::Exit;
use crate::failure;
use crate::keys::Keys;
use crate::screen::Screen;
use crate::text::count;
use crate::trouble::{Problem, Trouble};

use check::{Check, State};

/// Runs every check, mends what may be mended when asked to, and says what it found.
pub(crate) async fn run(
    config: &Config,
    is_fixing: bool,
    is_verbose: bool,
    screen: &Screen,
) -> Result<Exit, Trouble> {
    let mut checks = configuration(config);
    let mut mended = Vec::new();
    if is_fixing {
        mended.extend(fix::modes(config));
    }
    checks.extend(machine::checks(config));
    checks.extend(look(config, is_fixing, &mut mended).await);
    let shown = if screen.is_json {
        report::json(&checks, &mended)
    } else {
        report::text(&checks, &mended, is_verbose, screen.width)
    };
    screen.answer(&shown);
    let is_well = checks.iter().all(|check| check.state != State::Problem);
    Ok(if is_well { Exit::Done } else { Exit::Failed })
}

fn configuration(config: &Config) -> Vec<Check> {
    let files: Vec<String> = config.files.iter().map(|path| config.shown(path)).collect();
    let from = if files.is_empty() { "no configuration file".to_owned() } else { files.join(", ") };
    let version = concat!("tenantry ", env!("CARGO_PKG_VERSION"));
    let mut checks = vec![Check::good("configuration", format!("{version}, {from}"))];
    let warnings = config.warnings.iter();
    checks.extend(warnings.map(|warning| Check::of("settings", State::Warning, warning)));
    checks
}

/// The checks that need the database; without one, they are skipped.
async fn look(config: &Config, is_fixing: bool, mended: &mut Vec<String>) -> Vec<Check> {
    if config.database.is_none() && !config.data_dir.join("postgres").exists() {
        return machine::before_the_first_start(config);
    }
    let backing = match Backing::attach(config).await {
        Ok(backing) => backing,
        Err(trouble) => {
            let mut checks: Vec<Check> = trouble
                .problems
                .iter()
                .map(|problem| Check::of("postgres", State::Problem, problem))
                .collect();
            checks.extend(database::skipped("the database cannot be reached"));
            return checks;
        }
    };
    let mut checks = vec![home(config, &backing)];
    if backing.cluster().is_some()
        && let Err(trouble) = backing.ensure_database().await
    {
        checks.extend(
            trouble.problems.iter().map(|problem| Check::of("postgres", State::Problem, problem)),
        );
    }
    let tasks = TaskTracker::new();
    let keys = match Keys::load(config) {
        Ok(keys) => keys,
        Err(trouble) => {
            checks.extend(
                trouble.problems.iter().map(|problem| Check::of("secret", State::Problem, problem)),
            );
            None
        }
    };
    checks.extend(database::checks(config, &backing, keys.as_ref(), &tasks).await);
    if is_fixing && let Some(keys) = &keys {
        let done = fix::findings(config, &backing, keys, &tasks).await;
        if !done.is_empty() {
            checks.retain(|check| check.family != database::FAMILY);
            checks.extend(database::isolation(config, &backing, keys, &tasks).await);
        }
        mended.extend(done);
    }
    tasks.close();
    tasks.wait().await;
    if let Err(trouble) = backing.close().await {
        checks.extend(
            trouble.problems.iter().map(|problem| Check::of("postgres", State::Warning, problem)),
        );
    }
    checks
}

/// Where the database is.
fn home(config: &Config, backing: &Backing) -> Check {
    match &backing.place {
        Place::Private(cluster) => Check::good(
            "cluster",
            format!(
                "private cluster in {}, started for this check",
                config.shown(&config.data_dir)
            ),
        )
        .detail(
            "programs",
            format!("PostgreSQL {} from {}", cluster.version(), cluster.binaries().display()),
        ),
        Place::Elsewhere { pid } => {
            let holder = pid.map(|pid| format!(", run by process {pid}")).unwrap_or_default();
            Check::good(
                "cluster",
                format!("private cluster in {}{holder}", config.shown(&config.data_dir)),
            )
        }
        Place::Given => {
            Check::good("cluster", format!("DATABASE_URL, database {}", backing.database()))
        }
    }
}

/// A failure to ask, as a check that found something.
fn unanswered(key: &'static str, error: &tenantry_db::DbError) -> Check {
    let problem: Problem = failure::of_database(error);
    Check::of(key, State::Problem, &problem)
}

/// The clock that everything is compared with.
fn clock() -> Clock {
    Clock::system()
}

/// `1 problem, 2 warnings.`
fn summary(checks: &[Check]) -> (usize, usize, String) {
    let of = |state| checks.iter().filter(|check| check.state == state).count();
    let (problems, warnings) = (of(State::Problem), of(State::Warning));
    let text = match (problems, warnings) {
        (0, 0) => format!("Everything is well: {} passed.", count(of(State::Good), "check")),
        (0, warnings) => format!("Nothing is wrong, {}.", count(warnings, "warning")),
        (problems, 0) => format!("{}.", count(problems, "problem")),
        (problems, warnings) => {
            format!("{}, {}.", count(problems, "problem"), count(warnings, "warning"))
        }
    };
    (problems, warnings, text)
}
