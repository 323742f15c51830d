//! A connection as applications keep one: statements are prepared once and used for as long as it lives, whatever becomes of
//! the schema in between.

use std::collections::HashMap;

use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

/// What PostgreSQL answers to a `select *` that was prepared before a column came.
const REPLAN: &str = "cached plan must not change result type";

/// A connection with its prepared statements.
pub(super) struct Session {
    pub(super) client: Client,
    prepared: HashMap<String, Statement>,
    pub(super) replanned: usize,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Session")
            .field("replanned", &self.replanned)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(client: Client) -> Self {
        Self { client, prepared: HashMap::new(), replanned: 0 }
    }

    /// Runs a statement with texts as parameters.
    pub(super) async fn query(&mut self, sql: &str, values: &[&str]) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql).await?;
        let values: Vec<&(dyn ToSql + Sync)> =
            values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.query(&statement, &values).await
    }

    /// Runs a statement and answers how many rows it changed.
    pub(super) async fn execute(&mut self, sql: &str, values: &[&str]) -> Result<u64, Error> {
        let statement = self.statement(sql).await?;
        let values: Vec<&(dyn ToSql + Sync)> =
            values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &values).await
    }

    async fn statement(&mut self, sql: &str) -> Result<Statement, Error> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Whether the error only means that statements have to be prepared again; then they will be.
    pub(super) fn forgets_plans_after(&mut self, error: &Error) -> bool {
        let Some(refusal) = error.as_db_error() else { return false };
        let is_replan =
            refusal.code() == &SqlState::FEATURE_NOT_SUPPORTED && refusal.message() == REPLAN;
        if is_replan {
            self.replanned += 1;
            self.prepared.clear();
        }
        is_replan
    }
}
