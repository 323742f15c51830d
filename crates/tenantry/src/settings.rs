//! `tenantry config`: the settings as they are, whether they can be used, and a file to begin with. Nothing here needs
//! a database, and nothing shows a secret: not even how long one is.

mod address;
mod example;
mod list;

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;

use crate::cli::ConfigAction;
use crate::config::{self, Config, Flags};
use crate::exit::Exit;
use crate::screen::Screen;
use crate::text::count;
use crate::trouble::{Trouble, caution};

/// Shows, checks, or prints the example.
pub(crate) fn run(
    action: Option<ConfigAction>,
    flags: &Flags,
    screen: &Screen,
) -> Result<Exit, Trouble> {
    match action.unwrap_or(ConfigAction::Show) {
        ConfigAction::Show => show(flags, screen),
        ConfigAction::Check => check(flags, screen),
        ConfigAction::Example => {
            screen.answer(&example::text());
            Ok(Exit::Done)
        }
    }
}

/// Shows what was found also when it cannot be used: that is when one wants to see it.
fn show(flags: &Flags, screen: &Screen) -> Result<Exit, Trouble> {
    let found = config::gather(flags)?;
    let lines = list::lines(&found.values);
    screen.answer(&if screen.is_json {
        list::json(&lines, &found.files).to_string()
    } else {
        list::text(&lines, &found.files, screen.width)
    });
    let config = Config::load(flags)?;
    warn(&config, screen);
    Ok(Exit::Done)
}

fn check(flags: &Flags, screen: &Screen) -> Result<Exit, Trouble> {
    let config = Config::load(flags)?;
    warn(&config, screen);
    if screen.is_json {
        let files: Vec<_> = config.files.iter().map(|file| file.display().to_string()).collect();
        let warnings: Vec<_> = config
            .warnings
            .iter()
            .map(|problem| json!({ "code": problem.code, "title": problem.title }))
            .collect();
        screen.answer(&json!({ "files": files, "warnings": warnings }).to_string());
        return Ok(Exit::Done);
    }
    let warned = match config.warnings.len() {
        0 => String::new(),
        number => format!(", with {}", count(number, "warning")),
    };
    screen.say(&format!("Every setting can be used{warned}. Read {}.", read(&config.files)));
    Ok(Exit::Done)
}

/// What was read, in words.
fn read(files: &[PathBuf]) -> String {
    let mut out = String::from("the environment");
    for file in files {
        let _ = write!(out, ", {}", file.display());
    }
    out
}

fn warn(config: &Config, screen: &Screen) {
    if !screen.is_quiet && !screen.is_json {
        config.warnings.iter().for_each(|problem| caution(problem, screen.width));
    }
}
