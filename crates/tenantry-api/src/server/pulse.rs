//! What one connection does, and when it has done too little: every byte, request and answer is noted here, and the
//! connection is told when to end. Deadlines only ever move because of an event, so nothing ticks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::limits::Limits;
use super::preface::Preface;

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Nothing was asked for a while: it is closed in order.
    Idle,
    /// The client sends or reads too slowly: it is cut off.
    Slow(&'static str),
    /// The client gives up its requests faster than anybody who wants an answer.
    Flood,
}

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Pulse {
    limits: Limits,
    state: Mutex<State>,
    flooded: Notify,
}

#[derive(Debug)]
struct State {
    preface: Preface,
    /// Requests that have begun and whose answers are not yet wholly sent.
    exchanges: usize,
    has_served: bool,
    /// When the connection began, or the last exchange ended.
    quiet_since: Instant,
    /// When the first byte of the next request came.
    head_since: Option<Instant>,
    /// Pieces of answers that wait for the client.
    owed: usize,
    answers: Stall,
    socket: Stall,
    given_up: u32,
    given_up_since: Instant,
}

/// How long something has waited for the client, unless it took enough meanwhile.
#[derive(Debug, Default)]
struct Stall {
    since: Option<Instant>,
    taken: usize,
}

impl Stall {
    fn begin(&mut self) {
        if self.since.is_none() {
            *self = Self { since: Some(Instant::now()), taken: 0 };
        }
    }

    fn took(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count);
        if self.since.is_some() && self.taken >= Limits::LEAST_TAKEN {
            *self = Self { since: Some(Instant::now()), taken: 0 };
        }
    }

    fn end(&mut self) {
        self.since = None;
    }
}

impl Pulse {
    /// A connection that begins now.
    pub(super) fn new(limits: Limits) -> Self {
        let now = Instant::now();
        let state = State {
            preface: Preface::default(),
            exchanges: 0,
            has_served: false,
            quiet_since: now,
            head_since: None,
            owed: 0,
            answers: Stall::default(),
            socket: Stall::default(),
            given_up: 0,
            given_up_since: now,
        };
        Self { limits, state: Mutex::new(state), flooded: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the client speaks HTTP/2.
    pub(super) fn is_http2(&self) -> bool {
        self.state().preface == Preface::Http2
    }

    /// Bytes came.
    pub(super) fn read(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.preface.feed(bytes);
        let begins_a_head = state.exchanges == 0 && !bytes.is_empty();
        if begins_a_head && (state.preface != Preface::Http2 || !state.has_served) {
            state.head_since.get_or_insert_with(Instant::now);
        }
    }

    /// The socket took bytes.
    pub(super) fn wrote(&self, count: usize) {
        self.state().socket.took(count);
    }

    /// The socket takes nothing more for now.
    pub(super) fn blocked(&self) {
        self.state().socket.begin();
    }

    /// The socket took everything.
    pub(super) fn flushed(&self) {
        self.state().socket.end();
    }

    /// A request has come.
    pub(super) fn exchange_began(&self) {
        let mut state = self.state();
        state.exchanges += 1;
        state.has_served = true;
        state.head_since = None;
    }

    /// A request is answered and its answer sent, or it was given up.
    pub(super) fn exchange_ended(&self) {
        let mut state = self.state();
        state.exchanges -= 1;
        state.quiet_since = Instant::now();
    }

    /// A request was given up before it was answered.
    pub(super) fn gave_up(&self) {
        let mut state = self.state();
        if state.given_up_since.elapsed() > Limits::GIVEN_UP_WITHIN {
            (state.given_up, state.given_up_since) = (0, Instant::now());
        }
        state.given_up += 1;
        if state.given_up > Limits::GIVEN_UP {
            self.flooded.notify_one();
        }
    }

    /// A piece of an answer waits for the client.
    pub(super) fn owes(&self) {
        let mut state = self.state();
        state.owed += 1;
        state.answers.begin();
    }

    /// The client took so many bytes of what waits for it.
    pub(super) fn took(&self, count: usize) {
        self.state().answers.took(count);
    }

    /// A piece that waited is gone.
    pub(super) fn settled(&self) {
        let mut state = self.state();
        state.owed -= 1;
        if state.owed == 0 {
            state.answers.end();
        }
    }

    /// When the connection ends if nothing happens, and why.
    fn due(&self) -> (Instant, Ending) {
        let (state, limits) = (self.state(), &self.limits);
        let stalled = |stall: &Stall| {
            stall.since.map(|since| (since + limits.unread, Ending::Slow("an answer is not read")))
        };
        let quiet = (state.exchanges == 0).then(|| quiet(&state, limits));
        let all = [stalled(&state.answers), stalled(&state.socket), quiet];
        let far = (Instant::now() + limits.shortest(), Ending::Idle);
        all.into_iter().flatten().min_by_key(|(moment, _)| *moment).unwrap_or(far)
    }

    /// Resolves when the connection must end.
    pub(super) async fn ending(&self) -> Ending {
        loop {
            let (moment, ending) = self.due();
            if moment <= Instant::now() {
                return ending;
            }
            // Whatever happens meanwhile sets no deadline before the look after this one.
            let look = moment.min(Instant::now() + self.limits.shortest());
            tokio::select! {
                () = sleep_until(look) => {}
                () = self.flooded.notified() => return Ending::Flood,
            }
        }
    }
}

/// When a connection without a request ends.
fn quiet(state: &State, limits: &Limits) -> (Instant, Ending) {
    let is_http2 = state.preface == Preface::Http2;
    match state.head_since {
        Some(since) if !is_http2 => (since + limits.head, Ending::Slow("headers do not end")),
        None if !state.has_served => {
            (state.quiet_since + limits.head, Ending::Slow("nothing is asked"))
        }
        Some(since) if !state.has_served => (since + limits.head, Ending::Idle),
        _ if is_http2 => (state.quiet_since + limits.http2_idle, Ending::Idle),
        _ => (state.quiet_since + limits.keep_alive, Ending::Idle),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// How long until a connection ends, and why.
    async fn wait(pulse: &Pulse) -> (u64, Ending) {
        let began = Instant::now();
        let ending = pulse.ending().await;
        (began.elapsed().as_secs(), ending)
    }

    fn is_slow(ending: Ending) -> bool {
        matches!(ending, Ending::Slow(_))
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_waits_has_longer_than_one_that_has_begun() {
        // LM-1
        let pulse = Pulse::new(Limits::default());
        assert_eq!(wait(&pulse).await.0, 10, "a connection that asks nothing");
        pulse.exchange_began();
        let busy = tokio::time::timeout(Duration::from_secs(3600), wait(&pulse)).await;
        assert!(busy.is_err(), "a request has its own limits");
        pulse.exchange_ended();
        assert_eq!(wait(&pulse).await, (75, Ending::Idle));
        pulse.exchange_began();
        pulse.exchange_ended();
        tokio::time::sleep(Duration::from_secs(60)).await;
        pulse.read(b"G");
        tokio::time::sleep(Duration::from_secs(4)).await;
        pulse.read(b"E");
        let (seconds, ending) = wait(&pulse).await;
        assert_eq!((seconds, is_slow(ending)), (6, true), "drops of a header earn no time");
    }

    #[tokio::test(start_paused = true)]
    async fn pings_keep_no_http2_connection_alive() {
        // LM-1
        let pulse = Pulse::new(Limits::default());
        pulse.read(super::super::preface::HTTP2);
        assert_eq!(wait(&pulse).await, (10, Ending::Idle), "a preface and no request");
        pulse.exchange_began();
        pulse.exchange_ended();
        for _ in 0..14 {
            tokio::time::sleep(Duration::from_secs(20)).await;
            pulse.read(b"a ping");
        }
        assert_eq!(wait(&pulse).await, (20, Ending::Idle));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_read_in_drops_is_not_read() {
        // LM-1
        let pulse = Pulse::new(Limits::default());
        pulse.exchange_began();
        pulse.owes();
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_secs(20)).await;
            pulse.took(Limits::LEAST_TAKEN);
        }
        tokio::time::sleep(Duration::from_secs(20)).await;
        pulse.took(Limits::LEAST_TAKEN - 1);
        let (seconds, ending) = wait(&pulse).await;
        assert_eq!((seconds, is_slow(ending)), (10, true));
        pulse.settled();
        pulse.blocked();
        let (seconds, ending) = wait(&pulse).await;
        assert_eq!((seconds, is_slow(ending)), (30, true), "the socket, too");
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_are_given_up_by_the_hundred_end_the_connection() {
        // LM-1
        let pulse = Pulse::new(Limits::default());
        pulse.exchange_began();
        for _ in 0..20 {
            (0..Limits::GIVEN_UP / 2).for_each(|_| pulse.gave_up());
            tokio::time::sleep(Limits::GIVEN_UP_WITHIN).await;
        }
        let calm = tokio::time::timeout(Duration::from_secs(1), pulse.ending()).await;
        assert!(calm.is_err(), "half of it goes on");
        tokio::time::sleep(Limits::GIVEN_UP_WITHIN).await;
        (0..=Limits::GIVEN_UP).for_each(|_| pulse.gave_up());
        assert_eq!(wait(&pulse).await, (0, Ending::Flood));
    }
}
