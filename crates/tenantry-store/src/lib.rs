//! Every SQL statement of the control plane, one file a table, and its migrations.
//!
//! A function's first argument says which door it needs: a
//! [`TenantTx`](tenantry_db::TenantTx) of the permission, or a [`PlatformTx`](tenantry_db::PlatformTx).

pub mod access_changes;
pub mod admissions;
pub mod audit_events;
pub mod clients;
pub mod demo;
pub mod directory;
mod error;
pub mod idempotency_keys;
pub mod members;
pub mod migrations;
pub mod operators;
pub mod organizations;
pub mod project_members;
pub mod project_settings;
pub mod project_stats;
pub mod projects;
pub mod rate_windows;
pub mod refresh_tokens;
pub mod request_counts;
mod row;
pub mod sessions;
pub mod settings;
pub mod setup_tokens;
pub mod signing_keys;
pub mod sweep;
pub mod usage;
pub mod users;

pub use error::StoreError;
