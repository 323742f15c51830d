//! What time it is, as a value that a test can hold still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The server's clock. Cheap to clone; every clone of a fixed clock shows the same time.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is told to [`advance`](Self::advance).
    #[must_use]
    pub fn fixed(at: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.as_microsecond()))))
    }

    /// Now, to the microsecond: what Postgres can store.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        let microseconds = match &self.0 {
            None => Timestamp::now().as_microsecond(),
            Some(fixed) => fixed.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX)
    }

    /// Seconds since 1970, as tokens and seals carry them.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.now().as_second()
    }

    /// Moves a fixed clock by so many seconds; the machine's own clock is not moved.
    pub fn advance(&self, seconds: i64) {
        if let Some(fixed) = &self.0 {
            fixed.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
        }
    }
}
