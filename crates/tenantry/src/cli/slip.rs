//! A slip on the command line in our own words: what was not understood, what was probably meant.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::trouble::{NOTHING_CHANGED, Problem, Trouble};

/// What clap complains about, as a trouble that ends with 2.
/// `command` is the one that was meant, where one is known: its help says more than that of all.
pub(super) fn trouble(error: &clap::Error, command: Option<&str>) -> Trouble {
    let wrong = |kind| text(error.get(kind));
    let problem = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = wrong(ContextKind::InvalidSubcommand).unwrap_or_default();
            Problem::slip(format!("there is no command \"{name}\""))
        }
        ErrorKind::UnknownArgument => {
            let name = wrong(ContextKind::InvalidArg).unwrap_or_default();
            Problem::slip(format!("there is no argument \"{name}\" here"))
        }
        _ => Problem::slip(first_line(error)),
    };
    let meant =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let problem = match values(error.get(ContextKind::ValidValue)) {
        Some(values) => problem.fact("wanted", values),
        None => problem,
    };
    let problem = match (meant.into_iter().find_map(wrong), command) {
        (Some(meant), _) => problem.help(format!("did you mean  {meant} ?")),
        (None, Some(command)) => problem.help(format!("tenantry {command} --help")),
        (None, None) => problem.help("tenantry --help"),
    };
    Trouble::from(problem).outcome(NOTHING_CHANGED)
}

fn text(value: Option<&ContextValue>) -> Option<String> {
    match value? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        other => Some(other.to_string()),
    }
}

/// What could have stood there.
fn values(value: Option<&ContextValue>) -> Option<String> {
    match value? {
        ContextValue::Strings(values) if !values.is_empty() => Some(values.join(", ")),
        _ => None,
    }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
