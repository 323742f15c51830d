//! Asking before something is changed. Nothing is ever asked without a terminal; `--yes` has confirmed everything.

use super::Manner;
use crate::trouble::{Problem, Trouble};

/// Asks for a `y`.
pub(super) fn yes(manner: Manner<'_>, what: &str, again: &'static str) -> Result<(), Trouble> {
    if manner.is_confirmed {
        return Ok(());
    }
    let refused = |title: String| Problem::new("TN1113", title).help(again);
    if !manner.screen.may_ask() {
        return Err(refused(format!("{what} was not confirmed")).into());
    }
    let typed = manner.screen.ask("Continue? [y/N] ");
    let typed = typed.map_err(|_| refused("nothing could be asked".to_owned()))?;
    if ["y", "yes"].contains(&typed.to_lowercase().as_str()) {
        Ok(())
    } else {
        Err(refused(format!("{what} was not confirmed")).into())
    }
}

/// Asks for the database's name; there is no answering by habit.
pub(super) fn name(
    manner: Manner<'_>,
    database: &str,
    what: &str,
    again: &'static str,
) -> Result<(), Trouble> {
    if manner.is_confirmed {
        return Ok(());
    }
    let refused = |title: String| Problem::new("TN1113", title).help(again);
    if !manner.screen.may_ask() {
        return Err(refused(format!("{what} was not confirmed")).into());
    }
    let typed = manner.screen.ask("Type the database name to continue: ");
    let typed = typed.map_err(|_| refused("nothing could be asked".to_owned()))?;
    if typed == database {
        Ok(())
    } else {
        Err(refused("another name was typed".to_owned()).into())
    }
}
