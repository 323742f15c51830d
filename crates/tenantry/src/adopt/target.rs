//! The database that is adopted. It has to be named: a private cluster holds Tenantry's own rows, and there is nothing in it
//! to adopt.

use super::arguments::Where;
use crate::config::Config;
use crate::trouble::{Problem, Trouble};

/// Where a slip on the command line is explained.
const HELP: &str = "tenantry adopt --help";

/// An administrator's way into the database.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) address: tenantry_db::Config,
    /// Whether it was named on the command line, so that the next command has to name it too.
    is_flag: bool,
}

impl Target {
    /// The database of the flag, else of the settings.
    pub(super) fn of(config: &Config, place: &Where) -> Result<Self, Trouble> {
        if let Some(text) = &place.database {
            let address = text.parse().map_err(|error: tenantry_db::ConfigError| {
                // The driver's words do not repeat the text, which may hold a password.
                Problem::new("TN0305", "--database is not a database's address")
                    .fact("cause", error.to_string())
                    .fact("wanted", "postgres://user@host:port/database")
                    .help(HELP)
            })?;
            return Ok(Self { address, is_flag: true });
        }
        match config.administrator.as_ref().or(config.database.as_ref()) {
            Some(address) => Ok(Self { address: address.clone(), is_flag: false }),
            None => Err(nothing_named()),
        }
    }

    /// The database's name.
    pub(super) fn database(&self) -> &str {
        self.address.get_dbname().or(self.address.get_user()).unwrap_or("postgres")
    }

    /// What the next command needs beside its own words.
    pub(super) const fn again(&self) -> &'static str {
        if self.is_flag { " --database …" } else { "" }
    }
}

fn nothing_named() -> Trouble {
    Problem::slip("no database was named to adopt")
        .help("tenantry adopt plan --database postgres://postgres@host:port/database")
        .help("or set DATABASE_URL, which keeps a password out of the list of processes")
        .help(HELP)
        .into()
}
