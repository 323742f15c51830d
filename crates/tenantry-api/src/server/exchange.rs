//! One request with its answer, from its headers to the last byte that the client took. It lives as long as anything
//! of it does: the handler, the bodies, and the pieces that wait in a buffer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::pulse::Pulse;

/// What the parts of an exchange share.
#[derive(Debug)]
pub(super) struct Exchange {
    pulse: Arc<Pulse>,
    /// The bytes that bodies may still take, of the whole server.
    budget: Arc<Semaphore>,
    charged: AtomicUsize,
    is_given_up: AtomicBool,
}

impl Exchange {
    /// A request has come.
    pub(super) fn begin(pulse: Arc<Pulse>, budget: Arc<Semaphore>) -> Arc<Self> {
        pulse.exchange_began();
        Arc::new(Self {
            pulse,
            budget,
            charged: AtomicUsize::new(0),
            is_given_up: AtomicBool::new(false),
        })
    }

    /// The connection.
    pub(super) fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// Takes room for bytes of the request's body, if there is some.
    pub(super) fn charge(&self, bytes: usize) -> bool {
        let Ok(permits) = u32::try_from(bytes) else { return false };
        let Ok(room) = self.budget.try_acquire_many(permits) else { return false };
        room.forget();
        self.charged.fetch_add(bytes, Ordering::Relaxed);
        true
    }

    /// The client wants no answer any more: it is noted once.
    pub(super) fn give_up(&self) {
        if !self.is_given_up.swap(true, Ordering::Relaxed) {
            self.pulse.gave_up();
        }
    }

    /// Gives the room back.
    fn release(&self) {
        self.budget.add_permits(self.charged.swap(0, Ordering::Relaxed));
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.release();
        self.pulse.exchange_ended();
    }
}

/// A request that has no answer yet. Dropped as such, the client gave it up.
#[derive(Debug)]
pub(super) struct Unanswered(Option<Arc<Exchange>>);

impl Unanswered {
    pub(super) const fn new(exchange: Arc<Exchange>) -> Self {
        Self(Some(exchange))
    }

    /// It has an answer, and its body is no longer needed.
    pub(super) fn answered(mut self) -> Option<Arc<Exchange>> {
        self.0.take().inspect(|exchange| exchange.release())
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if let Some(exchange) = &self.0 {
            exchange.give_up();
        }
    }
}
