//! How many requests are handled at a time. Beyond that the answer is 503 at once, because a queue would only make
//! everybody late; whoever asks how the server does is always answered.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tenantry_core::Problem;
use tenantry_core::scope::Origin;
use tenantry_tower::Refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::crowd::{Crowd, Visit};

/// Requests that are handled at a time (LM-1).
const REQUESTS: usize = 512;
/// Requests of one client address that are handled at a time: half, so that a single client that sends bodies slowly
/// leaves room for everybody else.
const REQUESTS_PER_ADDRESS: usize = 256;
/// Seconds after which trying again may help.
const RETRY_AFTER: u32 = 1;
/// Addresses that are answered in any crowd.
const ALWAYS: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// The places of the requests in flight.
#[derive(Debug)]
pub(crate) struct Admission {
    places: Arc<Semaphore>,
    crowd: Arc<Crowd>,
    trusted_proxies: Vec<IpAddr>,
}

/// A request's place, and its client's.
type Ticket = (OwnedSemaphorePermit, Option<Visit>);

impl Admission {
    /// All places free. A proxy that is trusted and names no client has no limit of its own.
    pub(crate) fn new(trusted_proxies: Vec<IpAddr>) -> Arc<Self> {
        let places = Arc::new(Semaphore::new(REQUESTS));
        Arc::new(Self { places, crowd: Crowd::new(REQUESTS_PER_ADDRESS), trusted_proxies })
    }

    fn enter(&self, address: Option<IpAddr>) -> Option<Ticket> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let counted = address.filter(|address| !self.trusted_proxies.contains(address));
        match counted {
            None => Some((place, None)),
            Some(address) => Some((place, Some(self.crowd.enter(address)?))),
        }
    }
}

/// Lets a request in, or tells it to come again.
pub(crate) async fn admit(
    State(admission): State<Arc<Admission>>,
    request: Request,
    next: Next,
) -> Response {
    if ALWAYS.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let address = request.extensions().get::<Origin>().and_then(|origin| origin.address);
    let Some(ticket) = admission.enter(address) else {
        let detail = "Too many requests are being answered at once. Nothing was changed.";
        return Refusal(Problem::unavailable(detail, RETRY_AFTER)).into_response();
    };
    let response = next.run(request).await;
    // The place is given back before the answer is sent: a client that does not read it holds none.
    drop(ticket);
    response
}
