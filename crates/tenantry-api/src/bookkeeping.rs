//! The task beside the requests that keeps the books: counts go to the database and other servers' counts come back.
//! Nothing waits for it; when the database is away it says so once, and goes on trying.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use tenantry_store::StoreError;
use tokio::time::MissedTickBehavior;

use crate::metrics::note_database_error;
use crate::rate_limits;
use crate::service::Service;

/// How often windows are exchanged.
const EXCHANGE: Duration = Duration::from_secs(1);
/// After how many exchanges counts are saved, and after how many ended windows are forgotten.
const SAVE_EVERY: u64 = 2;
const FORGET_EVERY: u64 = 60;
/// How long the last saving may take.
const LAST_SAVE: Duration = Duration::from_secs(2);

impl Service {
    /// Keeps the books until `stop` resolves, and then saves what is left: requests of the month by organization
    /// every two seconds, rate limits' windows every second.
    pub async fn keep_books(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        let mut ticks = tokio::time::interval(EXCHANGE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut books = Books { is_behind: false };
        for tick in 1.. {
            // Only between two rounds: half a round would leave a commit whose answer nobody hears.
            tokio::select! {
                () = stop.clone() => break,
                _ = ticks.tick() => {}
            }
            // A database that does not answer must not keep a server from stopping.
            let round = pin!(self.round(tick, &mut books));
            tokio::select! {
                () = round => {}
                () = give_up(stop.clone()) => break,
            }
        }
        let last = tokio::time::timeout(LAST_SAVE, self.request_counts().save(self.database()));
        match last.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last counts of requests were not saved"),
            Err(_) => tracing::warn!("the last counts of requests were not saved in time"),
        }
    }

    /// Exchanges the windows of the rate limits with the other servers on this database, once and now.
    ///
    /// # Errors
    /// The store's. Nothing is lost: the next exchange carries what this one did not.
    pub async fn exchange_counts(&self) -> Result<(), StoreError> {
        rate_limits::share(self.rate_limiter(), self.database()).await
    }

    async fn round(&self, tick: u64, books: &mut Books) {
        let database = self.database();
        let mut done = self.exchange_counts().await;
        if tick.is_multiple_of(SAVE_EVERY) {
            done = done.and(self.request_counts().save(database).await);
        }
        if done.is_ok() && tick.is_multiple_of(FORGET_EVERY) {
            done = rate_limits::forget(self.rate_limiter(), database).await;
        }
        books.note(done);
    }
}

/// Some time after the server was told to stop.
async fn give_up(stop: impl Future<Output = ()>) {
    stop.await;
    tokio::time::sleep(LAST_SAVE).await;
}

/// Whether the database has all that it should.
struct Books {
    is_behind: bool,
}

impl Books {
    fn note(&mut self, done: Result<(), StoreError>) {
        if let Err(StoreError::Database(error)) = &done {
            note_database_error(error);
        }
        match (done, self.is_behind) {
            (Err(error), false) => tracing::warn!(
                cause = describe(&error),
                "counts cannot be exchanged; limits go on by what this server counts itself"
            ),
            (Ok(()), true) => tracing::info!("counts are exchanged again"),
            (Ok(()), false) => {
                return;
            }
            (Err(_), true) => return,
        }
        self.is_behind = !self.is_behind;
    }
}

fn describe(error: &StoreError) -> String {
    match error {
        StoreError::Database(error) => error.describe(),
        other => other.to_string(),
    }
}
