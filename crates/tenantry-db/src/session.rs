//! A borrowed connection and its one transaction. Private: the typed transactions wrap it.
//!
//! The transaction is opened by its first statement: BEGIN, the sealed context and the statement
//! leave in one flight and cost one round trip. The context is always a statement of its own before
//! the others; set inside another statement it would come too late for the policy.

use futures_util::future::{join, join3};
use tenantry_core::{Clock, SealedContext, TenantScope, context};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};

use crate::connection::{Connection, Pooled};
use crate::error::DbError;
use crate::hygiene;

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
            Self::ReadWrite => "begin isolation level read committed read write",
        }
    }
}

const UNSOUND: DbError = DbError::Value("a statement of the transaction failed before");

#[derive(Debug)]
enum State {
    /// Nothing was sent yet.
    Fresh { mode: Mode, seal: Option<SealedContext> },
    /// BEGIN was sent. Sound: every statement so far was answered, and none with an error.
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
            State::Open { .. } | State::Closed | State::LookedUp => {
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
        self.state = State::Open { is_sound: false };
        let client = &self.connection()?.client;
        client.execute_typed(SET_CONTEXT, &[(&sealed.expose(), Type::TEXT)]).await?;
        self.state = State::Open { is_sound: true };
        Ok(())
    }

    fn connection(&self) -> Result<&Connection, DbError> {
        self.connection.as_deref().ok_or(DbError::away("the transaction has ended"))
    }

    /// Runs a statement and answers its rows.
    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let pooled = self.connection.as_mut().ok_or(DbError::away("the transaction has ended"))?;
        // From here on BEGIN may have been sent, whatever becomes of this future; and until the answer
        // is here, nobody knows whether the transaction is still good.
        let before = std::mem::replace(&mut self.state, State::Open { is_sound: false });
        let after = match before {
            State::Fresh { mode: Mode::SingleRead, .. } => State::LookedUp,
            _ => State::Open { is_sound: true },
        };
        let answer = match before {
            State::Fresh { mode: Mode::SingleRead, .. } => {
                let statement = pooled.prepare(sql).await?;
                pooled.client.query(&statement, parameters).await
            }
            State::Fresh { mode, seal } => {
                let statement = pooled.prepare(sql).await?;
                let client = &pooled.client;
                let begin = client.batch_execute(mode.begin());
                let (begun, entered, rows) =
                    join3(begin, set_context(client, seal), client.query(&statement, parameters))
                        .await;
                begun.and(entered).and(rows)
            }
            State::Open { is_sound: true } => {
                let statement = pooled.prepare(sql).await?;
                pooled.client.query(&statement, parameters).await
            }
            State::Open { is_sound: false } => return Err(UNSOUND),
            State::Closed | State::LookedUp => {
                return Err(DbError::away("the transaction has ended"));
            }
        };
        match answer {
            Ok(rows) => {
                self.state = after;
                Ok(rows)
            }
            Err(error) => {
                pooled.is_spoilt |= is_stale(&error);
                Err(error.into())
            }
        }
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
        let pooled = self.connection.as_mut().ok_or(DbError::away("the transaction has ended"))?;
        let statement = pooled.prepare(sql).await?;
        let client = &pooled.client;
        // A failed last statement turns COMMIT into ROLLBACK, and its error is what the caller sees.
        let (written, committed) =
            join(client.execute(&statement, parameters), client.batch_execute("commit")).await;
        self.conclude(written.map(drop), committed)
    }

    /// COMMIT.
    pub(crate) async fn commit(&mut self) -> Result<(), DbError> {
        if matches!(self.state, State::Fresh { .. }) {
            self.state = State::Closed;
            return Ok(());
        }
        self.demand_sound()?;
        let committed = self.connection()?.client.batch_execute("commit").await;
        self.conclude(Ok(()), committed)
    }

    /// Postgres answers COMMIT of a failed transaction with a ROLLBACK and no error, so it is not asked.
    fn demand_sound(&self) -> Result<(), DbError> {
        match self.state {
            State::Open { is_sound: true } | State::Fresh { .. } => Ok(()),
            State::Open { is_sound: false } => Err(UNSOUND),
            State::Closed | State::LookedUp => Err(DbError::away("the transaction has ended")),
        }
    }

    fn conclude(
        &mut self,
        written: Result<(), tokio_postgres::Error>,
        committed: Result<(), tokio_postgres::Error>,
    ) -> Result<(), DbError> {
        match (written, committed) {
            (Ok(()), Ok(())) => {
                self.state = State::Closed;
                Ok(())
            }
            // The answer was lost, the commit perhaps not.
            (Ok(()) | Err(_), Err(error)) if is_ambiguous(&error) => {
                Err(DbError::CommitUnknown(error))
            }
            (Err(error), _) | (Ok(()), Err(error)) => Err(error.into()),
        }
    }
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
    client: &tokio_postgres::Client,
    seal: Option<SealedContext>,
) -> Result<(), tokio_postgres::Error> {
    let Some(seal) = seal else { return Ok(()) };
    client.execute_typed(SET_CONTEXT, &[(&seal.expose(), Type::TEXT)]).await.map(drop)
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !matches!(self.state, State::LookedUp) {
            hygiene::give_back(connection, matches!(self.state, State::Open { .. }));
        }
    }
}
