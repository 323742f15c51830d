//! `/metrics`, for whoever watches the server: on the main address for this machine only, or on an address of its
//! own. A newcomer's usual surprise: a reverse proxy on the same machine connects from a loopback address too, so a
//! request that was forwarded is refused.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Method, StatusCode};

use crate::metrics::MEDIA_TYPE;
use crate::service::Service;

/// What a proxy adds to a request that it forwards.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The route on the main address.
pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/metrics", get(for_this_machine))
}

impl Service {
    /// What an address of its own serves: `/metrics`, and nothing else.
    pub fn metrics_router(&self) -> Router {
        Router::new().route("/metrics", get(everything)).with_state(self.clone())
    }
}

async fn everything(State(service): State<Service>) -> Response {
    match service.metrics().text() {
        Ok(text) => {
            ([(CONTENT_TYPE, MEDIA_TYPE), (CACHE_CONTROL, "no-store")], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn for_this_machine(State(service): State<Service>, request: Request) -> Response {
    if service.settings().edge.shows_metrics && is_of_this_machine(&request) {
        return everything(State(service)).await;
    }
    // As any address at which there is nothing.
    StatusCode::NOT_FOUND.into_response()
}

fn is_of_this_machine(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_local = peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    let is_forwarded = FORWARDED.iter().any(|name| request.headers().contains_key(*name));
    is_local && !is_forwarded && request.method() == Method::GET
}
