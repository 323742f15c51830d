//! Removing for good what was deleted longer ago than the grace period.

use tenantry_store::sweep;

use crate::failure::Failure;
use crate::service::Service;

impl Service {
    /// Removes what is due, in steps that hold no locks for long; answers how many rows went.
    ///
    /// # Errors
    /// Those of the database. What was removed before stays removed; the rest is due the next time.
    pub async fn sweep(&self) -> Result<i64, Failure> {
        let mut removed = 0;
        loop {
            let mut tx = self.database().platform().await?;
            let step = sweep::step(&mut tx, sweep::GRACE).await?;
            tx.commit(()).await?;
            if step == 0 {
                return Ok(removed);
            }
            removed += step;
        }
    }
}
