//! `tenantry adopt connect`: the environment that an application needs to reach the adopted database: the address with the
//! request path's login, the key with which it seals who is asking, and the database's name, which is part of the seal. The
//! key lets whoever has it speak for every organization, so it goes into a file that only its owner can read.

use std::path::{Path, PathBuf};

use serde_json::json;
use tenantry_adopt::AdoptError;
use tenantry_db::{Login, bootstrap};

use super::arguments::ConnectArguments;
use super::failure::{self, Stage};
use super::target::Target;
use super::{Manner, file};
use crate::config::Config;
use crate::exit::Exit;
use crate::keys::{self, Keys};
use crate::paint::{self, paint};
use crate::trouble::{Problem, Trouble};

/// Writes the environment, after the login has been tried.
pub(super) async fn run(
    config: &Config,
    arguments: &ConnectArguments,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let target = Target::of(config, &arguments.place)?;
    let Some(keys) = Keys::load(config)? else {
        let path = config.shown(&keys::path(config));
        return Err(Problem::new("TN1117", "there is no master secret to make a login from")
            .fact("looked in", path)
            .help("run it where  tenantry adopt apply  ran, or with the same JWT_SECRET_KEY")
            .into());
    };
    let environment = Environment::of(&target, &keys)?;
    let mut login = target.address.clone();
    login.user(Login::App.role()).password(Login::App.password(&keys.secret));
    let tried: Result<(), AdoptError> = bootstrap::with_client(&login, async |_| Ok(())).await;
    tried.map_err(|error| failure::of(&error, Stage::Looking))?;
    if manner.screen.is_json {
        manner.screen.answer(&environment.json());
        return Ok(Exit::Done);
    }
    let usual = usual(config, &target);
    let path = arguments.out.as_deref().unwrap_or(&usual);
    if path == Path::new("-") {
        manner.screen.answer(&environment.text());
        return Ok(Exit::Done);
    }
    if path == usual {
        keys::prepare_directory(&config.data_dir).map_err(|error| {
            Problem::new("TN1114", format!("{} cannot be made", config.shown(&config.data_dir)))
                .fact("cause", error.to_string())
        })?;
    }
    file::write(path, &environment.text(), true)?;
    manner.screen.say(&written(&config.shown(path)));
    Ok(Exit::Done)
}

/// Where it is written unless somebody says otherwise. A database's name may hold what a path must not.
pub(super) fn usual(config: &Config, target: &Target) -> PathBuf {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let name: String = target
        .database()
        .chars()
        .map(|letter| if is_plain(letter) { letter } else { '_' })
        .collect();
    config.data_dir.join(format!("{name}.env"))
}

/// What an application needs.
struct Environment {
    address: String,
    key: String,
    database: String,
}

impl Environment {
    fn of(target: &Target, keys: &Keys) -> Result<Self, Trouble> {
        let Some(key) = keys.context.live().next() else {
            return Err(Problem::new("TN1117", "there is no key to seal with").into());
        };
        let password = Login::App.password(&keys.secret);
        Ok(Self {
            address: target.address.url(Login::App.role(), &password),
            key: key.export(),
            database: target.database().to_owned(),
        })
    }

    fn pairs(&self) -> [(&'static str, &str); 3] {
        [
            ("DATABASE_URL", &self.address),
            ("TENANTRY_CONTEXT_KEY", &self.key),
            ("TENANTRY_DATABASE", &self.database),
        ]
    }

    /// Assignments as shells and container tools read them.
    fn text(&self) -> String {
        let lines = self.pairs().map(|(name, value)| format!("{name}={}\n", quoted(value)));
        lines.concat()
    }

    fn json(&self) -> String {
        let [address, key, database] = self.pairs();
        json!({ address.0: address.1, key.0: key.1, database.0: database.1 }).to_string()
    }
}

/// A value as a shell reads it back. What needs no quotes has none, because container tools keep them.
fn quoted(value: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/@%?=,+".contains(letter);
    if value.chars().all(is_plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

/// What was written, without the values.
fn written(shown: &str) -> String {
    let names = [
        ("DATABASE_URL", "the address, with the login tenantry_app, which row security binds"),
        ("TENANTRY_CONTEXT_KEY", "with which your application seals who is asking; keep it secret"),
        ("TENANTRY_DATABASE", "the database's name, which is part of the seal"),
    ];
    let lines = names.map(|(name, about)| {
        format!("  {}   {}", paint(paint::LINK, &format!("{name:<20}")), paint(paint::DIM, about))
    });
    format!(
        "Wrote {shown}, readable only by you:\n{}\nThe login was tried, and works.",
        lines.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        assert_eq!(quoted("postgres://a:b@h:5432/d?x=1"), "postgres://a:b@h:5432/d?x=1");
        assert_eq!(quoted("it's here"), "'it'\\''s here'");
        assert_eq!(quoted("a;b&c"), "'a;b&c'");
    }
}
