//! Asking the rows. Each question is one short statement on a sample; one that fails or takes too long is noted and left,
//! because a plan with a gap that says so is of more use than none.

use std::time::{Duration, Instant};

use futures_util::future::join3;
use tenantry_db::DbError;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::SoftReference;
use super::key::Key;
use crate::classification::{Link, LinkKind};
use crate::name::{TableName, identifier};

/// After this, nothing more is asked.
const BUDGET: Duration = Duration::from_secs(60);

/// The rows of a sample.
const SAMPLE: i64 = 10_000;

/// A table with more rows is not read from its beginning, where the oldest rows are, but in random pages.
const LARGE: i64 = 100_000;

/// The session, and what could not be asked.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    client: &'a Client,
    began: Instant,
    pub(super) skipped: Vec<String>,
}

/// Values to look at.
#[derive(Debug)]
pub(super) struct Values {
    pub(super) table: TableName,
    /// How many rows the table has.
    pub(super) rows: i64,
    /// What the evidence calls it.
    pub(super) column: String,
    /// SQL, where the table is `c`.
    pub(super) value: String,
    /// SQL, where the table is `c`: only these rows.
    pub(super) only: Option<String>,
}

impl Values {
    /// Those of a column.
    pub(super) fn of_column(table: &TableName, rows: i64, column: &str) -> Self {
        let value = format!("c.{}", identifier(column));
        Self { table: table.clone(), rows, column: column.to_owned(), value, only: None }
    }
}

/// A sample of a table, where it is called `c`.
pub(super) fn sample(table: &TableName, rows: i64, limit: i64) -> String {
    let mut sql = format!("{} as c", table.sql());
    if rows > LARGE {
        #[expect(clippy::cast_precision_loss, reason = "a share of pages need not be exact")]
        let share = (limit as f64 * 150.0 / rows as f64).clamp(0.000_1, 100.0);
        sql.push_str(&format!(" tablesample system ({share:.6}) repeatable (1)"));
    }
    sql
}

impl<'a> Asking<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, began: Instant::now(), skipped: Vec::new() }
    }

    /// The rows of an answer, or none where there was no answer in time.
    pub(super) async fn ask(
        &mut self,
        what: &str,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Option<Vec<Row>>, DbError> {
        if self.began.elapsed() > BUDGET {
            self.skipped.push(format!("{what}: no time was left"));
            return Ok(None);
        }
        // Our own statements are told from the application's by this.
        let sql = format!("/* tenantry */ {sql}");
        // All three are sent at once, in this order; after a failure the last one fails too, and only then there is more to
        // say. There are a thousand questions, so the round trips count.
        let (began, answer, ended) = join3(
            self.client.batch_execute("savepoint tenantry"),
            self.client.query_typed(&sql, parameters),
            self.client.batch_execute("release savepoint tenantry"),
        )
        .await;
        began?;
        match answer.map_err(DbError::from) {
            Ok(rows) => {
                ended?;
                Ok(Some(rows))
            }
            Err(DbError::TooSlow(error) | DbError::Refused(error) | DbError::Unexpected(error))
                if error.code().is_some() =>
            {
                let back = "rollback to savepoint tenantry; release savepoint tenantry";
                self.client.batch_execute(back).await?;
                let reason = error.message().unwrap_or_default();
                self.skipped.push(format!("{what}: {reason}"));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// How many of the values are keys of a table. Without an answer in time, the figures are zero.
    pub(super) async fn measure(
        &mut self,
        values: &Values,
        key: &Key,
        cast: Option<&str>,
        is_named: bool,
    ) -> Result<SoftReference, DbError> {
        let mut reference = SoftReference {
            child: values.table.clone(),
            column: values.column.clone(),
            parent: key.table.clone(),
            parent_column: key.column.clone(),
            is_named,
            needs_cast: cast.is_some(),
            ..SoftReference::default()
        };
        let what = format!("{}.{} → {}", values.table, values.column, key.table);
        let sampled = sample(&values.table, values.rows, SAMPLE);
        let whole = sample(&values.table, 0, SAMPLE);
        for from in if sampled == whole { vec![whole] } else { vec![sampled, whole] } {
            let sql = anti_join(values, &from, key, cast);
            let Some(rows) = self.ask(&what, &sql, &[]).await? else { break };
            let Some(row) = rows.first() else { break };
            reference.sampled = row.get(0);
            reference.filled = row.get(1);
            reference.missing = row.get(2);
            if reference.sampled > 0 {
                break;
            }
        }
        Ok(reference)
    }
}

/// One pass over the sample: how many rows, how many with something there, how many of those without a parent.
fn anti_join(values: &Values, from: &str, key: &Key, cast: Option<&str>) -> String {
    let link = Link {
        columns: vec!["v".to_owned()],
        parent: key.table.clone(),
        parent_columns: vec![key.column.clone()],
        kind: LinkKind::Soft,
        is_total: false,
        cast: cast.map(str::to_owned),
    };
    let only = values.only.as_ref().map(|only| format!(" where {only}")).unwrap_or_default();
    format!(
        "select count(*), count(*) filter (where s.v::text <> ''), \
         count(*) filter (where s.v::text <> '' and not exists (select from {} as p where {})) \
         from (select {} as v from {from}{only} limit {SAMPLE}) as s",
        key.table.sql(),
        link.condition("s", "p"),
        values.value,
    )
}

impl SoftReference {
    /// Whether at most this share of the filled rows has no parent, and some row has one.
    pub(super) fn holds(&self, share: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "at most ten thousand")]
        let (missing, filled) = (self.missing as f64, self.filled as f64);
        self.filled > self.missing && missing <= filled * share
    }
}
