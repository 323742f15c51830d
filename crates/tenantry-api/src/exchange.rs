//! What the edge of the service makes of one request, from its first line to its answer. The envelope calls it
//! before and after; what it decides stands in the files of its parts.

use std::time::{Duration, Instant};

use axum::body::HttpBody as _;
use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use http::Method;
use tenantry_core::scope::Origin;
use tenantry_tower::Refusal;
use tracing::Span;

use crate::cors::Cors;
use crate::metrics::InFlight;
use crate::rate_limits::Tab;
use crate::service::Service;
use crate::setup;

/// Where credentials are shown.
const CREDENTIALS: [&str; 2] = ["authorization", "x-api-key"];
/// Where nobody is asked for credentials: those that are shown all the same count for nothing.
const OPEN: [&str; 4] = ["/auth/login", "/auth/signup", "/auth/refresh", "/setup/"];
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
    origin: Origin,
    method: Method,
    path: String,
    route: Option<MatchedPath>,
    _in_flight: InFlight,
}

impl Exchange {
    /// Begins with the request as it came.
    pub(crate) fn begin(
        service: &Service,
        request: &mut Request,
        origin: Origin,
        span: &Span,
    ) -> Self {
        let edge = &service.settings().edge;
        if let Some(trace) = &edge.trace {
            trace.begin(span, request.headers());
        }
        let cors = Cors::of(&edge.cors_origins, request.method(), request.headers());
        let address = origin.address;
        let path = request.uri().path();
        let shows_credentials = !OPEN.iter().any(|open| path.starts_with(open))
            && CREDENTIALS.iter().any(|name| request.headers().contains_key(*name));
        let tab = Tab::open(service.rate_limiter(), address, shows_credentials);
        request.extensions_mut().insert(tab.clone());
        Self {
            cors,
            tab,
            is_limited: !UNLIMITED.contains(&request.uri().path()),
            service: service.clone(),
            started: Instant::now(),
            origin,
            method: request.method().clone(),
            path: setup::without_token(request.uri().path()),
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

    /// Writes what belongs into every answer, and tells of it: one line in the log, the metrics, the trace.
    pub(crate) fn finish(self, response: &mut Response, span: &Span) {
        if self.is_limited {
            self.tab.close(response);
        }
        self.cors.mark(response);
        if let Some(policy) = self.tab.refused_by() {
            self.service.metrics().limited(policy);
        }
        let (route, status) = (self.route.as_ref().map(MatchedPath::as_str), response.status());
        let took = self.started.elapsed();
        self.service.metrics().answered((&self.method, route), status, took);
        if let Some(trace) = &self.service.settings().edge.trace {
            trace.end(span, status);
        }
        self.log(response, took);
    }

    /// The one line of a request. It stands outside of the request's span, whose fields would repeat it.
    fn log(&self, response: &Response, took: Duration) {
        tracing::info!(
            target: "tenantry_api::request",
            parent: None,
            status = response.status().as_u16(),
            milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            method = self.method.as_str(),
            path = self.path,
            route = self.route.as_ref().map_or("none", MatchedPath::as_str),
            bytes = response.body().size_hint().exact(),
            organization = self.tab.organization().map(tracing::field::display),
            request = %self.origin.request,
            "answered"
        );
    }
}
