//! What can be read in the catalog without trying anything: read-only statements, one file a lint.

use serde::Serialize;
use tenantry_db::DbError;
use tokio_postgres::GenericClient;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{Json, Type};

use crate::ProveError;
use crate::report::{Finding, Part, Severity};
use crate::rule::Rule;

mod functions;
mod keys;
mod outlets;
mod people;
mod policies;
mod privileges;
mod roles;
mod server;
mod sessions;
mod tables;
mod views;

/// The lints by what they look at.
pub const THEMES: [(&str, &[Lint]); 11] = [
    ("The application's role", roles::LINTS),
    ("Tables and partitions", tables::LINTS),
    ("Policies", policies::LINTS),
    ("Views and rules", views::LINTS),
    ("Privileges", privileges::LINTS),
    ("The server", server::LINTS),
    ("Functions and triggers", functions::LINTS),
    ("Keys, references and sequences", keys::LINTS),
    ("Where rows leave the tables", outlets::LINTS),
    ("People", people::LINTS),
    ("Sessions and settings", sessions::LINTS),
];

/// One lint: its rule, and the statement that finds it.
#[derive(Debug, Clone, Copy)]
pub struct Lint {
    /// What it is about.
    pub rule: Rule,
    /// One `select` over the catalog, with the application's role as `$1` (`text`) and [`Classified`] rows as `$2`
    /// (`jsonb`, an array). It answers one row a finding, six texts: object, title, cause, fix, lock, severity.
    pub sql: &'static str,
}

/// How a table belongs to an organization, as a lint gets to know it.
#[derive(Debug, Clone, Serialize)]
pub struct Classified {
    /// `pg_class.oid`.
    pub oid: u32,
    /// `root` (a row is an organization), `direct` (has the tenant column), `via` (by a foreign key), `person` (a row
    /// is a user's), `shared` (belongs to nobody, on purpose) or `unclassified` (belongs to nobody that can be seen).
    pub class: &'static str,
    /// The column that names the organization, when the table has one.
    pub tenant_column: Option<String>,
}

/// The text of a lint: what all of them begin with, then one file each.
macro_rules! sql {
    ($($file:literal),+) => {
        concat!(include_str!("sql/reach.sql"), $(include_str!(concat!("sql/", $file, ".sql"))),+)
    };
}
use sql;

/// Every lint, theme by theme.
pub fn all() -> impl Iterator<Item = &'static Lint> {
    THEMES.iter().flat_map(|(_, lints)| *lints)
}

/// Reads the catalog with every lint, as the application's role would be found in it. The worst comes first.
///
/// # Errors
/// When a lint does not run: what it would have found is not known then.
pub async fn run(
    client: &impl GenericClient,
    role: &str,
    classified: &[Classified],
) -> Result<Vec<Finding>, ProveError> {
    let (findings, refused) = run_where_allowed(client, role, classified).await?;
    match refused.first() {
        Some(code) => Err(ProveError::Unexpected {
            doing: format!("the lint {code}"),
            message: "the login may not look".to_owned(),
        }),
        None => Ok(findings),
    }
}

/// As [`run`], with the codes of the lints that the login may not read the catalog for, beside what the others found.
pub(crate) async fn run_where_allowed(
    client: &impl GenericClient,
    role: &str,
    classified: &[Classified],
) -> Result<(Vec<Finding>, Vec<&'static str>), ProveError> {
    let (mut findings, mut refused) = (Vec::new(), Vec::new());
    for lint in all() {
        match lint.run(client, role, classified).await {
            Ok(found) => findings.extend(found),
            Err(ProveError::Database(DbError::Refused(_))) => refused.push(lint.rule.code),
            Err(error) => return Err(error),
        }
    }
    findings.sort_by(|one, other| {
        (one.severity, &one.code, &one.object).cmp(&(other.severity, &other.code, &other.object))
    });
    Ok((findings, refused))
}

impl Lint {
    /// What this one finds.
    ///
    /// # Errors
    /// When it does not run, or answers something else than six texts.
    pub async fn run(
        &self,
        client: &impl GenericClient,
        role: &str,
        classified: &[Classified],
    ) -> Result<Vec<Finding>, ProveError> {
        let rows = client
            .query_typed(self.sql, &[(&role, Type::TEXT), (&Json(classified), Type::JSONB)])
            .await
            .map_err(|error| self.failed(error))?;
        rows.iter().map(|row| self.finding(row)).collect()
    }

    fn finding(&self, row: &tokio_postgres::Row) -> Result<Finding, ProveError> {
        let text = |place: usize| -> Result<String, ProveError> {
            row.try_get(place).map_err(|error| self.failed(error))
        };
        Ok(Finding {
            code: self.rule.code.to_owned(),
            severity: self.severity(&text(5)?)?,
            part: Part::Lint,
            object: text(0)?,
            title: text(1)?,
            cause: text(2)?,
            fix: text(3)?,
            lock: text(4)?,
            evidence: None,
        })
    }

    fn severity(&self, word: &str) -> Result<Severity, ProveError> {
        [Severity::Leak, Severity::Oracle, Severity::Warning]
            .into_iter()
            .find(|severity| severity.name() == word)
            .ok_or_else(|| ProveError::Unexpected {
                doing: format!("the lint {}", self.rule.code),
                message: format!("{word} is no severity"),
            })
    }

    /// What the server refuses is a fault of the lint, and names it; anything else is the connection's.
    fn failed(&self, error: tokio_postgres::Error) -> ProveError {
        if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            return error.into();
        }
        let Some(message) = error.as_db_error().map(|answer| answer.message().to_owned()) else {
            return error.into();
        };
        ProveError::Unexpected { doing: format!("the lint {}", self.rule.code), message }
    }
}
