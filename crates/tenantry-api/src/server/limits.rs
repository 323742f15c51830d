//! Every limit of a connection, in one place. `docs/reference/limits.md` has the same figures with what a client
//! sees; the limits of one request (its size, its time) are where requests are read: `envelope.rs` and `body.rs`.

use std::time::Duration;

/// What a client may take of the server (LM-1). The default is what is documented; tests shorten the times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; further ones wait in the listen queue.
    pub connections: usize,
    /// Connections at a time from one IPv4 address, or from one /64 of IPv6; further ones are closed at once.
    pub connections_per_address: usize,
    /// The most bytes of request bodies that are held in memory at a time, over all requests.
    pub body_bytes: usize,
    /// The most bytes of answers that wait for their clients at a time; an answer beyond it ends its connection.
    pub answer_bytes: usize,
    /// How long the TLS handshake may take.
    pub handshake: Duration,
    /// How long the first byte of a connection may take, and how long a request's headers may.
    pub head: Duration,
    /// How long a request's body may send nothing.
    pub body_pause: Duration,
    /// How long an HTTP/1 connection may wait for its next request.
    pub keep_alive: Duration,
    /// How long an HTTP/2 connection may be without a stream, also when it answers pings.
    pub http2_idle: Duration,
    /// How long a client may leave an answer unread: within it, it takes [`Limits::LEAST_TAKEN`] bytes or all there
    /// is.
    pub unread: Duration,
    /// How long a waiting HTTP/1 connection is kept open when the server stops, so that a request that is on its way
    /// is answered and not broken.
    pub linger: Duration,
    /// How long requests in flight are waited for when the server stops (RE-1).
    pub drain: Duration,
}

impl Limits {
    /// The bytes of an answer that a client takes within [`Limits::unread`], if so many wait for it.
    pub const LEAST_TAKEN: usize = 64 * 1024;
    /// The requests of one HTTP/2 connection that may be given up within [`Limits::GIVEN_UP_WITHIN`]. Opening and
    /// resetting streams costs a client nothing, and the server a handler each.
    pub const GIVEN_UP: u32 = 200;
    /// The time in which [`Limits::GIVEN_UP`] counts.
    pub const GIVEN_UP_WITHIN: Duration = Duration::from_secs(10);

    /// The shortest time that a client may earn by what it does now: looking once in it misses no deadline.
    pub(crate) fn shortest(&self) -> Duration {
        self.head.min(self.keep_alive).min(self.http2_idle).min(self.unread)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_048,
            connections_per_address: 256,
            body_bytes: 64 * 1024 * 1024,
            answer_bytes: 256 * 1024 * 1024,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body_pause: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            http2_idle: Duration::from_secs(300),
            unread: Duration::from_secs(30),
            linger: Duration::from_secs(1),
            drain: Duration::from_secs(25),
        }
    }
}
