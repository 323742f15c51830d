//! The server's configuration, written by us at every start outside the account's reach. What keeps strangers out
//! is also given on the command line, which neither a file nor `alter system` can override.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::data_directory::DataDirectory;
use crate::error::EmbeddedError;
use crate::socket_directory::PORT;

/// Connections the server takes, the superuser's reserve included.
const MAX_CONNECTIONS: u32 = 60;

/// Who may connect: whoever reaches the socket and knows a password. There is no line for TCP, and none without
/// a password.
const HOST_BASED_AUTHENTICATION: &str = "\
# Written at every start; changes here are lost.
# TYPE  DATABASE  USER  METHOD
local   all       all   scram-sha-256
";

/// The file for the owner's own settings, read after ours when it is there.
const LOCAL_SETTINGS: &str = "postgresql.local.conf";

/// The settings. Small caches keep an idle cluster cheap; the operating system caches the rest.
fn settings() -> String {
    format!(
        "\
# Written at every start; changes here are lost. Your own settings go to postgresql.local.conf beside this file.
cluster_name = 'tenantry'
max_connections = {MAX_CONNECTIONS}
password_encryption = 'scram-sha-256'
ssl = off

# Memory.
shared_buffers = 32MB
work_mem = 4MB
maintenance_work_mem = 32MB
huge_pages = off
jit = off

# The write-ahead log: every commit is on disk before it is confirmed. Nothing replicates, so the log stays small.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
wal_buffers = 1MB
min_wal_size = 32MB
max_wal_size = 256MB

# A crashed backend restarts the others; a crashed postmaster is restarted by Tenantry.
restart_after_crash = on

# The log is standard error, which Tenantry keeps in postgres.log.
logging_collector = off
log_destination = 'stderr'
log_min_messages = warning
log_checkpoints = off
log_line_prefix = '%m [%p] %q%u@%d '
log_timezone = 'UTC'
timezone = 'UTC'
lc_messages = 'C'
"
    )
}

/// The configuration files on disk.
#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    settings: PathBuf,
    host_based_authentication: PathBuf,
}

impl Configuration {
    /// Writes the files that are not there already with the same text.
    pub(crate) fn write(directory: &DataDirectory) -> Result<Self, EmbeddedError> {
        let mut text = settings();
        if directory.path().join(LOCAL_SETTINGS).exists() {
            text.push_str(&format!("\ninclude = '{LOCAL_SETTINGS}'\n"));
        }
        Ok(Self {
            settings: write_changed(directory, "postgresql.conf", &text)?,
            host_based_authentication: write_changed(
                directory,
                "pg_hba.conf",
                HOST_BASED_AUTHENTICATION,
            )?,
        })
    }

    /// The arguments of `postgres`.
    pub(crate) fn arguments(&self, cluster: &Path, socket_directory: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["-D".into(), cluster.into()];
        let mut set = |name: &str, value: &std::ffi::OsStr| {
            let mut setting = OsString::from(format!("{name}="));
            setting.push(value);
            arguments.extend(["-c".into(), setting]);
        };
        set("config_file", self.settings.as_os_str());
        set("hba_file", self.host_based_authentication.as_os_str());
        set("listen_addresses", "".as_ref());
        set("port", PORT.to_string().as_ref());
        set("unix_socket_directories", socket_directory.as_os_str());
        set("unix_socket_permissions", "0700".as_ref());
        arguments
    }
}

/// The account of the database must be able to read the files, and there is no secret in them.
fn write_changed(
    directory: &DataDirectory,
    name: &str,
    text: &str,
) -> Result<PathBuf, EmbeddedError> {
    let path = directory.path().join(name);
    if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return Ok(path);
    }
    directory.write(name, text, 0o644)
}
