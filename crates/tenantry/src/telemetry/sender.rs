//! Carries spans to the collector: HTTP/1.1 without TLS, from the exporter's own thread. The runtime in here is that
//! thread's; the requests' runtime may be busy, or already gone when the last spans leave.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::{Builder, Runtime};

/// How long one sending may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// What is read of an answer at most.
const MAX_ANSWER: usize = 64 * 1024;

/// A client for the exporter.
#[derive(Debug)]
pub(super) struct Sender {
    runtime: Runtime,
    client: Client<HttpConnector, Full<Bytes>>,
    is_failing: AtomicBool,
}

impl Sender {
    pub(super) fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Nothing drives a connection between two batches, so none is kept.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Ok(Self { runtime, client, is_failing: AtomicBool::new(false) })
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.client.request(request.map(Full::new)).await?;
        let (parts, body) = answer.into_parts();
        let body = Limited::new(body, MAX_ANSWER).collect().await?.to_bytes();
        Ok(Response::from_parts(parts, body))
    }

    /// Says that the collector went away, or is back; and nothing in between.
    fn note(&self, failure: Option<String>) {
        let was_failing = self.is_failing.swap(failure.is_some(), Ordering::Relaxed);
        match (failure, was_failing) {
            (Some(cause), false) => tracing::warn!(cause, "traces cannot be sent and are dropped"),
            (None, true) => tracing::info!("traces are sent again"),
            (Some(_), true) | (None, false) => {}
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.runtime.block_on(async {
            match tokio::time::timeout(TIMEOUT, self.send(request)).await {
                Ok(sent) => sent,
                Err(_) => Err("the collector did not answer in 5 seconds".into()),
            }
        });
        self.note(match &sent {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("the collector answered {}", answer.status())),
            Err(error) => Some(error.to_string()),
        });
        sent
    }
}
