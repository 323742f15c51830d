//! How long the application waited for its answers.

use std::time::{Duration, Instant};

/// The duration of every operation of a kind, and when it ended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits(Vec<(Duration, Instant)>);

impl Waits {
    /// One more, which ends now.
    pub(super) fn note(&mut self, wait: Duration) {
        self.0.push((wait, Instant::now()));
    }

    /// Those of another worker.
    pub(super) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
        self.0.sort_unstable();
    }

    /// Those that had begun before `to` and ended after `from`.
    pub(crate) fn within(&self, from: Instant, to: Instant) -> Self {
        let overlaps = |(wait, end): &&(Duration, Instant)| {
            *end >= from && end.checked_sub(*wait).is_none_or(|begun| begun <= to)
        };
        Self(self.0.iter().filter(overlaps).copied().collect())
    }

    /// How many operations there were.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The longest.
    pub(crate) fn longest(&self) -> Duration {
        self.0.iter().map(|(wait, _)| *wait).max().unwrap_or_default()
    }

    /// So many of a hundred took at most so long.
    pub(crate) fn percentile(&self, of_hundred: usize) -> Duration {
        let index = (self.0.len() * of_hundred / 100).min(self.0.len().saturating_sub(1));
        self.0.get(index).map(|(wait, _)| *wait).unwrap_or_default()
    }
}
