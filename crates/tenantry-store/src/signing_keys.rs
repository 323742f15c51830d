//! The keys that sign access tokens, wrapped. Several servers on one database share them.

use jiff::Timestamp;
use tenantry_db::{Platform, PlatformTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    LIVE = "select kid, wrapped, created_at from tenantry.signing_keys where retired_at is null or retired_at > $1 order by created_at desc, kid";
    INSERT = "insert into tenantry.signing_keys (kid, wrapped, created_at) values ($1, $2, $3)";
    LOCK = "select pg_advisory_xact_lock(hashtext('tenantry.signing_keys'))";
}

/// A key as it is stored.
#[derive(Debug)]
pub struct StoredKey {
    /// Its id.
    pub kid: String,
    /// The private part, wrapped with a key derived from the master secret.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The keys whose tokens may still be alive, the newest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn live(tx: &mut PlatformTx, now: Timestamp) -> Result<Vec<StoredKey>, StoreError> {
    let rows = tx.query(&LIVE, &[&now]).await?;
    let read = |row: &tenantry_db::Row| {
        Ok(StoredKey {
            kid: row.column("kid")?,
            wrapped: row.column("wrapped")?,
            created_at: row.column("created_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Lets one server at a time look for keys and make one.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn lock(tx: &mut PlatformTx) -> Result<(), StoreError> {
    tx.query(&LOCK, &[]).await?;
    Ok(())
}

/// Stores a key.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn create(tx: &mut PlatformTx, key: &StoredKey) -> Result<(), StoreError> {
    tx.query(&INSERT, &[&key.kid, &key.wrapped, &key.created_at]).await?;
    Ok(())
}
