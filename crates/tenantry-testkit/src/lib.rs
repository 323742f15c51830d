//! What tests stand on: a real PostgreSQL, a database of its own for each test, the real service, and
//! callers who speak to it.
//!
//! One cluster serves a whole run: nextest starts it through `src/bin/tenantry-test-cluster.rs`, and it
//! ends with the run. Every database is a copy of a migrated template, so a test starts in milliseconds.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "this crate is only ever linked into tests, where a panic is the report and the environment is nextest's"
)]

mod app;
mod caller;
pub mod checked_in;
mod cluster;
mod database;
mod dump;
mod fault_proxy;
mod stage;
mod watching;
mod wire;

pub use app::{App, Neighbour, PASSWORD};
pub use caller::{Answer, Caller};
pub use cluster::{TEMPLATE, TestCluster};
pub use database::{TestDatabase, secret};
pub use fault_proxy::{Fault, FaultProxy};
pub use stage::{ServerProcess, Stage};
pub use watching::Watching;
pub use wire::{Reply, Wire};
