//! The plan as a person reviews it: `tenantry.plan.toml`. What it says is done, and nothing else is; a table that it leaves
//! open (`decide = "?"`) keeps everything from being applied. Reading and writing are in `decisions/file.rs`.

mod answers;
mod check;
pub(crate) mod file;
mod filling;
mod links;
mod patterns;
mod people;
mod propose;

pub use filling::Organizations;
pub use propose::Proposal;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::classification::{Class, Link, Mode};
use crate::name::TableName;

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    /// The version of this form: 1.
    pub format: u32,
    /// The database it is for.
    pub database: String,
    /// [`Schema::hash`](crate::schema::Schema) of the schema it was made for.
    pub schema: String,
    /// Whose the rows are.
    pub mode: Mode,
    /// The organization that every existing row belongs to (whole, merge), or that rows without a parent are given (split).
    pub organization: Organization,
    /// How the application is connected.
    pub application: Application,
    /// Split: the table whose rows are the organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<Root>,
    /// Where the application's people are, to make them members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<People>,
    /// Merge: the other databases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge: Vec<Source>,
    /// A decision a table; a database without tables has none. Sections for several tables at once are answered while the file is
    /// read.
    #[serde(default, deserialize_with = "patterns::sections")]
    pub tables: BTreeMap<TableName, Decision>,
}

/// An organization to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// What people call it.
    pub name: String,
    /// What stands in addresses.
    pub slug: String,
}

/// The application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The logins it uses now. They go on unchanged until enforcement.
    pub logins: Vec<String>,
}

/// The table whose rows are the organizations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// The table.
    pub table: TableName,
    /// Its key.
    pub key: String,
    /// The column with the organization's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The table of people, and what its columns mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// The table.
    pub table: TableName,
    /// Its key.
    pub key: String,
    /// The address. Rows without one become no accounts.
    pub email: String,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A password hash that Tenantry can check: bcrypt or argon2id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What the values of that column mean: `owner`, `admin`, `member` or `viewer`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<String, String>,
    /// Who becomes the owner; else the oldest admin, else the oldest account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A database that becomes an organization of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its address, without a password; that comes from `PGPASSWORD` or a password file.
    pub database: String,
    /// The organization its rows become.
    pub organization: Organization,
}

/// The decision on a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What it is. Absent while `decide` stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// `"?"`: somebody has to decide, and replaces this line by `class = …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<String>,
    /// Split: the columns whose parent says whose a row is; several, separated by commas, are tried in order. One of `links`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// Split: what becomes of rows that no link leads anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orphans: Option<Orphans>,
    /// How sure the proposal was, from 0 to 1.
    #[serde(default)]
    pub confidence: f32,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Where a row may belong, as `column -> schema.table.column`, for reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Unique keys that stay unique across organizations on purpose, by name: they tell one organization what another has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Whether shadow records what the old logins would be denied on it. `false` leaves the table's owner alone until
    /// enforcement, so that it may load rows by `copy` and keep the use of every index. Unless said: where nothing is copied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<bool>,
}

impl Decision {
    /// Whether somebody has to say what the table is.
    pub(crate) fn is_open(&self) -> bool {
        self.class.is_none() && self.decide.as_deref() == Some("?")
    }
}

/// What becomes of rows that belong to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Orphans {
    /// They are given to the organization of the plan.
    Default,
    /// They are given to an organization of their own, called `Quarantine`.
    Quarantine,
    /// They stop the backfill.
    Stop,
}

impl Orphans {
    /// As the file writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Quarantine => "quarantine",
            Self::Stop => "stop",
        }
    }
}

/// Something that keeps a file from being a plan.
#[derive(Debug, thiserror::Error)]
pub enum DecisionsError {
    /// It is not TOML, or says something unknown.
    #[error("the plan cannot be read: {0}")]
    Form(String),
    /// Tables without a decision.
    #[error("{} still to be decided: {}", if .0.len() == 1 { "one table is" } else { "some tables are" }, .0.join(", "))]
    Open(Vec<String>),
    /// It says something that cannot be.
    #[error("{table}: {problem}")]
    Wrong {
        /// Where.
        table: String,
        /// What.
        problem: String,
    },
}

/// How a table that is an organization's is filled, with the file's words resolved against the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filling {
    /// Every row belongs to this organization.
    Constant(uuid::Uuid),
    /// Each row is an organization itself; its key names it.
    Root {
        /// The key's column.
        key: String,
        /// The column with the name.
        name: Option<String>,
    },
    /// The first link that leads somewhere says whose a row is.
    Links {
        /// In the order in which they are tried.
        links: Vec<Link>,
        /// Who has the rows that none leads anywhere: an organization, or nobody (then the backfill stops at them).
        otherwise: Option<uuid::Uuid>,
    },
}
