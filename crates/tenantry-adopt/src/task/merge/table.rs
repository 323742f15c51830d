//! One table, from there to here: streamed, so that it may be larger than memory, and compared afterwards.

use std::time::Duration;

use futures_util::{SinkExt, TryStreamExt};
use tenantry_db::DbError;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::error::AdoptError;
use crate::name::{COLUMN, TableName, list};

const COLUMNS: &str = "select a.attname::text, \
       tn.nspname = 'pg_catalog' and t.typtype = 'b' and coalesce(en.nspname = 'pg_catalog' and e.typtype = 'b', true), \
       c.relispartition \
  from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid \
  join pg_catalog.pg_type t on t.oid = a.atttypid join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace \
  left join pg_catalog.pg_type e on e.oid = t.typelem left join pg_catalog.pg_namespace en on en.oid = e.typnamespace \
 where a.attrelid = pg_catalog.to_regclass($1::text) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' \
 order by a.attnum";

/// A table's columns that are written.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) table: TableName,
    pub(super) names: Vec<String>,
    /// Types that people made have other numbers in another database, and numbers stand in the binary form of some.
    is_binary: bool,
    is_owned: bool,
    is_partition: bool,
}

impl Columns {
    pub(super) async fn read(client: &Client, table: &TableName) -> Result<Self, AdoptError> {
        let rows = client.query(COLUMNS, &[&table.sql()]).await.map_err(DbError::from)?;
        let all: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        if all.is_empty() {
            return Err(AdoptError::Refused(format!("there is no table {table}")));
        }
        Ok(Self {
            table: table.clone(),
            is_binary: rows.iter().all(|row| row.get(1)),
            is_owned: all.iter().any(|name| name == COLUMN),
            is_partition: rows.iter().any(|row| row.get(2)),
            names: all.into_iter().filter(|name| name != COLUMN).collect(),
        })
    }

    /// Loads it under an organization; answers how many rows it has. A partition's rows come with its parent.
    pub(super) async fn load(
        &self,
        origin: &Client,
        client: &Client,
        id: Uuid,
    ) -> Result<i64, AdoptError> {
        if self.is_partition {
            return Ok(0);
        }
        if !self.is_owned {
            let table = &self.table;
            return Err(AdoptError::Refused(format!(
                "{table} has no column {COLUMN} to load it by"
            )));
        }
        let (columns, table) = (list(&self.names), self.table.sql());
        let from = format!("select {columns}, '{id}'::pg_catalog.uuid from {table}");
        let into = format!("{table} ({columns}, {COLUMN})");
        self.copy(origin, &from, client, &into).await?;
        let theirs = fingerprint(origin, &format!("select {columns} from {table}")).await?;
        let ours =
            format!("select {columns} from {table} where {COLUMN} = '{id}'::pg_catalog.uuid");
        if fingerprint(client, &ours).await? != theirs {
            return Err(AdoptError::Refused(format!("{table} did not arrive as it was sent")));
        }
        Ok(theirs.0)
    }

    /// Streams what a query answers there into a table here.
    pub(super) async fn copy(
        &self,
        origin: &Client,
        from: &str,
        client: &Client,
        into: &str,
    ) -> Result<(), AdoptError> {
        let form = if self.is_binary { "binary" } else { "text" };
        let send = format!("copy ({from}) to stdout (format {form})");
        let take = format!("copy {into} from stdin (format {form})");
        let mut sent = std::pin::pin!(origin.copy_out(&send).await.map_err(DbError::from)?);
        let mut sink = std::pin::pin!(client.copy_in(&take).await.map_err(DbError::from)?);
        while let Some(part) = sent.try_next().await.map_err(DbError::from)? {
            sink.send(part).await.map_err(|error| self.refused(error))?;
        }
        sink.as_mut().finish().await.map_err(|error| self.refused(error))?;
        Ok(())
    }

    /// A key that does not begin with the organization yet is the one thing that goes wrong in a database that is right.
    fn refused(&self, error: tokio_postgres::Error) -> AdoptError {
        match DbError::from(error) {
            DbError::Constraint { name, .. } => AdoptError::Refused(format!(
                "rows of {} are refused by {name}: of keys that do not begin with {COLUMN}, every row must be the only one in all databases",
                self.table
            )),
            other => other.into(),
        }
    }
}

/// How many rows there are, and a sum over all of them that knows no order.
async fn fingerprint(client: &Client, rows: &str) -> Result<(i64, String), AdoptError> {
    let sql = format!(
        "select pg_catalog.count(*), coalesce(pg_catalog.sum(('x' || pg_catalog.left(pg_catalog.md5(r::text), 16))::bit(64)::bigint::numeric), 0)::text \
           from ({rows}) r"
    );
    let row = client.query_one(&sql, &[]).await.map_err(DbError::from)?;
    Ok((row.get(0), row.get(1)))
}

/// Rows a second.
#[expect(clippy::cast_precision_loss, reason = "a rate that is shown")]
pub(super) fn rate(rows: i64, time: Duration) -> f64 {
    rows as f64 / time.as_secs_f64().max(0.001)
}
