//! Reading a schema in one snapshot, with one query for each kind of object. The queries answer in JSON, which has the members
//! of the types in `schema.rs`, so a member that is added there has to be added to the query too: reading fails without it.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use tenantry_db::DbError;
use tokio_postgres::{Client, Row};

use super::mention::Mentions;
use super::{Function, Schema, Statistics, Table};
use crate::name::TableName;

impl Schema {
    /// Reads everything, with a superuser's session that is in no transaction. Nothing is written and nothing locked against
    /// others. When it is abandoned half-way, the session is still in its transaction and of no use for anything else.
    ///
    /// # Errors
    /// The database is away, or a table is locked by somebody who changes it.
    pub async fn read(client: &Client) -> Result<Self, DbError> {
        client.batch_execute(include_str!("sql/begin.sql")).await?;
        let read = read(client).await;
        let ended = client.batch_execute("rollback").await;
        let schema = read?;
        ended?;
        Ok(schema)
    }
}

async fn read(client: &Client) -> Result<Schema, DbError> {
    let session = client
        .query_one(
            "select current_database()::text, current_setting('server_version_num')::int,
                array(select extname::text from pg_extension where extname <> 'plpgsql' order by extname)",
            &[],
        )
        .await?;
    let tables = tables(client).await?;
    Ok(Schema {
        database: session.get(0),
        server_version: session.get(1),
        functions: functions(client, &tables).await?,
        tables,
        views: all(client, include_str!("sql/views.sql")).await?,
        sequences: all(client, include_str!("sql/sequences.sql")).await?,
        publications: all(client, include_str!("sql/publications.sql")).await?,
        logins: all(client, include_str!("sql/logins.sql")).await?,
        row_types: all(client, include_str!("sql/row_types.sql")).await?,
        event_triggers: all(client, include_str!("sql/event_triggers.sql")).await?,
        extensions: session.get(2),
    })
}

/// Every row of a query as what its first column says in JSON.
async fn all<T: DeserializeOwned>(client: &Client, sql: &str) -> Result<Vec<T>, DbError> {
    client.query(sql, &[]).await?.iter().map(object).collect()
}

fn object<T: DeserializeOwned>(row: &Row) -> Result<T, DbError> {
    let text: &str = row.try_get(0).map_err(DbError::row)?;
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, text, "the catalog answered with something unknown");
        DbError::Value("the catalog answered with something that this version does not know")
    })
}

async fn tables(client: &Client) -> Result<Vec<Table>, DbError> {
    let mut tables = Vec::new();
    let mut small = Vec::new();
    for row in client.query(include_str!("sql/tables.sql"), &[]).await? {
        if row.get(1) {
            small.push(tables.len());
        }
        tables.push(object::<Table>(&row)?);
    }
    count(client, &mut tables, &small).await?;
    sum_partitions(&mut tables);
    Ok(tables)
}

/// Counts the rows of the small tables, all of them with one statement.
async fn count(client: &Client, tables: &mut [Table], small: &[usize]) -> Result<(), DbError> {
    if small.is_empty() {
        return Ok(());
    }
    let one = |place: &usize| {
        let name = tables.get(*place).map(|table| table.name.sql()).unwrap_or_default();
        format!("select {place}::bigint, count(*) from only {name}")
    };
    let sql = small.iter().map(one).collect::<Vec<_>>().join("\nunion all ");
    for row in client.query(&format!("/* tenantry */ {sql}"), &[]).await? {
        let place = usize::try_from(row.get::<_, i64>(0)).unwrap_or(usize::MAX);
        if let Some(table) = tables.get_mut(place) {
            table.statistics.rows = row.get(1);
        }
    }
    Ok(())
}

/// A partitioned table has the rows, bytes and writes of its partitions, at any depth.
fn sum_partitions(tables: &mut [Table]) {
    let parents: HashMap<TableName, TableName> = tables
        .iter()
        .filter_map(|table| Some((table.name.clone(), table.partition_of.clone()?)))
        .collect();
    let mut sums: HashMap<TableName, Statistics> = HashMap::new();
    for leaf in tables.iter().filter(|table| !table.is_partitioned) {
        let mut above = parents.get(&leaf.name);
        while let Some(parent) = above {
            let sum = sums.entry(parent.clone()).or_default();
            sum.rows += leaf.statistics.rows;
            sum.bytes += leaf.statistics.bytes;
            sum.writes += leaf.statistics.writes;
            above = parents.get(parent);
        }
    }
    for table in tables.iter_mut().filter(|table| table.is_partitioned) {
        table.statistics = sums.remove(&table.name).unwrap_or_default();
    }
}

async fn functions(client: &Client, tables: &[Table]) -> Result<Vec<Function>, DbError> {
    let mentions = Mentions::of(tables.iter().map(|table| &table.name));
    let rows = client.query(include_str!("sql/functions.sql"), &[]).await?;
    let function = |row: &Row| {
        let mut function: Function = object(row)?;
        function.names = mentions.within(row.try_get(1).map_err(DbError::row)?);
        Ok(function)
    };
    rows.iter().map(function).collect()
}
