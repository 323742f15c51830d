//! The door across organizations. Its login bypasses row security, so it cannot be opened without a
//! reason, and the reason is written in the same transaction before anything else.

use tenantry_core::EventId;
use tenantry_core::scope::Errand;
use tokio_postgres::Row;

use crate::error::DbError;
use crate::session::{Parameters, Session};
use crate::statement::{Platform, Statement};
use crate::tenant_tx::Committed;

const INSERT_OPERATOR_EVENT: &str = "insert into tenantry.operator_events (id, user_id, reason, request_id, address) \
     values ($1, $2, $3, $4, $5)";

/// One transaction across organizations. Even a read must be committed: its record counts.
#[derive(Debug)]
pub struct OperatorTx {
    session: Session,
}

impl OperatorTx {
    pub(crate) async fn open(mut session: Session, errand: &Errand) -> Result<Self, DbError> {
        let (id, user) = (EventId::new().uuid(), errand.user.uuid());
        let parameters: Parameters<'_> =
            &[&id, &user, &errand.reason(), &errand.origin.request.uuid(), &errand.origin.address];
        session.query(INSERT_OPERATOR_EVENT, parameters).await?;
        Ok(Self { session })
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
        self.session.query(statement.sql(), parameters).await
    }

    /// Saves the change, if there was one, and the record of the reason.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn commit<T>(mut self, value: T) -> Result<Committed<T>, DbError> {
        self.session.commit().await?;
        Ok(Committed::new(value))
    }
}
