//! What an old login could do around row security: bypass it, truncate, make objects that stand in the way of others.
//!
//! A login that owns tables keeps them, and the right to make more, because the application's migrations run as it. FORCE
//! binds it like everybody, but an owner can switch row security off: so requests must use `tenantry_app` or a login that
//! owns nothing. `bypassrls` belongs to the whole server: the login loses it for its other databases too.

use serde::{Deserialize, Serialize};

use crate::name::{TableName, identifier, literal};
use crate::operation::{Action, Operate};
use crate::privileges::Holding;
use crate::schema::Schema;
use crate::task;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakeRights {
    /// The login.
    pub login: String,
    /// Whether it has `bypassrls`.
    pub bypasses_row_security: bool,
    /// Tables on which it holds `truncate`, `references` or `trigger` without owning them.
    pub tables: Vec<TableName>,
    /// Whether it owns tables: then it keeps `create` and `temporary`.
    pub owns_tables: bool,
    /// Schemas in which it was granted `create`; of no account where it owns tables.
    pub schemas: Vec<String>,
}

impl Operate for TakeRights {
    fn title(&self) -> String {
        format!("take from {} what reaches around row security", self.login)
    }

    fn table(&self) -> Option<&TableName> {
        None
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        match schema.logins.iter().find(|login| login.name == self.login) {
            None => Err(format!("there is no login {}", self.login)),
            Some(login) if login.is_superuser => {
                Err(format!("{} is a superuser, whom nothing binds", self.login))
            }
            Some(_) => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let login = identifier(&self.login);
        let taker = self.taker();
        let mut changes: Vec<String> = self
            .holdings()
            .into_iter()
            .map(|(kind, object)| {
                let holding = Holding { taker: &taker, kind, object: &object };
                holding.change(&holding.take(&login, Some(privileges(kind))))
            })
            .collect();
        if self.bypasses_row_security {
            changes.push(format!("alter role {login} nobypassrls"));
        }
        if !self.owns_tables {
            changes.push(where_prepared(&task::take_rights(&self.login)));
        }
        self.action(&changes, "")
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let taker = self.taker();
        let mut changes: Vec<String> = self
            .holdings()
            .iter()
            .map(|(kind, object)| Holding { taker: &taker, kind, object }.give_back())
            .collect();
        if self.bypasses_row_security {
            changes.push(format!("alter role {} bypassrls", identifier(&self.login)));
        }
        if !self.owns_tables {
            changes.push(where_prepared(&task::give_back_rights(&self.login)));
        }
        self.action(&changes, "not ")
    }
}

/// What is taken on an object of a kind.
fn privileges(kind: &str) -> &'static [&'static str] {
    match kind {
        "table" => &["truncate", "references", "trigger"],
        "schema" => &["create"],
        _ => &["temporary", "create"],
    }
}

/// What the phase `prepare` had to give the login in its own name, where it did.
fn where_prepared(sql: &str) -> String {
    format!(
        "do $prepared$ begin if pg_catalog.to_regclass('tenantry_adopt.rights') is not null then execute {}; end if; end $prepared$",
        literal(sql)
    )
}

impl TakeRights {
    fn taker(&self) -> String {
        format!("take-rights {}", self.login)
    }

    /// What something is taken on, as kind and name.
    fn holdings(&self) -> Vec<(&'static str, String)> {
        let mut holdings: Vec<_> = self.tables.iter().map(|table| ("table", table.sql())).collect();
        if !self.owns_tables {
            holdings.extend(self.schemas.iter().map(|schema| ("schema", identifier(schema))));
            holdings.push(("database", String::new()));
        }
        holdings
    }

    /// One transaction, or nothing where there is nothing to take. That privileges are remembered says that they were taken.
    fn action(&self, changes: &[String], not: &str) -> Vec<Action> {
        if changes.is_empty() {
            return Vec::new();
        }
        let mut taken = Vec::new();
        if !self.holdings().is_empty() {
            taken.push(format!(
                "exists (select from tenantry_adopt.kept_privileges where taker = {})",
                literal(&self.taker())
            ));
        }
        if self.bypasses_row_security {
            taken.push(format!(
                "not exists (select from pg_catalog.pg_roles where rolname = {} and rolbypassrls)",
                literal(&self.login)
            ));
        }
        let done = format!("select {not}({})", taken.join(" and "));
        vec![Action::locking(Vec::new(), changes.join("; "), done)]
    }
}
