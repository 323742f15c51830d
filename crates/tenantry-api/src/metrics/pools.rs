//! The pools of database connections, by login.

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use tenantry_db::{Database, PoolStatus};

/// A number of a pool: its name, what it is, and where it stands.
type Number = (&'static str, &'static str, fn(&PoolStatus) -> usize);

const NUMBERS: [Number; 4] = [
    ("tenantry_database_connections_max", "Database connections that there may be", |pool| {
        pool.most
    }),
    ("tenantry_database_connections", "Database connections that are open", |pool| pool.open),
    ("tenantry_database_connections_in_use", "Database connections that are in use", |pool| {
        pool.in_use
    }),
    ("tenantry_database_waiting", "Requests that wait for a database connection", |pool| {
        pool.waiting
    }),
];

#[derive(Debug)]
pub(super) struct Pools(pub(super) Database);

impl Collector for Pools {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let pools = self.0.pools();
        for (name, help, number) in NUMBERS {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
            for (login, pool) in &pools {
                let value = ConstGauge::new(i64::try_from(number(pool)).unwrap_or(i64::MAX));
                value.encode(family.encode_family(&[("login", login.role())])?)?;
            }
        }
        Ok(())
    }
}
