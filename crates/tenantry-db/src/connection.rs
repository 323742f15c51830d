//! One connection of one login, and how it is opened. Private: a connection with a public name would be
//! used past the door. Dropping a client does not end its connection while an answer is owed, and on a
//! wire that hangs none ever comes: so whoever gives a connection up marks it as spoilt.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio_postgres::Client;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::error::DbError;

/// A connection that is ready for work: no transaction, no context, nothing left by whoever had it.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// `pg_backend_pid()`: seals are bound to it. 0 behind a pooler.
    pub(crate) backend: i32,
    pub(crate) database: Arc<str>,
    prepared: HashMap<&'static str, tokio_postgres::Statement>,
    /// Something could not be cleaned up or was not answered: the connection is cut instead of handed on.
    pub(crate) is_spoilt: bool,
    /// How many outages there had been when it was opened: see [`Presence`](crate::presence::Presence).
    pub(crate) outage: u64,
    driver: AbortHandle,
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

impl Drop for Connection {
    fn drop(&mut self) {
        // A connection in order says goodbye by itself once its client is gone.
        if self.is_spoilt {
            self.driver.abort();
        }
    }
}

/// Opens connections of one login.
#[derive(Debug)]
pub(crate) struct Opener {
    config: Config,
    is_behind_pooler: bool,
    tasks: TaskTracker,
}

/// What every session starts with. Startup options win over `ALTER ROLE … SET`, which a role may do
/// to itself; so whatever was set there has no effect on the next connection. Listed is what would
/// change the meaning of a statement, or let connections die.
const STARTUP_OPTIONS: &str = "-c search_path=pg_catalog,public,pg_temp -c default_transaction_read_only=off \
     -c default_transaction_isolation=read\\ committed -c row_security=on -c statement_timeout=15000 \
     -c lock_timeout=5000 -c idle_in_transaction_session_timeout=20000 -c idle_session_timeout=0 \
     -c standard_conforming_strings=on -c transform_null_equals=off -c client_min_messages=warning -c jit=off";

/// What a network swallows is noticed by the system within this, instead of after two hours.
const NETWORK_PATIENCE: Duration = Duration::from_millis(2_500);
/// The system's own pause before it asks whether an idle peer is still there; taken as "not set".
const DEFAULT_KEEPALIVE: Duration = Duration::from_secs(2 * 60 * 60);

impl Opener {
    pub(crate) fn new(mut config: Config, tasks: TaskTracker, is_behind_pooler: bool) -> Self {
        config.connect_timeout(Duration::from_secs(2)).application_name("tenantry");
        if !is_behind_pooler {
            config.options(STARTUP_OPTIONS);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(NETWORK_PATIENCE);
        }
        if config.get_keepalives_idle() == DEFAULT_KEEPALIVE {
            config.keepalives_idle(Duration::from_secs(10));
            config.keepalives_interval(Duration::from_secs(2)).keepalives_retries(3);
        }
        Self { config, is_behind_pooler, tasks }
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) const fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Opens a connection and finds out which backend serves it.
    pub(crate) async fn open(&self) -> Result<Connection, tokio_postgres::Error> {
        let (client, connection) = self.config.open().await?;
        let driver = self.tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        // Spoilt until the first answer is here: whoever drops this before cuts the connection.
        let mut opened = Connection {
            client,
            backend: 0,
            database: "".into(),
            prepared: HashMap::new(),
            is_spoilt: true,
            outage: 0,
            driver: driver.abort_handle(),
        };
        let who = "select pg_catalog.pg_backend_pid(), pg_catalog.current_database()::text";
        let row = opened.client.query_one(who, &[]).await?;
        if !self.is_behind_pooler {
            opened.backend = row.get(0);
        }
        opened.database = row.get::<_, String>(1).into();
        opened.is_spoilt = false;
        Ok(opened)
    }

    /// Ends on the server what a connection is waiting for. The connection is of no use afterwards: the
    /// request to cancel may arrive when the next statement runs already.
    pub(crate) async fn cancel(&self, connection: &Connection) {
        let cancelled = self.config.cancel(connection.client.cancel_token()).await;
        if let Err(error) = cancelled {
            tracing::debug!(%error, backend = connection.backend, "a statement could not be cancelled");
        }
    }
}
