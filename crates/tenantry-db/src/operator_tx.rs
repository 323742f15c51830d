//! The door across organizations. Its login bypasses row security, so it cannot be opened without a
//! reason. The reason is saved before anything is read: a transaction that is dropped leaves it too.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use tenantry_core::EventId;
use tenantry_core::scope::Errand;

use crate::changes::{Changes, Touched};
use crate::error::DbError;
use crate::session::{CopyOut, Parameters, Session};
use crate::statement::{Platform, Statement};
use crate::tenant_tx::Committed;
use crate::wire::Row;

const INSERT_OPERATOR_EVENT: Statement<Platform> = Statement::new(
    "INSERT_OPERATOR_EVENT",
    "insert into tenantry.operator_events (id, user_id, reason, request_id, address) \
     values ($1, $2, $3, $4, $5)",
);

/// One transaction across organizations, whose reason is on record. Dropped without a commit, it is
/// rolled back; the record stays.
#[derive(Debug)]
pub struct OperatorTx {
    session: Session,
    changes: Arc<Changes>,
}

impl OperatorTx {
    /// Saves the reason in a transaction of its own.
    pub(crate) async fn record(mut session: Session, errand: &Errand) -> Result<(), DbError> {
        let (id, user) = (EventId::new().uuid(), errand.user.uuid());
        let parameters: Parameters<'_> =
            &[&id, &user, &errand.reason(), &errand.origin.request.uuid(), &errand.origin.address];
        session.finish_with(&INSERT_OPERATOR_EVENT, parameters).await
    }

    /// The transaction of an errand whose reason was saved.
    pub(crate) const fn new(session: Session, changes: Arc<Changes>) -> Self {
        Self { session, changes }
    }

    /// Runs a statement over all organizations.
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

    /// Runs a `copy … to stdout` and answers its rows as they come: see [`TenantTx::copy_out`](crate::TenantTx::copy_out).
    /// The rows are those of all organizations.
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
    /// Row security does not bind this login: where it may insert, it may copy into protected tables too.
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

    /// Saves the change. It may be of any access, so nothing remembered is believed past it.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn commit<T>(mut self, value: T) -> Result<Committed<T>, DbError> {
        self.session.touches(Touched::anything(self.changes));
        self.session.commit().await?;
        Ok(Committed::new(value))
    }
}
