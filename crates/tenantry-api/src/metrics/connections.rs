//! How many connections of clients are open. They are the process's, not a service's: they are accepted before
//! anybody knows which service answers.

use std::sync::atomic::{AtomicI64, Ordering};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;

static OPEN: AtomicI64 = AtomicI64::new(0);

/// An open connection; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct OpenConnection(());

impl OpenConnection {
    pub(crate) fn count() -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct Connections;

impl Collector for Connections {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let open = ConstGauge::new(OPEN.load(Ordering::Relaxed));
        let help = "Connections of clients that are open";
        open.encode(encoder.encode_descriptor(
            "tenantry_connections",
            help,
            None,
            open.metric_type(),
        )?)
    }
}
