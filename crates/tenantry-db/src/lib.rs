//! The only door to an organization's rows.
//!
//! Three doors lead to a [`Database`]: [`TenantTx`] for the rows of one organization, [`PlatformTx`]
//! for rows of nobody's organization, [`OperatorTx`] for work across organizations. The pool has no
//! public name, so there is no fourth. What Postgres itself checks is the isolation contract
//! (`sql/contract.sql`), which [`migrate`] installs and [`preflight`] verifies before anything serves.

mod audit;
pub mod bootstrap;
pub mod changes;
mod config;
mod connection;
mod context_statement;
mod database;
mod error;
mod group;
pub mod guard;
mod hygiene;
mod listener;
pub mod migrate;
mod operator_tx;
mod patience;
mod plain_catalog;
mod plain_read;
mod platform_tx;
mod pool;
mod pool_status;
pub mod preflight;
mod presence;
mod session;
mod statement;
mod tenant_tx;
mod tls;
mod wire;

pub use audit::Event;
pub use config::{Config, ConfigError};
pub use database::{Database, Login, Target};
pub use error::DbError;
pub use listener::{Channel, Listener};
pub use operator_tx::OperatorTx;
pub use patience::with_patience;
pub use platform_tx::{AccountEvent, PlatformTx};
pub use pool_status::PoolStatus;
pub use presence::Health;
pub use session::{CopyOut, Parameters};
pub use statement::{Administrator, Platform, Statement, Tenant};
pub use tenant_tx::{Committed, TenantTx};
pub use tokio_postgres::types;
pub use wire::{Column, ColumnIndex, Row, ServerError, WireError};
