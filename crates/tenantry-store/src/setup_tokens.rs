//! The secrets of the one-time links that make the first operator, by their hashes. None is good once there is an
//! operator, whatever its own row says.

use jiff::Timestamp;
use tenantry_db::{Database, Platform, PlatformTx, statements};

use crate::error::StoreError;

statements! { Platform:
    LOCK = "select pg_advisory_xact_lock(hashtext('tenantry.setup_tokens'))";
    RETIRE = "update tenantry.setup_tokens set expires_at = $1 where used_at is null and expires_at > $1";
    INSERT = "insert into tenantry.setup_tokens (token_hash, created_at, expires_at) values ($1, $2, $3)";
    LIVE = "select token_hash from tenantry.setup_tokens where token_hash = $1 and used_at is null and expires_at > $2 \
              and not exists (select from tenantry.operators)";
    SPEND = "update tenantry.setup_tokens set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 \
               and not exists (select from tenantry.operators) returning token_hash";
}

/// Lets one at a time offer a link or use one: what follows in the transaction sees what the one before it did.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn lock(tx: &mut PlatformTx) -> Result<(), StoreError> {
    tx.query(&LOCK, &[]).await?;
    Ok(())
}

/// Stores a token; the unused ones before it expire.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn offer(
    tx: &mut PlatformTx,
    hash: &[u8],
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.query(&RETIRE, &[&now]).await?;
    tx.query(&INSERT, &[&hash, &now, &expires_at]).await?;
    Ok(())
}

/// Whether a token could be used now. Unknown, used and expired are one answer, of one look-up.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn is_live(database: &Database, hash: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    Ok(!database.look_up(&LIVE, &[&hash, &now]).await?.is_empty())
}

/// Spends a token: at most one caller ever gets true for it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn spend(tx: &mut PlatformTx, hash: &[u8], now: Timestamp) -> Result<bool, StoreError> {
    Ok(tx.query_opt(&SPEND, &[&hash, &now]).await?.is_some())
}
