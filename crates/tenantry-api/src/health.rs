//! Whether the process lives, and whether it should be sent work.

use std::time::Duration;

use aide::axum::ApiRouter;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use tenantry_core::Problem;
use tenantry_tower::{Public, route};

use crate::answer::Shown;
use crate::failure::Failure;
use crate::service::Service;

/// `/livez` and `/readyz`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route("/livez", route::get("service_live", "Whether the process lives", live))
        .api_route("/readyz", route::get("service_ready", "Whether the service takes work", ready))
}

/// A state in a word.
#[derive(Debug, Serialize, JsonSchema)]
struct Status {
    /// `live` or `ready`.
    status: &'static str,
    /// The version of the program.
    version: &'static str,
}

async fn live(_: Public, State(service): State<Service>) -> Shown<Status> {
    Shown(Status { status: "live", version: service.settings().version })
}

async fn ready(_: Public, State(service): State<Service>) -> Result<Shown<Status>, Failure> {
    if is_ready(&service).await? {
        Ok(Shown(Status { status: "ready", version: service.settings().version }))
    } else {
        Err(Problem::unavailable("The server is stopping.", 5).into())
    }
}

/// Whether the service takes work: it is not stopping, and its database answers within two seconds.
pub(crate) async fn is_ready(service: &Service) -> Result<bool, Failure> {
    if service.is_stopping() {
        return Ok(false);
    }
    match tokio::time::timeout(Duration::from_secs(2), service.database().ping()).await {
        Ok(answer) => answer.map(|()| true).map_err(Failure::from),
        Err(_) => Err(Problem::unavailable("The database does not answer.", 2).into()),
    }
}
