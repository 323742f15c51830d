//! How fast rows are written: a batch takes about as long as it may, and the walk rests while a replica lags behind or others
//! wait for locks.

use std::time::{Duration, Instant};

use tenantry_db::DbError;
use tokio_postgres::Client;

use crate::progress::Event;
use crate::run::{Observer, Pace};

/// Rows of a batch at the least.
const SMALLEST: i64 = 50;
/// How often the server is looked at.
const LOOK: Duration = Duration::from_millis(300);
/// How long the walk rests at one time, at the most.
const LONGEST_REST: Duration = Duration::from_secs(2);
/// Over how much time the rate is taken.
const WINDOW: Duration = Duration::from_secs(3);

const SERVER: &str = "select coalesce(max(extract(epoch from r.replay_lag) * 1000), 0)::float8, \
        (select pg_catalog.count(*) from pg_catalog.pg_stat_activity a where a.datname = pg_catalog.current_database() \
            and a.wait_event_type = 'Lock' and a.application_name is distinct from 'tenantry adopt')::int8 \
   from pg_catalog.pg_stat_replication r";

/// The pace of one walk.
#[derive(Debug)]
pub(crate) struct Stride {
    pace: Pace,
    pub(crate) size: i64,
    looked_at: Instant,
    window: (Instant, i64),
    rate: f64,
}

impl Stride {
    pub(crate) fn new(pace: Pace, size: i64) -> Self {
        let now = Instant::now();
        let size = if size > 0 { size } else { pace.first_batch };
        Self {
            pace,
            size: size.clamp(SMALLEST, pace.largest_batch.max(SMALLEST)),
            looked_at: now,
            window: (now, 0),
            rate: 0.0,
        }
    }

    /// The next batch is as large as would have taken the time that a batch may.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "sizes are thousands"
    )]
    pub(crate) fn adapt(&mut self, rows: i64, took: Duration) {
        let wanted = self.pace.batch_time.as_secs_f64() / took.as_secs_f64().max(0.001);
        let factor = wanted.clamp(0.5, 2.0);
        // A batch that found few rows says little about a full one.
        if rows * 2 >= self.size {
            let size = (self.size as f64 * factor) as i64;
            self.size = size.clamp(SMALLEST, self.pace.largest_batch.max(SMALLEST));
        }
        self.window.1 += rows;
        let since = self.window.0.elapsed();
        if since > WINDOW || self.rate == 0.0 {
            self.rate = self.window.1 as f64 / since.as_secs_f64().max(0.001);
        }
        if since > WINDOW {
            self.window = (Instant::now(), 0);
        }
    }

    /// Somebody else had a row of the batch.
    pub(crate) fn shrink(&mut self) {
        self.size = (self.size / 2).max(SMALLEST);
    }

    pub(crate) const fn rate(&self) -> f64 {
        self.rate
    }

    /// Rests as long as it was told to, and as the server needs.
    pub(crate) async fn rest(
        &mut self,
        watch: &Client,
        observer: Observer<'_>,
    ) -> Result<(), DbError> {
        if !self.pace.rest.is_zero() {
            tokio::time::sleep(self.pace.rest).await;
        }
        if self.looked_at.elapsed() < LOOK {
            return Ok(());
        }
        let mut rest = Duration::from_millis(50);
        while let Some(reason) = self.trouble(watch).await? {
            (observer.0)(Event::Slowed { reason });
            tokio::time::sleep(rest).await;
            rest *= 2;
            // Waiting for longer would leave the walk to whoever is slowest; it goes on, with a smaller batch.
            if rest > LONGEST_REST {
                self.shrink();
                break;
            }
        }
        self.looked_at = Instant::now();
        Ok(())
    }

    async fn trouble(&self, watch: &Client) -> Result<Option<String>, DbError> {
        let row = watch.query_one(SERVER, &[]).await?;
        let (lag, waiting): (f64, i64) = (row.get(0), row.get(1));
        let limit = self.pace.replica_lag.as_secs_f64() * 1e3;
        Ok(if lag > limit {
            Some(format!("a replica is {lag:.0} ms behind (limit {limit:.0})"))
        } else if waiting > 1 {
            Some(format!("{waiting} sessions wait for locks"))
        } else {
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_grows_while_it_is_quick_and_shrinks_when_it_is_not() {
        let pace = Pace::default();
        let mut stride = Stride::new(pace, 0);
        assert_eq!(stride.size, 1_000);
        stride.adapt(1_000, Duration::from_millis(10));
        assert_eq!(stride.size, 2_000);
        stride.adapt(2_000, Duration::from_millis(400));
        assert_eq!(stride.size, 1_000);
        stride.adapt(10, Duration::from_millis(1));
        assert_eq!(stride.size, 1_000, "a nearly empty batch says little");
        for _ in 0..20 {
            stride.adapt(stride.size, Duration::from_secs(9));
        }
        assert_eq!(stride.size, 50);
        for _ in 0..20 {
            stride.adapt(stride.size, Duration::from_millis(1));
        }
        assert_eq!(stride.size, pace.largest_batch);
    }
}
