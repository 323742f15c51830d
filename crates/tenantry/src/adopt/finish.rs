//! `tenantry adopt finish`: drops what only the old application needed. From there on nothing can be taken back, so the
//! database's name is asked for.

use tenantry_adopt::AdoptError;
use tenantry_adopt::progress::{State, Status};
use tenantry_adopt::run::{self as engine, Installation};
use tenantry_adopt::step::Phase;

use super::arguments::{FinishArguments, waiting};
use super::failure::{self, Stage};
use super::target::Target;
use super::words::some;
use super::work::{self, Ended};
use super::{Manner, aftermath, confirmation, outcome};
use crate::clean;
use crate::config::Config;
use crate::exit::Exit;
use crate::keys::Keys;
use crate::text::wrap;
use crate::trouble::Trouble;

/// How the command is repeated.
const AGAIN: &str = "tenantry adopt finish";

/// Finishes.
pub(super) async fn run(
    config: &Config,
    arguments: &FinishArguments,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, &arguments.place)?;
    let status = engine::status(&target.address).await;
    let status = status.map_err(|error| failure::of(&error, Stage::Looking))?;
    let is_begun = status.phase == Phase::Finish;
    if matches!(status.state, State::Paused | State::Shadow | State::RollingBack) && !is_begun {
        let why =
            "only what is enforced can be finished; the old application still has its own way in";
        let mut trouble = failure::of(&AdoptError::Refused(why.to_owned()), Stage::Looking);
        if let Some(problem) = trouble.problems.first_mut() {
            problem.help = vec!["tenantry adopt apply --enforce".to_owned()];
        }
        return Err(trouble);
    }
    manner.screen.say(&text(&status, manner.screen.width.min(120)));
    confirmation::name(manner, &status.database, "finishing", "tenantry adopt finish --yes")?;
    let keys = Keys::load_or_create(config)?;
    let installation = Installation { secret: &keys.secret, keys: &keys.context };
    let options = waiting(arguments.lock_timeout);
    let ended = work::run(&target, &options, manner.screen, false, async |work| {
        engine::finish(work, installation).await
    });
    match ended.await? {
        Ended::AtOnce => Err(outcome::at_once(AGAIN)),
        Ended::Itself { done, has_worked } => match *done {
            Ok(done) => {
                outcome::show(config, &target, &done, manner)?;
                Ok(if done.was_stopped { Exit::Interrupted } else { Exit::Done })
            }
            Err(error) => {
                let lock = options.patience.longest;
                let stage = Stage::Working { again: AGAIN, lock };
                Err(aftermath::of(&target, &error, stage, has_worked).await)
            }
        },
    }
}

/// What it means, before it is asked for.
pub(super) fn text(status: &Status, width: usize) -> String {
    let denied = match status.denials.len() {
        0 => String::new(),
        count => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            format!(
                " In shadow, {} of the old logins would have been denied.",
                some(count, "statement")
            )
        }
    };
    let text = format!(
        "Finishing {} drops the defaults and triggers that give an organization to rows of an application that names none. An application that enters no organization can no longer insert. There is no rollback from here.{denied}",
        clean::text(&status.database)
    );
    wrap(&text, width).join("\n")
}
