//! The door to one organization's rows.
//!
//! A [`TenantTx`] is opened for an [`Authorized`] permission and carries its sealed context. `$1` of
//! every statement is the organization, bound here: the predicate stands in the statement besides the
//! policy, and forgetting it is an error of Postgres, not a leak.

use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use tenantry_core::permission::Covers;
use tenantry_core::{Access, Authorized, Denied, OrganizationId, Permission, TenantScope, Writes};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::audit::{self, Event, Record};
use crate::changes::{Changes, Subject, Touched};
use crate::error::DbError;
use crate::session::{CopyOut, Parameters, Session};
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

    /// Runs a `copy … to stdout` and answers its rows as they come, in the format that the statement names.
    ///
    /// COPY takes no parameters, so `$1` is not there to name the organization. Row security is what keeps the rows
    /// of others out, as it does everywhere; write `tenantry.organization()` where the statement needs the id, also
    /// as its condition, so that an index serves it: `copy (select … where organization_id = tenantry.organization())
    /// to stdout`. A read leaves together with its context in one round trip, and is a transaction of its own.
    ///
    /// # Errors
    /// See [`DbError`]; for a statement that is no such COPY [`DbError::Unexpected`], and then the connection is closed
    /// when the transaction is dropped.
    pub async fn copy_out(
        &mut self,
        statement: &Statement<Tenant>,
    ) -> Result<CopyOut<'_>, DbError> {
        self.session.copy_out(statement).await
    }

    /// Runs a `copy … from stdin` with the rows of a stream, in the format that the statement names; answers how many
    /// rows they were. Items need not end where rows do. It is a change like any other, and saved by
    /// [`commit`](Self::commit) with its record.
    ///
    /// **Not for protected tables**: PostgreSQL copies into no table whose rows a policy guards. Insert into those,
    /// many rows at once by `insert … select … from unnest($2::uuid[], $3::text[])`. It is for tables without row
    /// security, which have no organization's rows to keep apart, and for temporary tables. The contract lets the
    /// request path make none; a login of your own that may make one loses its connection afterwards, because a
    /// temporary table cannot be washed off.
    ///
    /// The stream's error type is the caller's own. From the call to the last row it has as long as any statement, 15
    /// seconds.
    ///
    /// # Errors
    /// The stream's own error when the stream fails; else see [`DbError`]. [`DbError::Refused`] with
    /// [`WireError::CopyIntoProtected`](crate::WireError::CopyIntoProtected) for a protected table,
    /// [`DbError::TooSlow`] for rows that do not come, [`DbError::Unexpected`] for a statement that is no such COPY,
    /// and then the connection is closed when the transaction is dropped. After any of them nothing of the transaction can
    /// be saved.
    pub async fn copy_in<E: From<DbError>>(
        &mut self,
        statement: &Statement<Tenant>,
        rows: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, E>
    where
        P::Access: Covers<Writes>,
    {
        self.session.copy_in(statement, rows).await
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
        let subjects = Subject::of_event(&event, &self.scope);
        self.session.touches(Touched::subjects(self.changes, subjects));
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
