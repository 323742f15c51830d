//! What the server itself does to each request, before the router sees it and after: it knows the client's address,
//! watches both bodies, and has the last word on the headers that are about the connection.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response as Answer;
use http::header::{CONNECTION, STRICT_TRANSPORT_SECURITY};
use http::{HeaderValue, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::service::Service;
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;

use super::Phase;
use super::arriving::Arriving;
use super::exchange::{Exchange, Unanswered};
use super::leaving::Leaving;
use super::limits::Limits;
use super::pulse::Pulse;

/// One year, in seconds (WB-4).
const ONLY_ENCRYPTED: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Answers the requests of one connection.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) router: Router,
    pub(super) address: SocketAddr,
    pub(super) limits: Limits,
    pub(super) budget: Arc<Semaphore>,
    pub(super) answers: Arc<Semaphore>,
    pub(super) pulse: Arc<Pulse>,
    pub(super) phase: watch::Receiver<Phase>,
    /// Whether the connection is encrypted by us.
    pub(super) is_encrypted: bool,
}

impl Service<Request<Incoming>> for Desk {
    type Response = Response<Leaving>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Leaving>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let exchange = Exchange::begin(Arc::clone(&self.pulse), Arc::clone(&self.budget));
        let version = request.version();
        let mut request = request.map(|body| {
            Body::new(Arriving::new(body, Arc::clone(&exchange), self.limits.body_pause))
        });
        request.extensions_mut().insert(ConnectInfo(self.address));
        let handling = self.router.clone().oneshot(request);
        let (unanswered, desk) = (Unanswered::new(Arc::clone(&exchange)), self.clone());
        Box::pin(async move {
            let mut answer = handling.await?;
            drop(unanswered.answered());
            desk.finish(version, &mut answer);
            Ok(answer.map(|body| Leaving::new(body, exchange, Arc::clone(&desk.answers))))
        })
    }
}

impl Desk {
    fn finish(&self, version: Version, answer: &mut Answer) {
        let is_stopping = *self.phase.borrow() != Phase::Serving;
        // A body that came too late is not waited for, so nothing can follow it.
        let is_last = is_stopping || answer.status() == StatusCode::REQUEST_TIMEOUT;
        if is_last && version <= Version::HTTP_11 {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if self.is_encrypted {
            answer.headers_mut().insert(STRICT_TRANSPORT_SECURITY, ONLY_ENCRYPTED);
        }
    }
}
