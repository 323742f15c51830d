//! The door to rows that belong to nobody's organization: accounts, sessions, signing keys.
//!
//! Its login has no way to an organization's rows but one: founding an organization, under a seal for
//! the new organization and for no other, so that an account and its organization share one commit.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use tenantry_core::scope::Origin;
use tenantry_core::{Clock, EventId, SessionId, TenantScope, UserId};
use uuid::Uuid;

use crate::audit::{self, Event, Record};
use crate::changes::{Changes, Subject, Touched};
use crate::error::DbError;
use crate::session::{CopyOut, Parameters, Session};
use crate::statement::{Platform, Statement};
use crate::tenant_tx::Committed;
use crate::wire::Row;

/// One transaction on platform rows. Dropped without a commit, it is rolled back.
#[derive(Debug)]
pub struct PlatformTx {
    session: Session,
    clock: Clock,
    changes: Arc<Changes>,
    /// What the recorded events are about: remembered no longer once they are saved.
    touched: Vec<Subject>,
}

/// What happened to an account, for its own log.
#[derive(Debug, Clone)]
pub struct AccountEvent {
    /// Whose account.
    pub user: UserId,
    /// In which session, if in one.
    pub session: Option<SessionId>,
    /// What, for example `session.started`.
    pub action: &'static str,
    /// Where the request came from.
    pub origin: Origin,
}

const INSERT_ACCOUNT_EVENT: Statement<Platform> = Statement::new(
    "INSERT_ACCOUNT_EVENT",
    "insert into tenantry.account_events (id, user_id, session_id, action, request_id, address) \
     values ($1, $2, $3, $4, $5, $6)",
);

impl PlatformTx {
    pub(crate) const fn new(session: Session, clock: Clock, changes: Arc<Changes>) -> Self {
        Self { session, clock, changes, touched: Vec::new() }
    }

    /// Runs a statement.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn query(
        &mut self,
        statement: &Statement<Platform>,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DbError> {
        self.session.query(statement, parameters).await
    }

    /// Runs a statement that answers at most one row.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn query_opt(
        &mut self,
        statement: &Statement<Platform>,
        parameters: Parameters<'_>,
    ) -> Result<Option<Row>, DbError> {
        Ok(self.query(statement, parameters).await?.into_iter().next())
    }

    /// Runs a `copy … to stdout` and answers its rows as they come: see [`TenantTx::copy_out`](crate::TenantTx::copy_out).
    ///
    /// # Errors
    /// As there.
    pub async fn copy_out(
        &mut self,
        statement: &Statement<Platform>,
    ) -> Result<CopyOut<'_>, DbError> {
        self.session.copy_out(statement).await
    }

    /// Runs a `copy … from stdin` with the rows of a stream: see [`TenantTx::copy_in`](crate::TenantTx::copy_in).
    ///
    /// # Errors
    /// As there.
    pub async fn copy_in<E: From<DbError>>(
        &mut self,
        statement: &Statement<Platform>,
        rows: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, E> {
        self.session.copy_in(statement, rows).await
    }

    /// Puts the transaction under the seal of an organization that is being founded.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn found(&mut self, founder: &TenantScope) -> Result<(), DbError> {
        self.session.enter_now(founder, &self.clock).await
    }

    /// Writes an event of an account into the same transaction.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn record(&mut self, event: &AccountEvent) -> Result<(), DbError> {
        self.touched.extend(Subject::of_account_event(event));
        let id = EventId::new().uuid();
        let session: Option<Uuid> = event.session.map(SessionId::uuid);
        let (user, request) = (event.user.uuid(), event.origin.request.uuid());
        let parameters: Parameters<'_> =
            &[&id, &user, &session, &event.action, &request, &event.origin.address];
        self.session.query(&INSERT_ACCOUNT_EVENT, parameters).await.map(drop)
    }

    /// Saves the change.
    ///
    /// # Errors
    /// See [`DbError`]; [`DbError::CommitUnknown`] when the answer to COMMIT was lost.
    pub async fn commit<T>(mut self, value: T) -> Result<Committed<T>, DbError> {
        self.session.touches(Touched::subjects(self.changes, self.touched));
        self.session.commit().await?;
        Ok(Committed::new(value))
    }

    /// Saves the founding of an organization together with the first record of its audit log.
    ///
    /// # Errors
    /// See [`DbError`]; [`DbError::CommitUnknown`] when the answer to COMMIT was lost.
    pub async fn commit_founding<T>(
        mut self,
        founder: &TenantScope,
        event: Event,
        value: T,
    ) -> Result<Committed<T>, DbError> {
        self.touched.extend(Subject::of_event(&event, founder));
        self.session.touches(Touched::subjects(self.changes, self.touched));
        let record = Record::new(founder, event);
        self.session.finish_with(&audit::INSERT, &record.parameters()).await?;
        Ok(Committed::new(value))
    }
}
