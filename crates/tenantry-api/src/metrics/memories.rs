//! What is remembered between requests, by what it is, and how long ago changes were last read.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use tenantry_identity::{Identity, MemoryStatus};

/// A number that only grows: its name, what it is, and where it stands.
type Count = (&'static str, &'static str, fn(&MemoryStatus) -> u64);

const COUNTS: [Count; 2] = [
    ("tenantry_remembered_hits", "Questions that a remembered answer answered", |one| one.hits),
    ("tenantry_remembered_misses", "Questions that no remembered answer answered", |one| {
        one.misses
    }),
];

#[derive(Debug)]
pub(super) struct Memories(pub(super) Identity);

impl Collector for Memories {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let memories = self.0.memories();
        for (name, help, number) in COUNTS {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for one in &memories {
                let value = ConstCounter::new(number(one));
                value.encode(family.encode_family(&[("kind", one.what)])?)?;
            }
        }
        let help = "Answers that are remembered";
        let name = "tenantry_remembered_entries";
        let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for one in &memories {
            let value = ConstGauge::new(i64::try_from(one.entries).unwrap_or(i64::MAX));
            value.encode(family.encode_family(&[("kind", one.what)])?)?;
        }
        // Absent until changes are read for the first time: before that nothing is remembered.
        let Some(unseen) = self.0.unseen() else { return Ok(()) };
        let value = ConstGauge::new(unseen.as_secs_f64());
        let help = "Seconds since the last successful reading of access changes began";
        let name = "tenantry_access_changes_age_seconds";
        value.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
    }
}
