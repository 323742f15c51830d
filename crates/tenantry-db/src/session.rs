//! A borrowed connection and what is under way on it. Private: the typed transactions wrap it.
//!
//! A read is one group: the sealed context, the statement, and one Sync, which is at once the end of its transaction;
//! nothing of it is left open. A change opens a transaction with its first statement, BEGIN and the context in the same
//! group, and ends it with its last one. The context is always a statement of its own before the others; set inside
//! another statement it would come too late for the policy.

mod copy;

use std::sync::Arc;

use tenantry_core::{Clock, TenantScope, context};
use tokio_postgres::types::ToSql;

use crate::changes::Touched;
use crate::connection::Connection;
use crate::context_statement::Credentials;
use crate::error::DbError;
use crate::group::{self, Opening};
use crate::hygiene::{self, Leftover};
use crate::pool::Pooled;
use crate::presence::Presence;
use crate::statement::Statement;
use crate::wire::{Row, WireError};

pub use copy::CopyOut;

/// Values for a statement.
pub type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Statements that only read, each a transaction of its own.
    Reading,
    /// One transaction that may change something.
    Writing,
}

impl Mode {
    /// How things stand when a statement was answered.
    const fn after(self) -> State {
        match self {
            Self::Reading => State::Fresh,
            Self::Writing => State::Open { is_sound: true },
        }
    }
}

const UNSOUND: DbError = DbError::Value("a statement of the transaction failed before");
const ENDED: DbError = DbError::away("the transaction has ended");

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Fresh,
    /// Something was sent, BEGIN perhaps with it; its answer is not here.
    Asked,
    /// A transaction is open. Sound: every statement so far was answered, and none with an error.
    Open { is_sound: bool },
    /// The transaction was ended; the answer to the wash that was sent along is not here.
    Closed,
}

impl State {
    /// What the next statement's group begins with.
    const fn opening(
        self,
        mode: Mode,
        credentials: Option<&Credentials>,
    ) -> Result<Opening<'_>, DbError> {
        match (self, mode) {
            (Self::Fresh, Mode::Reading) => Ok(Opening::Reading(credentials)),
            (Self::Fresh, Mode::Writing) => Ok(Opening::Writing(credentials)),
            (Self::Open { is_sound: true }, _) => Ok(Opening::Opened),
            (Self::Asked | Self::Open { is_sound: false }, _) => Err(UNSOUND),
            (Self::Closed, _) => Err(ENDED),
        }
    }
}

/// What is done on a borrowed connection. Dropped, it is rolled back and the connection is washed.
#[derive(Debug)]
pub(crate) struct Session {
    connection: Option<Pooled>,
    mode: Mode,
    credentials: Option<Credentials>,
    state: State,
    /// Whether something was done that could have changed more than rows.
    needs_wash: bool,
}

impl Session {
    pub(crate) fn new(connection: Pooled, mode: Mode) -> Self {
        Self {
            connection: Some(connection),
            mode,
            credentials: None,
            state: State::Fresh,
            needs_wash: false,
        }
    }

    /// Signs a scope for this connection; what is sent first carries it along.
    pub(crate) fn enter(&mut self, scope: &TenantScope, clock: &Clock) -> Result<(), DbError> {
        if self.state != State::Fresh {
            return Err(DbError::Value("a context is set before the first statement"));
        }
        self.credentials = Some(self.signed(scope, clock)?);
        Ok(())
    }

    /// Sets the context in the middle of a transaction: only for a transaction that began without one.
    pub(crate) async fn enter_now(
        &mut self,
        scope: &TenantScope,
        clock: &Clock,
    ) -> Result<(), DbError> {
        if self.state == State::Fresh {
            return self.enter(scope, clock);
        }
        self.demand_sound()?;
        let credentials = self.signed(scope, clock)?;
        // Until the answer is here, nobody knows whether the transaction is still good.
        self.state = State::Asked;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let answer =
            answered(pooled, async |connection| group::enter(connection, &credentials).await).await;
        self.settle(answer, State::Open { is_sound: true })
    }

    fn signed(&self, scope: &TenantScope, clock: &Clock) -> Result<Credentials, DbError> {
        let connection: &Connection = self.connection.as_deref().ok_or(ENDED)?;
        let target = context::Connection {
            database: &connection.database,
            backend: connection.backend,
            now: clock.unix_seconds(),
        };
        Ok(Credentials::new(scope, connection.context, &target))
    }

    /// Runs a statement and answers its rows.
    pub(crate) async fn query<D>(
        &mut self,
        statement: &Statement<D>,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let opening = self.state.opening(self.mode, self.credentials.as_ref())?;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        // From here on BEGIN may have been sent, whatever becomes of this future; and until the answer
        // is here, nobody knows whether the transaction is still good.
        self.state = State::Asked;
        let needed_wash = std::mem::replace(&mut self.needs_wash, true);
        // A change is washed anyway.
        let may_be_plain = self.mode == Mode::Reading && statement.is_plain_by_text();
        let sql = statement.sql();
        let answer = answered(pooled, async |connection| {
            let is_plain = may_be_plain && connection.leaves_nothing(sql).await?;
            let rows = group::query(connection, opening, sql, parameters).await?;
            Ok((rows, is_plain))
        })
        .await;
        let (rows, is_plain) = self.settle(answer, self.mode.after())?;
        self.needs_wash = needed_wash || !is_plain;
        Ok(rows)
    }

    /// The answer is here, or is not waited for any longer.
    fn settle<T>(&mut self, answer: Result<T, DbError>, after: State) -> Result<T, DbError> {
        self.state = if answer.is_ok() { after } else { State::Open { is_sound: false } };
        answer
    }

    /// Runs the last statement and COMMIT in one group. When it is the only one, the group is the transaction.
    pub(crate) async fn finish_with<D>(
        &mut self,
        statement: &Statement<D>,
        parameters: Parameters<'_>,
    ) -> Result<(), DbError> {
        self.demand_sound()?;
        let (is_only, credentials) = (self.state == State::Fresh, self.credentials.as_ref());
        self.state = State::Asked;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let sql = statement.sql();
        let prepared =
            answered(pooled, async |connection| group::prepare(connection, credentials, sql).await)
                .await;
        if prepared.is_err() {
            return self.settle(prepared, State::Asked);
        }
        let ended = committed(pooled, async |connection| {
            if is_only {
                group::write_once(connection, credentials, sql, parameters).await
            } else {
                group::finish(connection, Some((sql, parameters))).await
            }
        })
        .await;
        self.settle(ended, State::Closed)
    }

    /// Says what the commit that follows may change access to. It is noted when the session is dropped, which is before
    /// anybody has the commit's answer, and however that ends; without an answer it is noted once more when the
    /// connection was washed or closed.
    pub(crate) fn touches(&mut self, touched: Touched) {
        if let Some(connection) = &mut self.connection {
            connection.touched = Some(touched);
        }
    }

    /// COMMIT.
    pub(crate) async fn commit(&mut self) -> Result<(), DbError> {
        self.demand_sound()?;
        if self.state == State::Fresh {
            return Ok(());
        }
        self.state = State::Asked;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let ended =
            committed(pooled, async |connection| group::finish(connection, None).await).await;
        self.settle(ended, State::Closed)
    }

    /// Postgres answers COMMIT of a failed transaction with a ROLLBACK and no error, so it is not asked.
    fn demand_sound(&self) -> Result<(), DbError> {
        match self.state {
            State::Open { is_sound: true } | State::Fresh => Ok(()),
            State::Asked | State::Open { is_sound: false } => Err(UNSOUND),
            State::Closed => Err(ENDED),
        }
    }
}

/// Sends what `flight` sends and waits for its answer for as long as the database is there. What broke or was
/// given up cuts the connection, and has somebody look at the database.
async fn answered<T>(
    pooled: &mut Pooled,
    flight: impl AsyncFnOnce(&mut Connection) -> Result<T, WireError>,
) -> Result<T, DbError> {
    let presence = presence(pooled)?;
    match presence.wait_for(Box::pin(flight(pooled))).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            pooled.is_spoilt |= group::is_stale(&error);
            let error = DbError::from(error);
            if matches!(error, DbError::Unavailable { .. }) {
                presence.suspect();
            }
            Err(error)
        }
        Err(absent) => {
            pooled.is_spoilt = true;
            Err(absent.into())
        }
    }
}

/// As [`answered`], for the group with COMMIT: without its answer nobody knows what was saved.
async fn committed(
    pooled: &mut Pooled,
    flight: impl AsyncFnOnce(&mut Connection) -> Result<(), WireError>,
) -> Result<(), DbError> {
    let presence = presence(pooled)?;
    match presence.wait_for(Box::pin(flight(pooled))).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) if group::is_ambiguous(&error) => {
            presence.suspect();
            Err(DbError::CommitUnknown(Some(error)))
        }
        Ok(Err(error)) => {
            pooled.is_spoilt |= group::is_stale(&error);
            Err(error.into())
        }
        Err(_) => {
            pooled.is_spoilt = true;
            Err(DbError::CommitUnknown(None))
        }
    }
}

fn presence(pooled: &Pooled) -> Result<Arc<Presence>, DbError> {
    let pool = Pooled::pool(pooled).ok_or(DbError::away("the server is stopping"))?;
    Ok(Arc::clone(pool.manager().presence()))
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if let Some(touched) = &connection.touched {
            touched.note();
        }
        if matches!(self.state, State::Fresh | State::Closed) {
            connection.touched = None;
        }
        match self.state {
            State::Fresh if !self.needs_wash => hygiene::hand_back(connection),
            State::Fresh => hygiene::give_back(connection, Leftover::Nothing),
            State::Closed => hygiene::give_back(connection, Leftover::Verdict),
            State::Open { .. } => hygiene::give_back(connection, Leftover::Transaction),
            State::Asked => hygiene::give_back(connection, Leftover::Statement),
        }
    }
}
