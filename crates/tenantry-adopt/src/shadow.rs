//! Shadow mode's recorder: which statements of the old logins touch rows that the guard would hide from them. It runs inside
//! the application's statements, so it gives up rather than fail or wait; a missing record means "not seen", never "not sent".

use tenantry_db::DbError;
use tokio_postgres::{Client, Row};

use crate::progress::Denial;

/// Makes the recorder, and the memory of privileges, in the schema `tenantry_adopt`. May be run again.
pub const INSTALL: &str =
    concat!(include_str!("shadow/witness.sql"), include_str!("privileges/keep.sql"));

/// One line a text, however often it was written down.
const DENIALS: &str = "select d.relation, d.statement, d.login, d.application, \
     pg_catalog.to_char(pg_catalog.min(d.first_at) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), \
     pg_catalog.to_char(pg_catalog.max(d.last_at) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') \
     from tenantry_adopt.denials d \
     group by d.relation, d.statement, d.login, d.application \
     having pg_catalog.max(d.last_at) >= pg_catalog.statement_timestamp() - pg_catalog.make_interval(mins => $1) \
     order by pg_catalog.max(d.last_at) desc, d.relation, d.statement, d.login, d.application";

/// Everything that was recorded, the latest first.
///
/// # Errors
/// What the database answers.
pub async fn denials(client: &Client) -> Result<Vec<Denial>, DbError> {
    recent(client, i32::MAX).await
}

/// What was seen in the last minutes. A statement that is sent again and again is written down once a minute, so ask for two
/// minutes at the least.
///
/// # Errors
/// What the database answers.
pub async fn recent(client: &Client, minutes: i32) -> Result<Vec<Denial>, DbError> {
    client.query(DENIALS, &[&minutes]).await?.iter().map(denial).collect()
}

fn denial(row: &Row) -> Result<Denial, DbError> {
    let relation: String = row.try_get(0).map_err(DbError::row)?;
    Ok(Denial {
        table: relation.parse().map_err(|_| DbError::Value("the table of a denial"))?,
        statement: row.try_get(1).map_err(DbError::row)?,
        login: row.try_get(2).map_err(DbError::row)?,
        application: row.try_get(3).map_err(DbError::row)?,
        first_at: row.try_get(4).map_err(DbError::row)?,
        last_at: row.try_get(5).map_err(DbError::row)?,
    })
}
