//! `tenantry adopt apply` and `resume`: what the plan says is done while the application runs. A run that was begun goes on
//! with the plan it was begun with, whatever the file says by now; a file that says something else is refused, not obeyed.

use std::path::Path;

use tenantry_adopt::AdoptError;
use tenantry_adopt::classification::Class;
use tenantry_adopt::decisions::Decisions;
use tenantry_adopt::plan::{Plan, Request};
use tenantry_adopt::progress::{State, Status};
use tenantry_adopt::run::{self as engine, Installation, Options, Outcome};
use tenantry_adopt::step::Phase;
use tenantry_core::Clock;

use super::arguments::{ApplyArguments, ResumeArguments};
use super::failure::{self, Stage};
use super::target::Target;
use super::words::{about, brief, some};
use super::work::{self, Ended};
use super::{Manner, aftermath, confirmation, file, outcome, plan};
use crate::config::Config;
use crate::exit::Exit;
use crate::keys::Keys;
use crate::trouble::{Problem, Trouble};

/// Begins, or goes on with what was begun.
pub(super) async fn run(
    config: &Config,
    arguments: &ApplyArguments,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, &arguments.place)?;
    let options = arguments.pacing.options(&arguments.reach);
    let begun = begun(&target).await?;
    let plan = match &begun {
        Some(status) => {
            ensure_same(&arguments.plan, status)?;
            announce_going_on(status, manner);
            None
        }
        None => Some(fresh(&target, &arguments.plan, manner).await?),
    };
    warn(&options, begun.as_ref(), manner);
    confirmation::yes(manner, "applying", "tenantry adopt apply --yes")?;
    go(config, &target, &options, plan.as_ref(), manner).await
}

/// Goes on.
pub(super) async fn resume(
    config: &Config,
    arguments: &ResumeArguments,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, &arguments.place)?;
    let options = arguments.pacing.options(&arguments.reach);
    let Some(status) = begun(&target).await? else {
        return Err(failure::of(&AdoptError::NotStarted, Stage::Looking));
    };
    announce_going_on(&status, manner);
    warn(&options, Some(&status), manner);
    confirmation::yes(manner, "going on", "tenantry adopt resume --yes")?;
    go(config, &target, &options, None, manner).await
}

/// Where it stands, if it was begun.
async fn begun(target: &Target) -> Result<Option<Status>, Trouble> {
    match engine::status(&target.address).await {
        Ok(status) => Ok(Some(status)),
        Err(AdoptError::NotStarted) => Ok(None),
        Err(error) => Err(failure::of(&error, Stage::Looking)),
    }
}

/// The plan of the file, for the database as it is now.
async fn fresh(target: &Target, path: &Path, manner: Manner<'_>) -> Result<Plan, Trouble> {
    let text = file::read(path)?;
    let request = Request { decisions: Some(text), ..Request::default() };
    let read = plan::read(target, &request, manner.screen).await;
    let plan = read.map_err(|error| failure::of(&error, Stage::Looking))?;
    let tables = plan.decisions.tables.iter();
    let open: Vec<String> = tables
        .filter(|(_, decision)| decision.class.is_none())
        .map(|(table, _)| table.shown())
        .collect();
    if !open.is_empty() {
        return Err(failure::open(&open).into());
    }
    announce(&plan, path, target, manner);
    Ok(plan)
}

/// What will be done, before it is asked whether it shall.
fn announce(plan: &Plan, path: &Path, target: &Target, manner: Manner<'_>) {
    let hash = plan.decisions.hash();
    let age = age(path).map(|age| format!(", written {age} ago")).unwrap_or_default();
    let tenant = plan.decisions.tables.values();
    let tenant = tenant.filter(|decision| decision.class == Some(Class::Tenant)).count();
    let tables = some(i64::try_from(tenant).unwrap_or(i64::MAX), "tenant table");
    let text = format!(
        "Plan {}{age}. The schema has not moved since.\nDatabase {}, {tables}, {}. Your application keeps running.",
        brief(&hash),
        target.database(),
        about(plan.estimate.time)
    );
    tell(&text, manner);
}

fn announce_going_on(status: &Status, manner: Manner<'_>) {
    let text = format!(
        "Plan {} is under way in {}: {}, {}. Your application keeps running.",
        brief(&status.plan),
        status.database,
        status.phase.name(),
        outcome::state(status.state)
    );
    tell(&text, manner);
}

/// What enforcing means for requests and for the way back, whether it is asked or was confirmed with `--yes`.
const ENFORCING: &str = "Enforcing binds the old logins: from there on a request has to come with a context, or it sees no rows and writes none. Organizations can share values that were unique before; as soon as two do, the old key cannot be taken back as it was (TN1109).";

fn warn(options: &Options, begun: Option<&Status>, manner: Manner<'_>) {
    let is_bound =
        begun.is_some_and(|status| matches!(status.state, State::Enforced | State::Finished));
    if options.until >= Phase::Enforce && !is_bound {
        tell(ENFORCING, manner);
    }
}

/// Beside the question, which is asked on the standard error.
fn tell(text: &str, manner: Manner<'_>) {
    let lines = crate::text::wrap(&crate::clean::text(text), manner.screen.width.min(120));
    manner.screen.say(&lines.join("\n"));
}

fn age(path: &Path) -> Option<String> {
    let written = std::fs::metadata(path).ok()?.modified().ok()?;
    let written = written.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let now = u64::try_from(Clock::system().now().as_second()).ok()?;
    let minutes = i64::try_from(now.checked_sub(written)? / 60).ok()?;
    Some(match minutes {
        0 => "a moment".to_owned(),
        1..100 => some(minutes, "minute"),
        100..4_320 => some(minutes / 60, "hour"),
        _ => some(minutes / 1_440, "day"),
    })
}

/// Refuses a file that is not the plan under way. One that is gone says nothing against going on.
fn ensure_same(path: &Path, status: &Status) -> Result<(), Trouble> {
    let Some(found) = file::find(path)? else { return Ok(()) };
    let decisions = Decisions::read(&found.text)
        .map_err(|error| failure::of(&AdoptError::Decisions(error), Stage::Looking))?;
    let hash = decisions.hash();
    if decisions.database != status.database || hash.starts_with(&status.plan) {
        return Ok(());
    }
    let title = format!("{} is not the plan that is under way", path.display());
    Err(Problem::new("TN1108", title)
        .fact("file", brief(&hash))
        .fact("applied", brief(&status.plan))
        .help("tenantry adopt resume   goes on with the plan under way")
        .help("tenantry adopt rollback   takes it back, for the other one")
        .into())
}

async fn go(
    config: &Config,
    target: &Target,
    options: &Options,
    plan: Option<&Plan>,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let keys = Keys::load_or_create(config)?;
    if keys.is_new {
        let path = config.shown(&crate::keys::path(config));
        manner.screen.say(&format!(
            "Made a master secret in {path}; every server on this database needs it."
        ));
    }
    let installation = Installation { secret: &keys.secret, keys: &keys.context };
    let ended = work::run(target, options, manner.screen, false, async |work| {
        engine::apply(work, plan, installation).await
    });
    let again = if plan.is_some() { "tenantry adopt apply" } else { "tenantry adopt resume" };
    match ended.await? {
        Ended::AtOnce => Err(outcome::at_once(again)),
        Ended::Itself { done, has_worked } => match *done {
            Ok(done) => finished(config, target, &done, manner),
            Err(error) => {
                let stage = Stage::Working { again, lock: options.patience.longest };
                let trouble = aftermath::of(target, &error, stage, has_worked).await;
                Err(stopped(&error, options, trouble, manner))
            }
        },
    }
}

fn finished(
    config: &Config,
    target: &Target,
    done: &Outcome,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    outcome::show(config, target, done, manner)?;
    Ok(if done.was_stopped { Exit::Interrupted } else { Exit::Done })
}

/// Why it stopped; what an attack found is shown before.
fn stopped(
    error: &AdoptError,
    options: &Options,
    mut trouble: Trouble,
    manner: Manner<'_>,
) -> Trouble {
    if let AdoptError::Leaks { report, .. } = error {
        match crate::prove::shown(report, manner.is_verbose, manner.screen.width.min(120)) {
            Ok(shown) => manner.screen.say(&format!("{shown}\n")),
            Err(trouble) => return trouble,
        }
    }
    let is_gate = options.until >= Phase::Enforce && !options.accepts_denials;
    if is_gate
        && matches!(error, AdoptError::Refused(_))
        && let Some(problem) = trouble.problems.first_mut()
    {
        problem.help = vec![
            "tenantry adopt status   lists the statements that would be denied".to_owned(),
            "tenantry adopt apply --enforce --accept-denials   enforces all the same".to_owned(),
        ];
    }
    trouble
}
