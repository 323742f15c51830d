//! One connection of one login, and how it is opened. Private: a connection with a public name would be
//! used past the door.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::types::ToSql;
use tokio_util::task::TaskTracker;

use crate::changes::Touched;
use crate::config::Config;
use crate::context_statement::ContextStore;
use crate::plain_catalog::{Answers, Catalog};
use crate::wire::{self, Place, Prepared, Row, Wire, WireError};

/// A connection that is ready for work: no transaction, no context, nothing left by whoever had it.
pub(crate) struct Connection {
    pub(crate) wire: Wire,
    place: Place,
    /// `pg_backend_pid()`: seals are bound to it. 0 behind a pooler.
    pub(crate) backend: i32,
    pub(crate) database: Arc<str>,
    /// How the database keeps an organization that was entered.
    pub(crate) context: ContextStore,
    prepared: HashMap<Key, Kept>,
    /// What the catalog was like when it was asked of the first of them.
    pub(crate) catalog: Option<Catalog>,
    /// What it said to any connection.
    pub(crate) answers: Arc<Answers>,
    /// What the names of statements here begin with. Nobody outside of the session can guess it. Whoever runs SQL in it
    /// can read it, in pg_prepared_statements, and prepare another statement under a name that is ours: that one is
    /// found by the wash, which follows whatever could have done it.
    prefix: String,
    names: u32,
    /// Something could not be cleaned up or was not answered: the connection is cut instead of handed on.
    pub(crate) is_spoilt: bool,
    /// How many outages there had been when it was opened: see [`Presence`](crate::presence::Presence).
    pub(crate) outage: u64,
    /// How often it was given back without a wash since the last one.
    pub(crate) unwashed: u32,
    /// What the commit under way here may have changed access to.
    pub(crate) touched: Option<Touched>,
}

/// Address and length of a text that lives as long as the program. The address alone is not enough: texts may begin at the
/// same place and end at different ones.
pub(crate) type Key = (usize, usize);

pub(crate) fn key(sql: &'static str) -> Key {
    (sql.as_ptr().addr(), sql.len())
}

/// A prepared statement, and whether the catalog has confirmed that it leaves nothing.
#[derive(Debug)]
struct Kept {
    statement: Prepared,
    leaves_nothing: Option<bool>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Connection").field("backend", &self.backend).finish_non_exhaustive()
    }
}

impl Connection {
    /// Prepares a statement once for this connection.
    pub(crate) async fn prepare(&mut self, sql: &'static str) -> Result<Prepared, WireError> {
        if let Some(kept) = self.prepared.get(&key(sql)) {
            return Ok(kept.statement.clone());
        }
        let verb = sql.split_whitespace().next().unwrap_or_default();
        // Told here, it costs nothing; a COPY that hides behind a comment is told by its answer and costs the connection.
        if verb.eq_ignore_ascii_case("copy") {
            return Err(WireError::COPY);
        }
        // Counted before: a preparation that was given up half-way may have taken its name.
        self.names += 1;
        let name = format!("{}{}_{verb}", self.prefix, self.names);
        let statement = self.wire.prepare(name, sql).await?;
        let kept = Kept { statement: statement.clone(), leaves_nothing: None };
        self.prepared.insert(key(sql), kept);
        Ok(statement)
    }

    /// Whether a prepared statement leaves nothing, as far as the catalog was asked.
    pub(crate) fn known(&self, sql: &'static str) -> Option<bool> {
        self.prepared.get(&key(sql)).and_then(|kept| kept.leaves_nothing)
    }

    /// Keeps what the catalog said of a prepared statement.
    pub(crate) fn know(&mut self, sql: &'static str, leaves_nothing: bool) {
        if let Some(kept) = self.prepared.get_mut(&key(sql)) {
            kept.leaves_nothing = Some(leaves_nothing);
        }
    }

    /// Forgets whatever the catalog said.
    pub(crate) fn know_nothing(&mut self) {
        self.catalog = None;
        for kept in self.prepared.values_mut() {
            kept.leaves_nothing = None;
        }
    }

    /// Runs a statement that is not kept.
    pub(crate) async fn query(
        &mut self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, WireError> {
        let statement = self.wire.prepare(String::new(), sql).await?;
        self.wire.execute(&statement, values)?;
        self.wire.end_group();
        self.wire.flush().await?;
        let rows = self.wire.rows(&statement).await;
        let ready = self.wire.ready().await;
        let rows = rows?;
        ready.map(|()| rows)
    }

    /// How many statements of ours the backend must have. A pooler keeps them under names of its own.
    pub(crate) fn prepared_count(&self) -> usize {
        if self.backend == 0 { 0 } else { self.prepared.len() }
    }
}

/// Opens connections of one login.
#[derive(Debug)]
pub(crate) struct Opener {
    config: Config,
    is_behind_pooler: bool,
    tasks: TaskTracker,
    answers: Arc<Answers>,
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
/// Which backend serves a connection, and of which database.
const WHO: &str = "select pg_catalog.pg_backend_pid()::text, pg_catalog.current_database()::text";

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
        Self { config, is_behind_pooler, tasks, answers: Arc::default() }
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) const fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Opens a connection and finds out which backend serves it.
    pub(crate) async fn open(&self) -> Result<Connection, WireError> {
        let (mut wire, place) = wire::open(&self.config).await?;
        let answer = wire.texts(WHO).await?;
        let Some([Some(backend), Some(database)]) = answer.first().map(Vec::as_slice) else {
            return Err(WireError::Unexpected);
        };
        let backend = backend.parse().map_err(|_| WireError::Unexpected)?;
        Ok(Connection {
            place,
            backend: if self.is_behind_pooler { 0 } else { backend },
            database: database.as_str().into(),
            context: context_store(&mut wire).await?,
            prepared: HashMap::new(),
            catalog: None,
            answers: Arc::clone(&self.answers),
            prefix: prefix()?,
            names: 0,
            is_spoilt: false,
            outage: 0,
            unwashed: 0,
            touched: None,
            wire,
        })
    }

    /// Ends on the server what a connection is waiting for. The connection is of no use afterwards: the
    /// request to cancel may arrive when the next statement runs already.
    pub(crate) async fn cancel(&self, connection: &Connection) {
        if let Err(error) = wire::cancel(&self.config, &connection.place).await {
            tracing::debug!(%error, backend = connection.backend, "a statement could not be cancelled");
        }
    }
}

/// Which statement enters an organization here. A database that has not been migrated so far has only the one form.
async fn context_store(wire: &mut Wire) -> Result<ContextStore, WireError> {
    let is_there = wire
        .text("select pg_catalog.to_regprocedure('tenantry.context_store()') is not null")
        .await?;
    if is_there.as_deref() != Some("t") {
        return Ok(ContextStore::Sealed);
    }
    Ok(ContextStore::answered(&wire.text(ContextStore::ASK).await?.unwrap_or_default()))
}

fn prefix() -> Result<String, WireError> {
    let random = getrandom::u64().map_err(|error| WireError::Io(std::io::Error::other(error)))?;
    Ok(format!("tenantry_{random:016x}_"))
}
