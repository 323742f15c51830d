//! What the database hides or a store refuses to a caller whose role would allow it elsewhere: answered
//! with 403 and recorded, like every denied change (AU-1).

use tenantry_core::{ErrorCode, Permission, Problem};
use tenantry_db::TenantTx;
use tenantry_store::StoreError;

use crate::failure::Failure;
use crate::service::Service;

/// Gives the transaction back together with what the store answered; a refusal ends it, and is recorded.
pub(crate) async fn judged<P: Permission, T>(
    service: &Service,
    tx: TenantTx<P>,
    answer: Result<T, StoreError>,
) -> Result<(TenantTx<P>, T), Failure> {
    match answer {
        Ok(value) => Ok((tx, value)),
        Err(StoreError::NotAllowed) => {
            let scope = tx.scope().clone();
            // The record takes a connection of its own: this one goes back first.
            drop(tx);
            if let Err(error) = service.database().record_denial(&scope, P::NAME).await {
                tracing::error!(%error, permission = P::NAME, "a denial could not be recorded");
            }
            let detail = format!("Your role {} does not allow {} here.", scope.role(), P::NAME);
            Err(Problem::new(ErrorCode::Forbidden, detail).into())
        }
        Err(error) => Err(error.into()),
    }
}
