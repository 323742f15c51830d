//! Numbers go on above the highest of all databases, so that a new row's id is in none of them. That is a courtesy to people
//! who compare ids; keys that begin with the organization would bear equal ones.

use tenantry_db::DbError;
use tokio_postgres::Client;

use crate::error::AdoptError;

const READ: &str = "select schemaname::text, sequencename::text, last_value from pg_catalog.pg_sequences \
 where last_value is not null and schemaname !~ '^(tenantry|pg_)'";
const RAISE: &str = "select pg_catalog.setval(pg_catalog.format('%I.%I', s.schemaname, s.sequencename)::pg_catalog.regclass, given.value) \
  from unnest($1::text[], $2::text[], $3::bigint[]) as given (schema, name, value) \
  join pg_catalog.pg_sequences s on s.schemaname = given.schema and s.sequencename = given.name \
 where s.last_value is null or (s.increment_by > 0 and given.value > s.last_value) or (s.increment_by < 0 and given.value < s.last_value)";

/// Raises every sequence here that is behind the one there.
pub(super) async fn raise(origin: &Client, client: &Client) -> Result<(), AdoptError> {
    let rows = origin.query(READ, &[]).await.map_err(DbError::from)?;
    let text = |place: usize| rows.iter().map(|row| row.get(place)).collect::<Vec<String>>();
    let values: Vec<i64> = rows.iter().map(|row| row.get(2)).collect();
    client.query(RAISE, &[&text(0), &text(1), &values]).await.map_err(DbError::from)?;
    Ok(())
}
