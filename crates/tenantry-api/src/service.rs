//! What the handlers share.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tenantry_core::page::{CursorKey, List, Page, PageBody, Paged};
use tenantry_db::Database;
use tenantry_identity::Identity;
use uuid::Uuid;

use crate::edge::Edge;
use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::query::Paging;
use crate::rate_limits::RateLimiter;
use crate::request_counts::RequestCounts;

/// What is said about this server, and whom it believes about addresses.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// The address people reach it under, without a slash at the end.
    pub public_url: String,
    /// The version of this program.
    pub version: &'static str,
    /// The version of the database.
    pub postgres_version: String,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Who may call it from where and how often, and who may watch.
    pub edge: Edge,
}

impl ServiceSettings {
    /// A server at this address on this database, behind no proxy.
    #[must_use]
    pub fn new(public_url: String, postgres_version: String) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let (trusted_proxies, edge) = (Vec::new(), Edge::default());
        Self { public_url, version, postgres_version, trusted_proxies, edge }
    }
}

/// The control plane. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Service(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    identity: Identity,
    database: Database,
    settings: ServiceSettings,
    rate_limiter: Arc<RateLimiter>,
    request_counts: RequestCounts,
    metrics: Metrics,
    is_stopping: AtomicBool,
}

impl Service {
    /// A service on a database that passed the preflight.
    #[must_use]
    pub fn new(identity: Identity, database: Database, settings: ServiceSettings) -> Self {
        let clock = database.clock();
        let rate_limiter = RateLimiter::new(settings.edge.rate_limits, clock.clone());
        let request_counts = RequestCounts::new(clock.clone());
        let metrics =
            Metrics::new((&database, &identity), settings.version, &settings.postgres_version);
        Self(Arc::new(Shared {
            identity,
            database,
            settings,
            rate_limiter: Arc::new(rate_limiter),
            request_counts,
            metrics,
            is_stopping: AtomicBool::new(false),
        }))
    }

    /// The whole surface, ready to be served.
    pub fn router(&self) -> axum::Router {
        self.router_with(axum::Router::new())
    }

    /// The whole surface together with an application's own routes: its handlers take
    /// `Authorized<_>` like ours, and stand behind the same gate, limits and log. Build it with
    /// [`tenantry_tower::route`], which refuses a handler that does not say who may call it; axum's
    /// own routing does not.
    pub fn router_with(&self, own: axum::Router<Self>) -> axum::Router {
        crate::router::build(self, own)
    }

    /// From now on `/readyz` says that no new work should come here.
    pub fn begin_shutdown(&self) {
        self.0.is_stopping.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.0.is_stopping.load(Ordering::SeqCst)
    }

    /// Learns of changes of access until `stop` resolves; without it nothing is remembered between requests,
    /// and each of them asks the database.
    pub async fn watch_access(&self, stop: impl Future<Output = ()>) {
        self.0.identity.watch_access(stop).await;
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    /// The database with its doors.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn settings(&self) -> &ServiceSettings {
        &self.0.settings
    }

    pub(crate) fn rate_limiter(&self) -> &Arc<RateLimiter> {
        &self.0.rate_limiter
    }

    pub(crate) fn request_counts(&self) -> &RequestCounts {
        &self.0.request_counts
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    fn cursors(&self) -> &CursorKey {
        self.0.identity.cursors()
    }

    /// The page that a query asks for of somebody's list.
    pub(crate) fn page(
        &self,
        query: &impl Paging,
        name: &str,
        owner: Uuid,
    ) -> Result<Page, Failure> {
        query.page(self.cursors(), &List { name, owner })
    }

    /// A page as it is answered.
    pub(crate) fn page_body<T>(&self, page: Paged<T>, name: &str, owner: Uuid) -> PageBody<T> {
        self.cursors().body(&List { name, owner }, page)
    }
}
