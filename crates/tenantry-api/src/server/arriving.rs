//! A request's body as it arrives: it may not pause for long, and all bodies together have a bounded share of the
//! memory. What is wrong with it reaches the handler as an error of the body, which `body.rs` turns into a problem.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};

use super::exchange::Exchange;

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    /// Nothing came for too long.
    #[error("the body sent nothing for {} seconds", .0.as_secs())]
    Pause(Duration),
    /// All bodies together take as much memory as they may.
    #[error("too many bodies are being received at once")]
    Crowd,
}

/// The body of one request.
#[derive(Debug)]
pub(super) struct Arriving {
    inner: Incoming,
    exchange: Arc<Exchange>,
    limit: Duration,
    /// Runs only while something is waited for.
    pause: Option<Pin<Box<Sleep>>>,
}

impl Arriving {
    pub(super) const fn new(inner: Incoming, exchange: Arc<Exchange>, limit: Duration) -> Self {
        Self { inner, exchange, limit, pause: None }
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let body = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut body.inner).poll_frame(context) else {
            let pause = body.pause.get_or_insert_with(|| Box::pin(sleep(body.limit)));
            ready!(pause.as_mut().poll(context));
            return Poll::Ready(Some(Err(BodyFault::Pause(body.limit).into())));
        };
        body.pause = None;
        if matches!(frame, Some(Err(_))) {
            // A reset stream breaks its body first: the handler then answers to nobody.
            body.exchange.give_up();
        }
        let bytes =
            frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map(Bytes::len);
        if bytes.is_some_and(|bytes| !body.exchange.charge(bytes)) {
            return Poll::Ready(Some(Err(BodyFault::Crowd.into())));
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
