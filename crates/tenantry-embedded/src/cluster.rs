//! The cluster as its owner sees it: start it, connect to it with what it hands out, drop it to stop it. The order
//! in `start` matters: the lock comes before anything that could disturb a cluster that runs.

use std::fmt;
use std::path::Path;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::configuration::Configuration;
use crate::data_directory::DataDirectory;
use crate::error::EmbeddedError;
use crate::initialize::{self, SUPERUSER};
use crate::leftovers;
use crate::lock::Lock;
use crate::options::Options;
use crate::password;
use crate::postmaster::Launch;
use crate::server_log::ServerLog;
use crate::socket_directory::{PORT, SocketDirectory};
use crate::state::ClusterState;
use crate::supervisor::Supervisor;
use crate::version::Version;

/// A private PostgreSQL cluster that runs for as long as this value lives. Dropping it stops the server in order
/// and waits for that; a server that dies meanwhile is started again.
pub struct Cluster {
    // Dropped in this order: the socket's directory and the lock must outlive the server.
    supervisor: Supervisor,
    binaries: Binaries,
    socket_directory: SocketDirectory,
    password: String,
    was_created: bool,
    _lock: Lock,
}

impl Cluster {
    /// Starts the cluster of a data directory, creating it on first use, and waits until it accepts connections.
    ///
    /// # Errors
    /// Whatever is wrong, as an [`EmbeddedError`] that says what to do; nothing is left running.
    pub fn start(options: &Options) -> Result<Self, EmbeddedError> {
        let directory = DataDirectory::open(&options.data_dir)?;
        // Only looks, and explains best why the lock of somebody else's cluster cannot even be opened.
        let account = Account::choose(&directory.cluster())?;
        let lock = Lock::take(&directory.lock(), directory.path())?;
        let existing = initialize::existing_major(&directory.cluster())?;
        let binaries = fitting_binaries(&directory, existing, options)?;
        directory.open_passage(&account)?;
        account.require_access(&binaries, directory.path())?;
        leftovers::remove_unfinished(&directory, &account)?;
        if existing.is_none() {
            initialize::create(&directory, &binaries, &account)?;
        }
        let password = password::read(&directory.password())?;
        let socket_directory = SocketDirectory::prepare(&directory, &account)?;
        let supervisor = Supervisor::start(Launch {
            binaries: binaries.clone(),
            account,
            cluster: directory.cluster(),
            socket_directory: socket_directory.path().to_path_buf(),
            configuration: Configuration::write(&directory)?,
            log: ServerLog::new(directory.log()),
        })?;
        let was_created = existing.is_none();
        Ok(Self { supervisor, binaries, socket_directory, password, was_created, _lock: lock })
    }

    /// The directory of the server's Unix socket: the `host` of a connection.
    pub fn socket_dir(&self) -> &Path {
        self.socket_directory.path()
    }

    /// The port of a connection. It only names the socket file: nothing listens on TCP.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The name of the cluster's superuser.
    pub fn superuser(&self) -> &str {
        SUPERUSER
    }

    /// The superuser's password. A secret: it opens everything.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The server's version when the cluster was started. An upgrade of the binaries while it runs may have
    /// raised the minor version since.
    pub fn version(&self) -> &Version {
        &self.binaries.version
    }

    /// The directory of the binaries that run the cluster.
    pub fn binaries(&self) -> &Path {
        &self.binaries.directory
    }

    /// Whether this start created the cluster.
    pub fn was_created(&self) -> bool {
        self.was_created
    }

    /// What the cluster is doing now.
    pub fn state(&self) -> ClusterState {
        self.supervisor.state()
    }

    /// Stops the cluster in order and waits until it is gone.
    ///
    /// # Errors
    /// [`EmbeddedError::StopUnclean`] when the server had to be cut off (no commit is lost), or
    /// [`EmbeddedError::LeftoverRuns`] when it cannot be stopped at all.
    pub fn stop(mut self) -> Result<(), EmbeddedError> {
        self.supervisor.stop()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.supervisor.stop() {
            tracing::error!(code = error.code(), %error, "the database server did not stop well");
        }
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cluster")
            .field("socket_directory", &self.socket_dir())
            .field("binaries", &self.binaries)
            .field("state", &self.state())
            .field("password", &"(hidden)")
            .finish_non_exhaustive()
    }
}

/// The newest binaries, or for a cluster that exists the newest that can open it.
fn fitting_binaries(
    directory: &DataDirectory,
    existing: Option<u32>,
    options: &Options,
) -> Result<Binaries, EmbeddedError> {
    let binaries =
        Binaries::find_for(existing, options.binaries.as_deref(), options.search_path.as_deref())?;
    match existing {
        Some(cluster) if cluster != binaries.version.major => {
            Err(EmbeddedError::OtherMajor { directory: directory.cluster(), cluster, binaries })
        }
        _ => Ok(binaries),
    }
}
