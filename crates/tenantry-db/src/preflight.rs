//! What must be true of a database before anything is served from it.
//!
//! The checks run as the request path's own login and read only the catalog. A finding is never a
//! warning that scrolls by: `serve` refuses to start, and says the statement that mends it.

use std::sync::Arc;

use crate::connection::Connection;
use crate::database::Database;
use crate::error::DbError;
use crate::wire::Row;

/// One kind of flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// The login, or a role it can become, passes by row security.
    Login,
    /// The login owns tables or views.
    Ownership,
    /// The login may create, or holds privileges that row security does not filter.
    Privileges,
    /// A table with `organization_id` has no guard.
    Tables,
    /// A view or materialized view shows more than its caller may see.
    Views,
    /// A function runs with rights it should not have.
    Functions,
    /// The server's minor version has known holes in row security.
    Version,
    /// The database does not accept this server's seals.
    Seal,
}

impl Check {
    /// All of them, in the order they are run.
    pub const ALL: [Self; 8] = [
        Self::Version,
        Self::Login,
        Self::Ownership,
        Self::Privileges,
        Self::Tables,
        Self::Views,
        Self::Functions,
        Self::Seal,
    ];

    /// The stable code, for `tenantry explain`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Login => "TN0201",
            Self::Ownership => "TN0202",
            Self::Tables => "TN0203",
            Self::Views => "TN0204",
            Self::Functions => "TN0205",
            Self::Version => "TN0206",
            Self::Seal => "TN0207",
            Self::Privileges => "TN0208",
        }
    }

    /// What holds when nothing was found.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Login => "the login cannot pass by row security",
            Self::Ownership => "the login owns nothing",
            Self::Privileges => "the login can create nothing and truncate nothing",
            Self::Tables => "every organization's table is guarded",
            Self::Views => "every view sees what its caller may see",
            Self::Functions => "no function lends its rights",
            Self::Version => "the PostgreSQL version has no known hole in row security",
            Self::Seal => "the database accepts this server's seals and refuses others",
        }
    }

    const fn sql(self) -> Option<&'static str> {
        match self {
            Self::Login => Some(include_str!("sql/preflight/login.sql")),
            Self::Ownership => Some(include_str!("sql/preflight/ownership.sql")),
            Self::Privileges => Some(include_str!("sql/preflight/privileges.sql")),
            Self::Tables => Some(include_str!("sql/preflight/tables.sql")),
            Self::Views => Some(include_str!("sql/preflight/views.sql")),
            Self::Functions => Some(include_str!("sql/preflight/functions.sql")),
            Self::Seal => Some(include_str!("sql/preflight/context_store.sql")),
            Self::Version => None,
        }
    }
}

/// One flaw of the database, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which kind.
    pub check: Check,
    /// The role, table, view or function.
    pub object: String,
    /// What is wrong, in a sentence.
    pub cause: String,
    /// The exact statement that mends it, or what to do.
    pub fix: String,
}

/// What the checks saw.
#[derive(Debug, Clone)]
pub struct Report {
    /// The server's version, for example `15.18`.
    pub version: String,
    /// Everything that is wrong. Empty: it is safe to serve.
    pub findings: Vec<Finding>,
}

/// Runs every check. `seal` is a context sealed for the inspected connection by the server's own key.
///
/// # Errors
/// [`DbError`] when the database cannot be asked: then nothing is known, and nothing is served.
pub async fn run(
    database: &Database,
    keys: &tenantry_core::ContextKeys,
) -> Result<Report, DbError> {
    let mut connection = database.inspect().await?;
    let number =
        connection.wire.text("select pg_catalog.current_setting('server_version_num')").await?;
    let number: u32 = number
        .and_then(|number| number.parse().ok())
        .ok_or(DbError::Value("server_version_num is not a number"))?;
    let mut findings: Vec<Finding> = version_finding(number).into_iter().collect();
    for check in Check::ALL {
        if let Some(sql) = check.sql() {
            findings.extend(catalog_findings(&mut connection, check, sql).await?);
        }
        // A superuser fails every check after this one too, which would only bury the cause.
        if findings.iter().any(|finding| finding.cause.ends_with("SUPERUSER")) {
            return Ok(Report { version: version_text(number), findings });
        }
    }
    let name = Arc::clone(&connection.database);
    let target = tenantry_core::context::Connection {
        database: &name,
        backend: connection.backend,
        now: database.clock().unix_seconds(),
    };
    findings.extend(seal_finding(&mut connection, keys, &target).await?);
    Ok(Report { version: version_text(number), findings })
}

fn version_text(number: u32) -> String {
    format!("{}.{}", number / 10_000, number % 10_000)
}

async fn catalog_findings(
    connection: &mut Connection,
    check: Check,
    sql: &'static str,
) -> Result<Vec<Finding>, DbError> {
    let rows = connection.query(sql, &[]).await?;
    let finding = |row: &Row| -> Result<Finding, DbError> {
        Ok(Finding {
            check,
            object: row.try_get(0).map_err(DbError::Row)?,
            cause: row.try_get(1).map_err(DbError::Row)?,
            fix: row.try_get(2).map_err(DbError::Row)?,
        })
    };
    rows.iter().map(finding).collect()
}

/// The first minor version of each major one without a known hole in row security: CVE-2025-8713 is
/// fixed in 15.14, 16.10 and 17.6.
const SAFE_MINORS: [(u32, u32); 3] = [(15, 14), (16, 10), (17, 6)];

/// What is wrong with a `server_version_num`, if anything.
fn version_finding(number: u32) -> Option<Finding> {
    let (major, minor) = (number / 10_000, number % 10_000);
    let finding = |cause: String, fix: String| {
        Some(Finding {
            check: Check::Version,
            object: format!("PostgreSQL {major}.{minor}"),
            cause,
            fix,
        })
    };
    if major < 15 {
        return finding(
            format!("PostgreSQL {major} cannot run views with the rights of their caller"),
            "upgrade to PostgreSQL 15 or newer".to_owned(),
        );
    }
    let (_, safe) = SAFE_MINORS.into_iter().find(|(known, _)| *known == major)?;
    if minor >= safe {
        return None;
    }
    finding(
        format!(
            "PostgreSQL {major}.{minor} shows planner statistics of hidden rows (CVE-2025-8713)"
        ),
        format!("upgrade to PostgreSQL {major}.{safe} or newer and restart it"),
    )
}

/// Seals for nobody and shows the seal to the database: a genuine one is accepted, a forged one is not.
async fn seal_finding(
    connection: &mut Connection,
    keys: &tenantry_core::ContextKeys,
    target: &tenantry_core::context::Connection<'_>,
) -> Result<Option<Finding>, DbError> {
    let finding = |cause: &str, fix: &str| {
        Some(Finding {
            check: Check::Seal,
            object: "tenantry.organization()".to_owned(),
            cause: cause.to_owned(),
            fix: fix.to_owned(),
        })
    };
    let genuine = keys.probe(target);
    let bad = forgeries(keys, target, genuine.expose());
    if bad.iter().any(|(_, seal)| seal == genuine.expose()) {
        return Ok(finding(
            "the forged seal of the check is the genuine one",
            "report this as a bug",
        ));
    }
    for (kind, seal) in &bad {
        if accepts(connection, seal).await? {
            return Ok(finding(
                &format!("the database accepted {kind}"),
                "stop every server; somebody has replaced tenantry.verified_context(): restore it from a backup or from contract.sql, and find out who",
            ));
        }
    }
    if accepts(connection, genuine.expose()).await? {
        return Ok(None);
    }
    Ok(finding(
        "the database refuses this server's seals: it was migrated with another JWT_SECRET_KEY, or its clock is off by more than a minute",
        "tenantry migrate up   with the same JWT_SECRET_KEY as this server",
    ))
}

/// One seal for each thing that a seal is checked for. None is good on this connection.
fn forgeries(
    keys: &tenantry_core::ContextKeys,
    target: &tenantry_core::context::Connection<'_>,
    genuine: &str,
) -> [(&'static str, String); 4] {
    use tenantry_core::context::Connection as Target;
    let probe = |other: Target<'_>| keys.probe(&other).expose().to_owned();
    [
        ("a forged seal", genuine.replace(".owner.", ".admin.")),
        ("an expired seal", probe(Target { now: target.now - 86_400, ..*target })),
        ("a seal for another connection", probe(Target { backend: i32::MAX, ..*target })),
        ("a seal for another database", probe(Target { database: "", ..*target })),
    ]
}

async fn accepts(connection: &mut Connection, seal: &str) -> Result<bool, DbError> {
    let asked = async {
        let set = "select pg_catalog.set_config('tenantry.context', $1, false)";
        connection.query(set, &[&seal]).await?;
        connection.query("select tenantry.organization() is not null", &[]).await
    };
    let answer = asked.await;
    connection.wire.text("reset tenantry.context").await?;
    match answer {
        Ok(rows) => Ok(rows.first().is_some_and(|row| row.get(0))),
        Err(error) => match DbError::from(error) {
            DbError::Refused(_) => Ok(false),
            other => Err(other),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_with_known_holes_are_refused() {
        // RL-6
        for (number, is_safe) in [
            (140_019, false),
            (150_013, false),
            (150_014, true),
            (160_009, false),
            (160_010, true),
            (170_005, false),
            (170_006, true),
            (180_000, true),
            (190_000, true),
        ] {
            assert_eq!(version_finding(number).is_none(), is_safe, "{number}");
        }
    }
}
