//! The door to one organization's rows.
//!
//! A [`TenantTx`] is opened for an [`Authorized`] permission and carries its sealed context. `$1` of
//! every statement is the organization, bound here: the predicate stands in the statement besides the
//! policy, and forgetting it is an error of Postgres, not a leak.

use std::marker::PhantomData;
use std::sync::Arc;

use tenantry_core::permission::Covers;
use tenantry_core::{Access, Authorized, Denied, OrganizationId, Permission, TenantScope, Writes};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::audit::{self, Event, Record};
use crate::changes::{Changes, Subject};
use crate::error::DbError;
use crate::session::{Parameters, Session};
use crate::statement::{Statement, Tenant};
use crate::wire::Row;

/// One transaction in one organization, for a caller who may do `P`. Read permissions open it read
/// only, in Postgres too. Dropped without [`commit`](Self::commit), it is rolled back.
#[derive(Debug)]
pub struct TenantTx<P> {
    session: Session,
    scope: TenantScope,
    organization: Uuid,
    changes: Arc<Changes>,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> TenantTx<P> {
    pub(crate) fn new(session: Session, caller: &Authorized<P>, changes: Arc<Changes>) -> Self {
        let scope = caller.scope().clone();
        let organization = scope.organization().uuid();
        Self { session, scope, organization, changes, permission: PhantomData }
    }

    /// The organization of the transaction.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.scope.organization()
    }

    /// Who works in it.
    #[must_use]
    pub const fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// Runs a statement; `parameters` are its `$2`, `$3` and so on.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn query(
        &mut self,
        statement: &Statement<Tenant>,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DbError> {
        let mut all: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(parameters.len() + 1);
        all.push(&self.organization);
        all.extend_from_slice(parameters);
        self.session.query(statement, &all).await
    }

    /// Runs a statement that answers at most one row.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn query_opt(
        &mut self,
        statement: &Statement<Tenant>,
        parameters: Parameters<'_>,
    ) -> Result<Option<Row>, DbError> {
        Ok(self.query(statement, parameters).await?.into_iter().next())
    }

    /// Runs a statement that answers exactly one row.
    ///
    /// # Errors
    /// See [`DbError`]; no row is [`DbError::Value`].
    pub async fn query_one(
        &mut self,
        statement: &Statement<Tenant>,
        parameters: Parameters<'_>,
    ) -> Result<Row, DbError> {
        self.query_opt(statement, parameters)
            .await?
            .ok_or(DbError::Value("the statement answered no row"))
    }

    /// The same transaction for a second permission of the same caller. A read transaction cannot
    /// become a writing one: that does not compile.
    ///
    /// # Errors
    /// [`Denied`] when the caller's role does not hold `Q`.
    pub fn also<Q: Permission>(self) -> Result<TenantTx<Q>, Denied>
    where
        P::Access: Covers<Q::Access>,
    {
        self.scope.authorize::<Q>()?;
        let Self { session, scope, organization, changes, permission: _ } = self;
        Ok(TenantTx { session, scope, organization, changes, permission: PhantomData })
    }

    /// Saves the change together with its record in the audit log, in one flight. What the record is about
    /// is remembered no longer in this process.
    ///
    /// # Errors
    /// See [`DbError`]; [`DbError::CommitUnknown`] when the answer to COMMIT was lost.
    pub async fn commit<T>(mut self, event: Event, value: T) -> Result<Committed<T>, DbError>
    where
        P::Access: Covers<Writes>,
    {
        let _noting = self.changes.note_at_end(Subject::of_event(&event, &self.scope));
        let record = Record::new(&self.scope, event);
        self.session.finish_with(&audit::INSERT, &record.parameters()).await?;
        Ok(Committed { value })
    }
}

/// Whether a permission's transactions may write.
pub(crate) const fn writes<P: Permission>() -> bool {
    <P::Access as Access>::WRITES
}

/// A value whose change *and its audit record* are committed: the only thing that a response for
/// something created or changed accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Committed<T> {
    value: T,
}

impl<T> Committed<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { value }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Something made of the value; still committed.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Committed<U> {
        Committed { value: make(self.value) }
    }
}

impl<T> AsRef<T> for Committed<T> {
    fn as_ref(&self) -> &T {
        &self.value
    }
}
