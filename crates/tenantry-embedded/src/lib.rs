//! A private PostgreSQL cluster, run from the PostgreSQL that is already installed on the machine.
//!
//! [`Cluster::start`] finds the binaries, creates the cluster on first use, starts it, and keeps it alive until
//! the [`Cluster`] is dropped. Nothing here speaks SQL or opens a connection, and nothing reads the environment:
//! the caller connects with what [`Cluster`] hands out. The one thing to know: a cluster belongs to exactly one
//! running process, which holds a lock on its data directory for life.

mod account;
mod binaries;
mod cluster;
mod command;
mod configuration;
mod data_directory;
mod error;
mod failure;
mod fingerprint;
mod help;
mod initialize;
mod leftovers;
mod lock;
mod options;
mod password;
mod pid_file;
mod postmaster;
mod processes;
mod server_log;
mod socket_directory;
mod state;
mod supervisor;
mod version;

pub use binaries::Binaries;
pub use cluster::Cluster;
pub use error::EmbeddedError;
pub use options::Options;
pub use state::ClusterState;
pub use version::Version;
