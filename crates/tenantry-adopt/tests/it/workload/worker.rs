//! One connection of the application: does something at each tick, and notes how long it took.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use super::application::Application;
use super::session::Session;
use super::waits::Waits;
use super::writer::{Failure, Writer};

/// How often an operation is repeated whose statements had to be prepared again: several schema changes may follow another.
const REPEATS: usize = 20;
/// Failures that are kept; one is enough to fail a test.
const KEPT: usize = 20;

/// A connection.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) session: Session,
    pub(super) writer: Writer,
    pub(super) reads: Waits,
    pub(super) writes: Waits,
    pub(super) failures: Vec<String>,
    is_writer: bool,
    ticks: usize,
}

impl Worker {
    pub(super) fn new(
        client: Client,
        application: &'static Application,
        number: u32,
        is_writer: bool,
    ) -> Self {
        let writer = Writer::new(application, number);
        let session = Session::new(client);
        let (reads, writes) = (Waits::default(), Waits::default());
        Self { session, writer, reads, writes, failures: Vec::new(), is_writer, ticks: 0 }
    }

    /// Works until it is told to stop.
    pub(super) async fn work(mut self, period: Duration, stop: CancellationToken) -> Self {
        let mut clock = tokio::time::interval(period);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            clock.tick().await;
            self.operate().await;
            self.ticks += 1;
        }
        self
    }

    /// One operation; a writer reads at every third.
    async fn operate(&mut self) {
        let is_read = !self.is_writer || self.ticks.is_multiple_of(3);
        let begun = Instant::now();
        let outcome = self.repeated(is_read).await;
        let waits = if is_read { &mut self.reads } else { &mut self.writes };
        waits.note(begun.elapsed());
        if let Err(failure) = outcome
            && self.failures.len() < KEPT
        {
            self.failures.push(failure.to_string());
        }
    }

    async fn repeated(&mut self, is_read: bool) -> Result<(), Failure> {
        let mut repeats = 0;
        loop {
            let result = if is_read {
                self.writer.read(&mut self.session, self.ticks).await
            } else {
                self.writer.write(&mut self.session, self.ticks).await
            };
            match result {
                Err(Failure::Database(error))
                    if repeats < REPEATS && self.session.forgets_plans_after(&error) =>
                {
                    repeats += 1;
                }
                other => return other,
            }
        }
    }
}
