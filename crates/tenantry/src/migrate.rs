//! `tenantry migrate`. With a private cluster the command starts it for as long as it takes; `status` also looks
//! into the cluster of a server that runs.

use std::fmt::Write as _;

use serde_json::json;
use tokio_util::task::TaskTracker;

use crate::backing::Backing;
use crate::cli::Direction;
use crate::config::Config;
use crate::exit::Exit;
use crate::keys::Keys;
use crate::paint::{self, paint};
use crate::schema;
use crate::screen::Screen;
use crate::text::count;
use crate::trouble::{Problem, Trouble};

/// Migrates, or shows where the database is.
pub(crate) async fn run(
    config: &Config,
    direction: &Direction,
    is_confirmed: bool,
    screen: &Screen,
) -> Result<Exit, Trouble> {
    let backing = match direction {
        Direction::Status { .. } => Backing::attach(config).await?,
        Direction::Up | Direction::Down { .. } => Backing::open(config).await?,
    };
    let tasks = TaskTracker::new();
    let done = match direction {
        Direction::Up => up(config, &backing, screen, &tasks).await,
        Direction::Down { steps } => {
            down(&backing, usize::from(*steps), is_confirmed, screen, &tasks).await
        }
        Direction::Status { exit_code } => status(&backing, *exit_code, screen, &tasks).await,
    };
    tasks.close();
    tasks.wait().await;
    // What went wrong first is what is said.
    let closed = backing.close().await;
    let exit = done?;
    closed.map(|()| exit)
}

async fn up(
    config: &Config,
    backing: &Backing,
    screen: &Screen,
    tasks: &TaskTracker,
) -> Result<Exit, Trouble> {
    let keys = Keys::load_or_create(config)?;
    let applied = schema::up(backing, &keys, tasks).await?;
    changed(backing, "applied", &applied, screen);
    if keys.is_new {
        let path = config.shown(&crate::keys::path(config));
        screen.say(&format!(
            "Made a master secret in {path}; every server on this database needs it."
        ));
    }
    Ok(Exit::Done)
}

async fn down(
    backing: &Backing,
    steps: usize,
    is_confirmed: bool,
    screen: &Screen,
    tasks: &TaskTracker,
) -> Result<Exit, Trouble> {
    backing.ensure_database().await?;
    let mut migrator = schema::connect(&backing.administrator, tasks).await?;
    let known = migrator.status().await.map_err(|error| schema::trouble(&error))?;
    let applied = known.iter().filter(|step| step.applied_at.is_some());
    let labels: Vec<&str> = applied.rev().take(steps).map(|step| step.label.as_str()).collect();
    if !labels.is_empty() && !is_confirmed {
        confirm(backing.database(), &labels, screen)?;
    }
    let taken = migrator.down(steps).await.map_err(|error| schema::partly(&error))?;
    changed(backing, "taken back", &taken, screen);
    Ok(Exit::Done)
}

/// Asks for the database's name; there is no answering by habit.
fn confirm(database: &str, labels: &[&str], screen: &Screen) -> Result<(), Trouble> {
    let refused = |title: &str| {
        Problem::new("TN0406", title)
            .fact("takes back", labels.join("\n"))
            .help("tenantry migrate down --yes")
    };
    if !screen.may_ask() {
        return Err(refused("taking migrations back was not confirmed").into());
    }
    let list: String = labels.iter().fold(String::new(), |mut list, label| {
        let _ = writeln!(list, "  {label}");
        list
    });
    let question = format!(
        "Takes back, with every table and row they made:\n{list}Type the database's name ({database}) to continue: "
    );
    let typed = screen.ask(&question).map_err(|_| refused("nothing could be asked"))?;
    if typed == database { Ok(()) } else { Err(refused("another name was typed").into()) }
}

fn changed(backing: &Backing, verb: &str, labels: &[String], screen: &Screen) {
    if screen.is_json {
        let key = verb.replace(' ', "_");
        return screen.answer(&json!({ "database": backing.database(), key: labels }).to_string());
    }
    if labels.is_empty() {
        let database = backing.database();
        return screen.say(&if verb == "applied" {
            format!(
                "No migration was pending on {database}; its logins and seals are this secret's."
            )
        } else {
            format!("Nothing was {verb} on {database}.")
        });
    }
    let mut out = String::new();
    for label in labels {
        let _ = writeln!(out, "  {} {label}", paint(paint::GOOD, "●"));
    }
    let _ = write!(out, "{} {verb} on {}.", count(labels.len(), "migration"), backing.database());
    screen.say(&out);
}

async fn status(
    backing: &Backing,
    is_exit_code_wanted: bool,
    screen: &Screen,
    tasks: &TaskTracker,
) -> Result<Exit, Trouble> {
    if backing.cluster().is_some() {
        backing.ensure_database().await?;
    }
    let migrator = schema::connect(&backing.administrator, tasks).await?;
    let steps = migrator.status().await.map_err(|error| schema::trouble(&error))?;
    let pending = schema::pending(&steps).len();
    if screen.is_json {
        let migrations: Vec<_> = steps
            .iter()
            .map(|step| json!({ "name": step.label, "applied_at": step.applied_at }))
            .collect();
        let database = backing.database();
        screen.answer(
            &json!({ "database": database, "pending": pending, "migrations": migrations })
                .to_string(),
        );
    } else {
        let width = steps.iter().map(|step| step.label.len()).max().unwrap_or_default();
        let mut out = String::new();
        for step in &steps {
            let (mark, when) = match &step.applied_at {
                Some(at) => (paint(paint::GOOD, "●"), format!("applied {at}")),
                None => (paint(paint::WARNING, "○"), "pending".to_owned()),
            };
            let _ = writeln!(out, "  {mark} {:<width$}   {}", step.label, paint(paint::DIM, &when));
        }
        let applied = steps.len() - pending;
        let _ = write!(out, "{}: {applied} applied, {pending} pending.", backing.database());
        screen.answer(&out);
    }
    Ok(if is_exit_code_wanted && pending > 0 { Exit::Pending } else { Exit::Done })
}
