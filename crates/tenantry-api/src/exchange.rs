//! What the edge of the service makes of one request, from its first line to its answer. The envelope calls it
//! before and after; what it decides stands in the files of its parts.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use http::Method;
use tenantry_core::scope::Origin;
use tenantry_tower::Refusal;

use crate::cors::Cors;
use crate::metrics::InFlight;
use crate::rate_limits::Tab;
use crate::service::Service;

/// Where credentials are shown.
const CREDENTIALS: [&str; 2] = ["authorization", "x-api-key"];
/// Whoever watches the server must hear of it also when everybody else behind the same address is refused.
const UNLIMITED: [&str; 2] = ["/livez", "/readyz"];

/// One request on its way.
#[derive(Debug)]
pub(crate) struct Exchange {
    cors: Cors,
    tab: Tab,
    is_limited: bool,
    service: Service,
    started: Instant,
    method: Method,
    route: Option<MatchedPath>,
    _in_flight: InFlight,
}

impl Exchange {
    /// Begins with the request as it came.
    pub(crate) fn begin(service: &Service, request: &mut Request, origin: Origin) -> Self {
        let edge = &service.settings().edge;
        let cors = Cors::of(&edge.cors_origins, request.method(), request.headers());
        let address = origin.address;
        let shows_credentials =
            CREDENTIALS.iter().any(|name| request.headers().contains_key(*name));
        let tab = Tab::open(service.rate_limiter(), address, shows_credentials);
        request.extensions_mut().insert(tab.clone());
        Self {
            cors,
            tab,
            is_limited: !UNLIMITED.contains(&request.uri().path()),
            service: service.clone(),
            started: Instant::now(),
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
            _in_flight: service.metrics().begin(),
        }
    }

    /// The answer, when the edge gives it and no handler is asked.
    pub(crate) fn answer(&self) -> Option<Response> {
        if let Some(response) = self.cors.preflight() {
            return Some(response);
        }
        let entered = if self.is_limited { self.tab.enter() } else { Ok(()) };
        entered.err().map(|problem| Refusal(problem).into_response())
    }

    /// Writes what belongs into every answer.
    pub(crate) fn finish(self, response: &mut Response) {
        if self.is_limited {
            self.tab.close(response);
        }
        self.cors.mark(response);
        let metrics = self.service.metrics();
        if let Some(policy) = self.tab.refused_by() {
            metrics.limited(policy);
        }
        let route = self.route.as_ref().map(MatchedPath::as_str);
        metrics.answered((&self.method, route), response.status(), self.started.elapsed());
    }
}
