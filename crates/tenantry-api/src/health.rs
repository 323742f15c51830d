//! Whether the process lives, and whether it should be sent work. The database is asked on a connection
//! of its own and at most once a second, so that neither a stuck pool nor many probes change the answer.

use aide::axum::ApiRouter;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use tenantry_core::Problem;
use tenantry_db::Health;
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
    match obstacle(&service).await {
        None => Ok(Shown(Status { status: "ready", version: service.settings().version })),
        Some((reason, seconds)) => Err(Problem::unavailable(reason, seconds).into()),
    }
}

/// Whether the service takes work: it is not stopping, and its database is well.
pub(crate) async fn is_ready(service: &Service) -> bool {
    obstacle(service).await.is_none()
}

/// Why the service takes no work, and after how many seconds to ask again.
async fn obstacle(service: &Service) -> Option<(&'static str, u32)> {
    if service.is_stopping() {
        return Some(("The server is stopping.", 5));
    }
    match service.database().health().await {
        Health::Well => None,
        Health::ReadOnly => Some(("The database takes no changes at the moment.", 2)),
        Health::Full => Some(("The database has no connection left.", 2)),
        Health::Away => Some(("The database does not answer.", 2)),
    }
}
