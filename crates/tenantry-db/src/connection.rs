//! Connections and their pool. Private: a pool with a public name would be used past the door.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Metrics, RecycleError, RecycleResult};
use tokio_postgres::{Client, Config, NoTls};
use tokio_util::task::TaskTracker;

use crate::error::DbError;

/// A connection that is ready for work: no transaction, no context, nothing left by whoever had it.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// `pg_backend_pid()`: seals are bound to it. 0 behind a pooler.
    pub(crate) backend: i32,
    pub(crate) database: Arc<str>,
    prepared: HashMap<&'static str, tokio_postgres::Statement>,
    /// Something could not be cleaned up; the connection is closed instead of handed on.
    pub(crate) is_spoilt: bool,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connection").field("backend", &self.backend).finish_non_exhaustive()
    }
}

impl Connection {
    /// Prepares a statement once for this connection.
    pub(crate) async fn prepare(
        &mut self,
        sql: &'static str,
    ) -> Result<tokio_postgres::Statement, DbError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }

    /// How many statements of ours the backend must have. A pooler keeps them under names of its own.
    pub(crate) fn prepared_count(&self) -> usize {
        if self.backend == 0 { 0 } else { self.prepared.len() }
    }
}

/// Opens connections of one login.
#[derive(Debug)]
pub(crate) struct Manager {
    config: Config,
    is_behind_pooler: bool,
    tasks: TaskTracker,
}

pub(crate) type Pool = deadpool::managed::Pool<Manager>;
pub(crate) type Pooled = deadpool::managed::Object<Manager>;

/// What every session starts with. Startup options win over `ALTER ROLE … SET`, which a role may do
/// to itself; so whatever was set there has no effect on the next connection. Listed is what would
/// change the meaning of a statement, or let connections die.
const STARTUP_OPTIONS: &str = "-c search_path=pg_catalog,public,pg_temp -c default_transaction_read_only=off \
     -c default_transaction_isolation=read\\ committed -c row_security=on -c statement_timeout=15000 \
     -c lock_timeout=5000 -c idle_in_transaction_session_timeout=20000 -c idle_session_timeout=0 \
     -c standard_conforming_strings=on -c transform_null_equals=off -c client_min_messages=warning -c jit=off";

impl Manager {
    pub(crate) fn new(mut config: Config, tasks: TaskTracker, is_behind_pooler: bool) -> Self {
        config.connect_timeout(Duration::from_secs(2)).application_name("tenantry");
        if !is_behind_pooler {
            config.options(STARTUP_OPTIONS);
        }
        Self { config, is_behind_pooler, tasks }
    }

    pub(crate) const fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// A pool of at most `most` connections; waiting for one ends after two seconds (RE-6).
    pub(crate) fn into_pool(self, most: usize) -> Result<Pool, DbError> {
        Pool::builder(self)
            .max_size(most)
            .wait_timeout(Some(Duration::from_secs(2)))
            .create_timeout(Some(Duration::from_secs(3)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|_| DbError::away("the pool could not be made"))
    }
}

impl deadpool::managed::Manager for Manager {
    type Type = Connection;
    type Error = tokio_postgres::Error;

    async fn create(&self) -> Result<Connection, tokio_postgres::Error> {
        let (client, connection) = self.config.connect(NoTls).await?;
        self.tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        let row = client
            .query_one(
                "select pg_catalog.pg_backend_pid(), pg_catalog.current_database()::text",
                &[],
            )
            .await?;
        let backend = if self.is_behind_pooler { 0 } else { row.get(0) };
        let database: String = row.get(1);
        Ok(Connection {
            client,
            backend,
            database: database.into(),
            prepared: HashMap::new(),
            is_spoilt: false,
        })
    }

    async fn recycle(
        &self,
        connection: &mut Connection,
        _: &Metrics,
    ) -> RecycleResult<tokio_postgres::Error> {
        if connection.is_spoilt || connection.client.is_closed() {
            return Err(RecycleError::message("closed"));
        }
        Ok(())
    }
}
