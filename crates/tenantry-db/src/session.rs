//! A borrowed connection and its one transaction. Private: the typed transactions wrap it.
//!
//! The transaction is opened by its first statement: BEGIN, the sealed context and the statement
//! leave in one flight and cost one round trip. The context is always a statement of its own before
//! the others; set inside another statement it would come too late for the policy.

use std::sync::Arc;

use futures_util::future::{join, join3};
use tenantry_core::{Clock, SealedContext, TenantScope, context};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use crate::connection::Connection;
use crate::error::DbError;
use crate::hygiene::{self, Leftover};
use crate::pool::Pooled;
use crate::presence::Presence;

/// Values for a statement.
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Sent unprepared and with a bound parameter: a prepared one could have been replaced, and a literal
/// would stand in logs and in the views of running statements.
const SET_CONTEXT: &str = "select pg_catalog.set_config('tenantry.context', $1, true)";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// One statement by itself, which is its own transaction.
    SingleRead,
    ReadOnly,
    ReadWrite,
}

impl Mode {
    const fn begin(self) -> &'static str {
        match self {
            Self::SingleRead => "",
            Self::ReadOnly => "begin isolation level read committed read only",
            // Not "read write": a server that takes no writes would refuse BEGIN itself, and what was sent
            // after it would run outside of any transaction. So it is the write that is refused (25006).
            Self::ReadWrite => "begin isolation level read committed",
        }
    }
}

const UNSOUND: DbError = DbError::Value("a statement of the transaction failed before");
const ENDED: DbError = DbError::away("the transaction has ended");

#[derive(Debug)]
enum State {
    /// Nothing was sent yet.
    Fresh { mode: Mode, seal: Option<SealedContext> },
    /// A statement was sent, and BEGIN perhaps before it; its answer is not here.
    Asked,
    /// BEGIN was answered. Sound: every statement so far was answered, and none with an error.
    Open { is_sound: bool },
    /// COMMIT was answered.
    Closed,
    /// A single read was answered: one literal of ours, outside of a transaction, which can have
    /// changed nothing of the session.
    LookedUp,
}

/// A transaction on a borrowed connection. Dropped, it is rolled back and the connection is washed.
#[derive(Debug)]
pub(crate) struct Session {
    connection: Option<Pooled>,
    state: State,
}

impl Session {
    pub(crate) fn new(connection: Pooled, mode: Mode) -> Self {
        Self { connection: Some(connection), state: State::Fresh { mode, seal: None } }
    }

    /// Seals a scope for this connection; its first statement carries the seal along.
    pub(crate) fn enter(&mut self, scope: &TenantScope, clock: &Clock) -> Result<(), DbError> {
        let connection = self.connection()?;
        let target = context::Connection {
            database: &connection.database,
            backend: connection.backend,
            now: clock.unix_seconds(),
        };
        let sealed = scope.seal(&target);
        match &mut self.state {
            State::Fresh { seal, .. } => {
                *seal = Some(sealed);
                Ok(())
            }
            State::Asked | State::Open { .. } | State::Closed | State::LookedUp => {
                Err(DbError::Value("a context is set before the first statement"))
            }
        }
    }

    /// Sets the context in the middle of a transaction: only for a transaction that began without one.
    pub(crate) async fn enter_now(
        &mut self,
        scope: &TenantScope,
        clock: &Clock,
    ) -> Result<(), DbError> {
        if matches!(self.state, State::Fresh { .. }) {
            return self.enter(scope, clock);
        }
        let connection = self.connection()?;
        let target = context::Connection {
            database: &connection.database,
            backend: connection.backend,
            now: clock.unix_seconds(),
        };
        let sealed = scope.seal(&target);
        self.demand_sound()?;
        // Until the answer is here, nobody knows whether the transaction is still good.
        self.state = State::Asked;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let answer = answered(pooled, async |connection| {
            let parameters = [(&sealed.expose() as &(dyn ToSql + Sync), Type::TEXT)];
            Ok(connection.client.execute_typed(SET_CONTEXT, &parameters).await?)
        })
        .await;
        self.settle(answer, State::Open { is_sound: true }).map(drop)
    }

    fn connection(&self) -> Result<&Connection, DbError> {
        self.connection.as_deref().ok_or(ENDED)
    }

    /// Runs a statement and answers its rows.
    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        // From here on BEGIN may have been sent, whatever becomes of this future; and until the answer
        // is here, nobody knows whether the transaction is still good.
        let before = std::mem::replace(&mut self.state, State::Asked);
        let after = match before {
            State::Fresh { mode: Mode::SingleRead, .. } => State::LookedUp,
            State::Fresh { .. } | State::Open { is_sound: true } => State::Open { is_sound: true },
            State::Asked | State::Open { is_sound: false } => {
                self.state = before;
                return Err(UNSOUND);
            }
            State::Closed | State::LookedUp => {
                self.state = before;
                return Err(ENDED);
            }
        };
        let answer =
            answered(pooled, async |connection| ask(connection, before, sql, parameters).await)
                .await;
        self.settle(answer, after)
    }

    /// The answer is here, or is not waited for any longer.
    fn settle<T>(&mut self, answer: Result<T, DbError>, after: State) -> Result<T, DbError> {
        self.state = if answer.is_ok() { after } else { State::Open { is_sound: false } };
        answer
    }

    /// Runs the last statement and COMMIT in one flight.
    pub(crate) async fn finish_with(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<(), DbError> {
        if matches!(self.state, State::Fresh { .. }) {
            self.query(sql, parameters).await?;
            return self.commit().await;
        }
        self.demand_sound()?;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let statement = answered(pooled, async |connection| connection.prepare(sql).await).await?;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let ended = committed(pooled, async |client| {
            // A failed last statement turns COMMIT into ROLLBACK, and its error is what the caller sees.
            let (written, committed) =
                join(client.execute(&statement, parameters), client.batch_execute("commit")).await;
            (written.map(drop), committed)
        })
        .await;
        self.conclude(ended)
    }

    /// COMMIT.
    pub(crate) async fn commit(&mut self) -> Result<(), DbError> {
        if matches!(self.state, State::Fresh { .. }) {
            self.state = State::Closed;
            return Ok(());
        }
        self.demand_sound()?;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let ended =
            committed(pooled, async |client| (Ok(()), client.batch_execute("commit").await)).await;
        self.conclude(ended)
    }

    /// Postgres answers COMMIT of a failed transaction with a ROLLBACK and no error, so it is not asked.
    fn demand_sound(&self) -> Result<(), DbError> {
        match self.state {
            State::Open { is_sound: true } | State::Fresh { .. } => Ok(()),
            State::Asked | State::Open { is_sound: false } => Err(UNSOUND),
            State::Closed | State::LookedUp => Err(ENDED),
        }
    }

    fn conclude(&mut self, ended: Result<(), DbError>) -> Result<(), DbError> {
        if ended.is_ok() {
            self.state = State::Closed;
        }
        ended
    }
}

/// Sends what `flight` sends and waits for its answer for as long as the database is there. What broke or was
/// given up cuts the connection, and has somebody look at the database.
async fn answered<T>(
    pooled: &mut Pooled,
    flight: impl AsyncFnOnce(&mut Connection) -> Result<T, DbError>,
) -> Result<T, DbError> {
    let presence = presence(pooled)?;
    match presence.wait_for(Box::pin(flight(pooled))).await {
        Ok(answer) => {
            if matches!(answer, Err(DbError::Unavailable { .. })) {
                presence.suspect();
            }
            answer
        }
        Err(absent) => {
            pooled.is_spoilt = true;
            Err(absent.into())
        }
    }
}

/// As [`answered`], for the flight with COMMIT: without its answer nobody knows what was saved.
async fn committed(
    pooled: &mut Pooled,
    flight: impl AsyncFnOnce(&Client) -> (Ended, Ended),
) -> Result<(), DbError> {
    let presence = presence(pooled)?;
    match presence.wait_for(Box::pin(flight(&pooled.client))).await {
        Ok((Ok(()), Ok(()))) => Ok(()),
        Ok((_, Err(error))) if is_ambiguous(&error) => {
            presence.suspect();
            Err(DbError::CommitUnknown(Some(error)))
        }
        Ok((Err(error), _) | (Ok(()), Err(error))) => Err(error.into()),
        Err(_) => {
            pooled.is_spoilt = true;
            Err(DbError::CommitUnknown(None))
        }
    }
}

type Ended = Result<(), tokio_postgres::Error>;

fn presence(pooled: &Pooled) -> Result<Arc<Presence>, DbError> {
    let pool = Pooled::pool(pooled).ok_or(DbError::away("the server is stopping"))?;
    Ok(Arc::clone(pool.manager().presence()))
}

/// Sends a statement, with whatever has to go before it.
async fn ask(
    connection: &mut Connection,
    before: State,
    sql: &'static str,
    parameters: Parameters<'_>,
) -> Result<Vec<Row>, DbError> {
    let statement = connection.prepare(sql).await?;
    let client = &connection.client;
    let answer = match before {
        State::Fresh { mode: Mode::SingleRead, .. }
        | State::Asked
        | State::Open { .. }
        | State::Closed
        | State::LookedUp => client.query(&statement, parameters).await,
        State::Fresh { mode, seal } => {
            let begin = client.batch_execute(mode.begin());
            let (begun, entered, rows) =
                join3(begin, set_context(client, seal), client.query(&statement, parameters)).await;
            begun.and(entered).and(rows)
        }
    };
    answer.map_err(|error| {
        connection.is_spoilt |= is_stale(&error);
        error.into()
    })
}

/// Whether a failed COMMIT may have been saved: its answer was lost, or the server went away over it.
fn is_ambiguous(error: &tokio_postgres::Error) -> bool {
    error
        .code()
        .is_none_or(|state| state.code().starts_with("08") || state.code().starts_with("57P0"))
}

/// The connection's prepared statements are not what they were: somebody deallocated them, or the
/// schema changed under them. Every later borrower would fail in the same way.
fn is_stale(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::INVALID_SQL_STATEMENT_NAME | &SqlState::FEATURE_NOT_SUPPORTED)
    )
}

async fn set_context(
    client: &Client,
    seal: Option<SealedContext>,
) -> Result<(), tokio_postgres::Error> {
    let Some(seal) = seal else { return Ok(()) };
    client.execute_typed(SET_CONTEXT, &[(&seal.expose(), Type::TEXT)]).await.map(drop)
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        match self.state {
            State::LookedUp => {}
            State::Fresh { .. } | State::Closed => {
                hygiene::give_back(connection, Leftover::Nothing)
            }
            State::Open { .. } => hygiene::give_back(connection, Leftover::Transaction),
            State::Asked => hygiene::give_back(connection, Leftover::Statement),
        }
    }
}
