//! The keys that sign access tokens, wrapped. Several servers on one database share them.

use jiff::Timestamp;
use tenantry_db::{Platform, PlatformTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    LIVE = "select kid, wrapped, signs_from from tenantry.signing_keys where retired_at is null or retired_at > $1 order by signs_from desc, kid";
    INSERT = "insert into tenantry.signing_keys (kid, wrapped, signs_from) values ($1, $2, $3)";
    RETIRE = "update tenantry.signing_keys set retired_at = $2 where kid = $1 and retired_at is null";
    LOCK = "select pg_advisory_xact_lock(hashtext('tenantry.signing_keys'))";
}

/// A key as it is stored.
#[derive(Debug)]
pub struct StoredKey {
    /// Its id.
    pub kid: String,
    /// The private part, wrapped with a key derived from the master secret.
    pub wrapped: Vec<u8>,
    /// From when on it signs.
    pub signs_from: Timestamp,
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
            signs_from: row.column("signs_from")?,
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
    tx.query(&INSERT, &[&key.kid, &key.wrapped, &key.signs_from]).await?;
    Ok(())
}

/// Notes that a key is of no more use: its last token has expired.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn retire(tx: &mut PlatformTx, kid: &str, now: Timestamp) -> Result<(), StoreError> {
    tx.query(&RETIRE, &[&kid, &now]).await?;
    Ok(())
}
