//! An answer on its way to the client. Its pieces are counted until the last buffer lets go of them, because a client
//! of HTTP/2 can leave them unread without the socket ever being full.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http_body::{Body, Frame, SizeHint};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::exchange::Exchange;

/// More answers wait for their clients than there is room for.
#[derive(Debug, thiserror::Error)]
#[error("too many answers wait for their clients")]
struct Crowded;

/// The body of one answer.
#[derive(Debug)]
pub(super) struct Leaving {
    inner: axum::body::Body,
    exchange: Arc<Exchange>,
    /// Whether it waits for the client, and not for whoever produces it.
    is_owed: bool,
    budget: Arc<Semaphore>,
    /// What all answers together may hold is shared: this one's part, until it has gone.
    held: Vec<OwnedSemaphorePermit>,
}

impl Leaving {
    pub(super) fn new(
        inner: axum::body::Body,
        exchange: Arc<Exchange>,
        budget: Arc<Semaphore>,
    ) -> Self {
        exchange.pulse().owes();
        Self { inner, exchange, is_owed: true, budget, held: Vec::new() }
    }

    fn owe(&mut self, is_owed: bool) {
        match (self.is_owed, is_owed) {
            (false, true) => self.exchange.pulse().owes(),
            (true, false) => self.exchange.pulse().settled(),
            (false, false) | (true, true) => {}
        }
        self.is_owed = is_owed;
    }
}

impl Body for Leaving {
    type Data = Piece;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        self.owe(matches!(polled, Poll::Ready(Some(Ok(_)))));
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(length) = frame.data_ref().and_then(|data| u32::try_from(data.len()).ok())
        {
            match Arc::clone(&self.budget).try_acquire_many_owned(length) {
                Ok(part) => self.held.push(part),
                Err(_) => return Poll::Ready(Some(Err(axum::Error::new(Crowded)))),
            }
        }
        let exchange = &self.exchange;
        polled.map_ok(|frame| frame.map_data(|bytes| Piece::new(bytes, Arc::clone(exchange))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.owe(false);
    }
}

/// Bytes that wait to be sent.
#[derive(Debug)]
pub(super) struct Piece {
    bytes: Bytes,
    exchange: Arc<Exchange>,
}

impl Piece {
    fn new(bytes: Bytes, exchange: Arc<Exchange>) -> Self {
        exchange.pulse().owes();
        Self { bytes, exchange }
    }
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
        self.exchange.pulse().took(count);
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.exchange.pulse().settled();
    }
}
