//! Removing for good what was deleted longer ago than the grace period, and forgetting what is only kept
//! for a while. A definer function does it, over all organizations; this only calls it.

use jiff::SignedDuration;
use tenantry_db::{Platform, PlatformTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    SWEEP = "select tenantry.sweep(make_interval(secs => $1)) + tenantry.forget_access_changes() as removed";
}

/// How long what was deleted can be restored.
pub const GRACE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Removes one step's worth; answers how many rows went. Nothing is left when it answers 0.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn step(tx: &mut PlatformTx, grace: SignedDuration) -> Result<i64, StoreError> {
    let row = tx.query_opt(&SWEEP, &[&grace.as_secs_f64()]).await?.ok_or(StoreError::Gone)?;
    Ok(row.column("removed")?)
}
