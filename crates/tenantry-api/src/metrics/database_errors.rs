//! What went wrong with the database, by kind. Counted where an error turns into a problem or is only logged, which
//! is in functions without a service at hand; so the counts are the process's.

use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use tenantry_db::DbError;

static COUNTS: [AtomicU64; DbError::KINDS.len()] =
    [const { AtomicU64::new(0) }; DbError::KINDS.len()];

/// Counts an error.
pub(crate) fn note(error: &DbError) {
    let index = DbError::KINDS.iter().position(|kind| *kind == error.kind());
    if let Some(count) = index.and_then(|index| COUNTS.get(index)) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct DatabaseErrors;

impl Collector for DatabaseErrors {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let help = "Errors of the database, by kind";
        let mut family = encoder.encode_descriptor(
            "tenantry_database_errors",
            help,
            None,
            MetricType::Counter,
        )?;
        for (kind, count) in DbError::KINDS.iter().zip(&COUNTS) {
            let count = ConstCounter::new(count.load(Ordering::Relaxed));
            count.encode(family.encode_family(&[("kind", *kind)])?)?;
        }
        Ok(())
    }
}
