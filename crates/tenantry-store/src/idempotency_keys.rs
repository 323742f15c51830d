//! Answers to requests that carried an `Idempotency-Key`, kept in the transaction of their effect
//! (draft-ietf-httpapi-idempotency-key-header).
//!
//! A lock that lasts as long as the transaction tells a request that is still being worked on from one
//! that is new; should two pass it all the same, the primary key refuses the second.

use tenantry_core::{Permission, UserId};
use tenantry_db::{DbError, Parameters, PlatformTx, Row, Statement, Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Tenant:
    FIND = "select pg_catalog.pg_try_advisory_xact_lock($2) as is_first, k.body_sha256, k.status, k.answer \
            from (select 1) as one left join tenantry.idempotency_keys k on k.organization_id = $1 and k.actor = $3 and k.request_sha256 = $4";
    KEEP = "insert into tenantry.idempotency_keys (organization_id, actor, request_sha256, body_sha256, status, answer) values ($1, $2, $3, $4, $5, $6)";
}

/// The same for what an account does outside of any organization.
pub mod account {
    use super::Statement;
    use tenantry_db::Platform;

    pub(super) const FIND: Statement<Platform> = Statement::new(
        "FIND",
        "select pg_catalog.pg_try_advisory_xact_lock($1) as is_first, k.body_sha256, k.status, k.answer \
         from (select 1) as one left join tenantry.account_idempotency_keys k on k.user_id = $2 and k.request_sha256 = $3",
    );
    pub(super) const KEEP: Statement<Platform> = Statement::new(
        "KEEP",
        "insert into tenantry.account_idempotency_keys (user_id, request_sha256, body_sha256, status, answer) values ($1, $2, $3, $4, $5)",
    );

    /// Every statement of accounts.
    pub const STATEMENTS: &[Statement<Platform>] = &[FIND, KEEP];
}

/// A request as its key names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// SHA-256 of method, path and key.
    pub request: [u8; 32],
    /// SHA-256 of the body.
    pub body: [u8; 32],
}

/// What was answered to it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The body.
    pub answer: String,
}

impl Answered {
    /// What is about to be answered.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the value cannot be written as JSON.
    pub fn of<T: serde::Serialize>(status: u16, value: &T) -> Result<Self, StoreError> {
        let answer = serde_json::to_string(value)
            .map_err(|_| StoreError::Database(DbError::Value("an answer that is no JSON")))?;
        Ok(Self { status, answer })
    }
}

impl Attempt {
    /// The number of the lock: of the first eight bytes of a hash that nobody can aim at another's.
    fn lock(&self, owner: &[u8]) -> i64 {
        use sha2::{Digest, Sha256};
        let digest = Sha256::new().chain_update(owner).chain_update(self.request).finalize();
        digest.iter().take(8).fold(0_i64, |number, byte| (number << 8) | i64::from(*byte))
    }

    fn judge(&self, row: &Row) -> Result<Option<Answered>, StoreError> {
        let Some(body) = row.column::<Option<Vec<u8>>>("body_sha256")? else {
            let is_first = row.column::<bool>("is_first")?;
            return if is_first { Ok(None) } else { Err(StoreError::InProgress) };
        };
        if body != self.body {
            return Err(StoreError::KeyReused);
        }
        let status = u16::try_from(row.column::<i16>("status")?).unwrap_or(200);
        Ok(Some(Answered { status, answer: row.column("answer")? }))
    }
}

/// What was answered to this request before; nothing when it is new.
///
/// # Errors
/// [`StoreError::InProgress`] while it is being worked on, [`StoreError::KeyReused`] when the key was used
/// for another body.
pub async fn find<P: Permission>(
    tx: &mut TenantTx<P>,
    attempt: &Attempt,
) -> Result<Option<Answered>, StoreError> {
    let actor = tx.scope().actor().to_string();
    let owner = format!("{}{actor}", tx.organization());
    let values: Parameters<'_> =
        &[&attempt.lock(owner.as_bytes()), &actor, &attempt.request.as_slice()];
    attempt.judge(&tx.query_one(&FIND, values).await?)
}

/// Keeps what is about to be answered to this request.
///
/// # Errors
/// [`StoreError::InProgress`] when somebody else was faster.
pub async fn keep<P: Permission>(
    tx: &mut TenantTx<P>,
    attempt: &Attempt,
    answered: &Answered,
) -> Result<(), StoreError> {
    let actor = tx.scope().actor().to_string();
    let status = i16::try_from(answered.status).unwrap_or(200);
    let (request, body) = (attempt.request.as_slice(), attempt.body.as_slice());
    tx.query(&KEEP, &[&actor, &request, &body, &status, &answered.answer]).await.map(drop)?;
    Ok(())
}

/// As [`find`], for an account.
///
/// # Errors
/// As [`find`].
pub async fn find_of_account(
    tx: &mut PlatformTx,
    user: UserId,
    attempt: &Attempt,
) -> Result<Option<Answered>, StoreError> {
    let lock = attempt.lock(user.uuid().as_bytes());
    let values: Parameters<'_> = &[&lock, &user.uuid(), &attempt.request.as_slice()];
    let row = tx.query_opt(&account::FIND, values).await?.ok_or(StoreError::Gone)?;
    attempt.judge(&row)
}

/// As [`keep`], for an account.
///
/// # Errors
/// As [`keep`].
pub async fn keep_of_account(
    tx: &mut PlatformTx,
    user: UserId,
    attempt: &Attempt,
    answered: &Answered,
) -> Result<(), StoreError> {
    let status = i16::try_from(answered.status).unwrap_or(200);
    let (request, body) = (attempt.request.as_slice(), attempt.body.as_slice());
    let values: Parameters<'_> = &[&user.uuid(), &request, &body, &status, &answered.answer];
    tx.query(&account::KEEP, values).await.map(drop)?;
    Ok(())
}
