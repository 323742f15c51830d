//! What a monitoring system is told: counts and durations by route template, method, status class, policy, login and
//! kind of error. Never an organization, a person, an address or a path as it was sent: a label has as many values
//! as the program has words for it, and no more.

mod connections;
mod database_errors;
mod labels;
mod memories;
mod pools;
mod process;

use std::time::Duration;

use http::{Method, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tenantry_db::Database;
use tenantry_identity::Identity;

pub(crate) use connections::OpenConnection;
pub(crate) use database_errors::note as note_database_error;

use crate::rate_limits::Policy;
use labels::{Outcome, Request, Route};

/// The media type of the text: OpenMetrics, which Prometheus asks for and older readers understand.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The sign-in, whose outcomes are counted apart.
const SIGN_IN: &str = "/auth/login";
/// Upper bounds in seconds: fine where answers usually are, and up to the 30 seconds that a request may take.
const BUCKETS: [f64; 12] =
    [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The metrics of one service.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    sign_ins: Family<Outcome, Counter>,
    rate_limited: Family<labels::Limit, Counter>,
    denials: Counter,
}

/// One request while it is being answered, however it ends.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(crate) fn new(
        (database, identity): (&Database, &Identity),
        version: &str,
        postgres: &str,
    ) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            sign_ins: Family::default(),
            rate_limited: Family::default(),
            denials: Counter::default(),
        };
        // What may never happen is shown as 0, so that a rate of it can be watched.
        for policy in Policy::ALL {
            drop(metrics.rate_limited.get_or_create(&labels::Limit { policy: policy.name() }));
        }
        for outcome in Outcome::ALL {
            drop(metrics.sign_ins.get_or_create(&Outcome { outcome }));
        }
        metrics.registry.register_collector(Box::new(memories::Memories(identity.clone())));
        metrics.register(database, version, postgres);
        metrics
    }

    fn register(&mut self, database: &Database, version: &str, postgres: &str) {
        let build = [("version", version.to_owned()), ("postgres", postgres.to_owned())];
        self.registry.register_collector(Box::new(process::Process));
        self.registry.register_collector(Box::new(pools::Pools(database.clone())));
        self.registry.register_collector(Box::new(connections::Connections));
        self.registry.register_collector(Box::new(database_errors::DatabaseErrors));
        let registry = self.registry.sub_registry_with_prefix("tenantry");
        registry.register(
            "build",
            "The version of the program and its database",
            Info::new(Vec::from(build)),
        );
        registry.register("http_requests", "Requests that were answered", self.requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Seconds from a request's headers to its answer's",
            self.durations.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that are being answered",
            self.in_flight.clone(),
        );
        registry.register("sign_ins", "Attempts to sign in with a password", self.sign_ins.clone());
        registry.register(
            "rate_limited",
            "Requests that were refused for their number",
            self.rate_limited.clone(),
        );
        registry.register(
            "denials",
            "Requests that were refused because a permission was missing",
            self.denials.clone(),
        );
    }

    /// A request has begun.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered. `route` is the template that it matched, and never its path.
    pub(crate) fn answered(
        &self,
        (method, route): (&Method, Option<&str>),
        status: StatusCode,
        took: Duration,
    ) {
        let route = route.unwrap_or("none");
        self.requests.get_or_create(&Request::new(method, route, status)).inc();
        self.durations
            .get_or_create(&Route { route: route.to_owned() })
            .observe(took.as_secs_f64());
        if status == StatusCode::FORBIDDEN {
            self.denials.inc();
        }
        if route == SIGN_IN && method == Method::POST {
            self.sign_ins.get_or_create(&Outcome::of(status)).inc();
        }
    }

    /// A policy refused a request.
    pub(crate) fn limited(&self, policy: Policy) {
        self.rate_limited.get_or_create(&labels::Limit { policy: policy.name() }).inc();
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
