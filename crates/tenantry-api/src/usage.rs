//! What the request's organization uses, each with its limit.

use aide::axum::ApiRouter;
use axum::extract::State;
use tenantry_core::permission;
use tenantry_store::usage::{self, Period, Usage};
use tenantry_tower::{Authorized, route};

use crate::answer::Shown;
use crate::failure::Failure;
use crate::service::Service;

/// The two routes.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/organizations/usage",
            route::get("usage_get_current", "Show the usage of the current organization", get),
        )
        .api_route(
            "/organizations/{organization}/usage",
            route::get("usage_get", "Show the usage of an organization", get),
        )
}

async fn get(
    caller: Authorized<permission::usage::Read>,
    State(service): State<Service>,
) -> Result<Shown<Usage>, Failure> {
    let period = Period::of(service.database().clock().now());
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(usage::get(&mut tx, period).await?))
}
