//! What an administrator does around the migrations: make the database of a private cluster, let the server read
//! which migrations there are, measure the distance to the database, and apply what the preflight proposes.
//!
//! Nothing here is for the request path: every function opens a connection of its own and closes it.

use std::time::{Duration, Instant};

use tenantry_core::Clock;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use crate::config::Config;
use crate::database::Login;
use crate::error::DbError;
use crate::preflight::Finding;
use crate::statement::{Administrator, Statement};

/// What was seen of a database from here.
#[derive(Debug, Clone, PartialEq)]
pub struct Vitals {
    /// The server's version, for example `15.18`.
    pub version: String,
    /// The database's name.
    pub database: String,
    /// Who is logged in.
    pub login: String,
    /// How long a connected database takes to answer.
    pub latency: Duration,
    /// How many seconds the database's clock is ahead of ours; behind when negative.
    pub clock_ahead: f64,
}

/// Creates the database when the server has none of this name; answers whether it did. `config` leads to a
/// database that exists already. Two at once do not disturb each other.
///
/// # Errors
/// See [`DbError`].
pub async fn ensure_database(config: &Config, name: &str) -> Result<bool, DbError> {
    with_client(config, async |client| {
        let exists = "select exists (select from pg_catalog.pg_database where datname = $1)";
        if client.query_one(exists, &[&name]).await?.get(0) {
            return Ok(false);
        }
        let quoted = name.replace('"', "\"\"");
        match client.batch_execute(&format!("create database \"{quoted}\"")).await {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => Ok(false),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// Lets the server see which migrations the database has, so that it can refuse to serve from an old schema.
/// Done after migrating; the roles do not exist before.
///
/// # Errors
/// See [`DbError`].
pub async fn open_history(config: &Config) -> Result<(), DbError> {
    let role = Login::Platform.role();
    let grants = format!(
        "grant usage on schema tenantry_history to {role}; \
         grant select on tenantry_history.migrations to {role}"
    );
    with_client(config, async |client| Ok(client.batch_execute(&grants).await?)).await
}

/// Asks a database for its version and its time.
///
/// # Errors
/// See [`DbError`].
pub async fn measure(config: &Config, clock: &Clock) -> Result<Vitals, DbError> {
    with_client(config, async |client| {
        let ask = "select pg_catalog.current_setting('server_version'), pg_catalog.current_database()::text, current_user::text, \
                   extract(epoch from pg_catalog.clock_timestamp())::float8";
        let statement = client.prepare(ask).await?;
        let (asked_at, started) = (clock.now(), Instant::now());
        let row = client.query_one(&statement, &[]).await?;
        let latency = started.elapsed();
        // The answer was made about half-way between the question and its arrival.
        let here = asked_at.as_duration().as_secs_f64() + latency.as_secs_f64() / 2.0;
        let version: String = row.get(0);
        Ok(Vitals {
            version: version.split_whitespace().next().unwrap_or_default().to_owned(),
            database: row.get(1),
            login: row.get(2),
            latency,
            clock_ahead: row.get::<_, f64>(3) - here,
        })
    })
    .await
}

/// Applies the statement that a finding proposes, in a transaction of its own.
///
/// # Errors
/// See [`DbError`]; nothing is changed then.
pub async fn mend(config: &Config, finding: &Finding) -> Result<(), DbError> {
    with_client(config, async |client| Ok(client.batch_execute(&finding.fix).await?)).await
}

/// Runs statements one after the other in one transaction, as the administrator of `config`.
///
/// # Errors
/// See [`DbError`]; nothing is changed then.
pub async fn run(config: &Config, statements: &[Statement<Administrator>]) -> Result<(), DbError> {
    with_client(config, async |client| {
        client.batch_execute("begin").await?;
        for statement in statements {
            client.batch_execute(statement.sql()).await?;
        }
        Ok(client.batch_execute("commit").await?)
    })
    .await
}

/// Runs some work on a connection that ends with it, and with it whatever transaction is open.
///
/// # Errors
/// What the work says, or why there is no connection.
pub async fn with_client<T, E: From<DbError>>(
    config: &Config,
    work: impl AsyncFnOnce(&Client) -> Result<T, E>,
) -> Result<T, E> {
    let mut config = config.clone();
    config.connect_timeout(Duration::from_secs(5)).application_name("tenantry");
    let (client, mut connection) = config.open().await.map_err(DbError::from)?;
    let mut work = std::pin::pin!(work(&client));
    tokio::select! {
        done = &mut work => done,
        ended = &mut connection => Err(match ended {
            Err(error) => DbError::from(error).into(),
            Ok(()) => DbError::away("the connection was closed").into(),
        }),
    }
}
