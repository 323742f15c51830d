//! What the caller decides about the cluster. The values of environment variables are handed in, never read here.

use std::ffi::OsString;
use std::path::PathBuf;

/// Where the cluster lives and which PostgreSQL runs it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The directory that holds everything of the cluster, for example `./.tenantry`; created when absent.
    pub data_dir: PathBuf,
    /// The directory of the PostgreSQL binaries to use and no other (`TENANTRY_POSTGRES_BIN`).
    pub binaries: Option<PathBuf>,
    /// The value of `PATH`, searched for PostgreSQL before the usual places of the operating systems.
    pub search_path: Option<OsString>,
}
