//! The PostgreSQL of a run: a private cluster as Tenantry runs it, with more memory and otherwise as durable as ever.
//! It stays under `target/bench/SIZE` between runs, because its data takes minutes to make.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tenantry_embedded::{Cluster, ClusterState, Options};
use tokio_postgres::{Client, NoTls};

use crate::size::Size;

/// The database of the benchmark.
pub(crate) const DATABASE: &str = "bench";

/// Where the server is and how an administrator gets in.
#[derive(Debug)]
pub(crate) struct Postgres {
    cluster: Cluster,
    folder: PathBuf,
}

impl Postgres {
    /// Starts the cluster of a size below `folder`.
    pub(crate) fn start(folder: &Path, size: Size) -> Result<Self> {
        let data_dir = folder.join(size.name());
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        // Made by the cluster's own rules first, closed to others; the settings are read at the start after.
        let options =
            Options { data_dir: data_dir.clone(), search_path: path(), ..Options::default() };
        let local = data_dir.join("postgresql.local.conf");
        if !local.exists() {
            drop(start(&options)?);
        }
        std::fs::write(&local, settings(size)).with_context(|| local.display().to_string())?;
        readable(&local)?;
        Ok(Self { cluster: start(&options)?, folder: data_dir })
    }

    /// The folder of this size, where the suite keeps notes beside the cluster.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder of the socket.
    pub(crate) fn socket(&self) -> &Path {
        self.cluster.socket_dir()
    }

    pub(crate) fn port(&self) -> u16 {
        self.cluster.port()
    }

    pub(crate) fn version(&self) -> String {
        self.cluster.version().to_string()
    }

    /// The process whose children do the work.
    pub(crate) fn postmaster(&self) -> Result<u32> {
        match self.cluster.state() {
            ClusterState::Running { pid } => Ok(pid),
            other => bail!("the database is not running: {other:?}"),
        }
    }

    /// The address of a database, without a login.
    pub(crate) fn address(&self, database: &str) -> String {
        format!("host={} port={} dbname={database}", self.socket().display(), self.port())
    }

    /// The address with the superuser's login.
    pub(crate) fn administrator(&self, database: &str) -> String {
        let (user, password) = (self.cluster.superuser(), self.cluster.password());
        format!("{} user={user} password={password}", self.address(database))
    }

    /// The address as a URL, in the one form that the drivers of other languages agree on. A login's password is its name.
    pub(crate) fn url(&self, database: &str, login: &str) -> String {
        let (socket, port) = (self.socket().display(), self.port());
        format!("postgres:///{database}?host={socket}&port={port}&user={login}&password={login}")
    }

    /// A connection of the superuser.
    pub(crate) async fn admin(&self) -> Result<Client> {
        connect(&self.administrator(DATABASE)).await
    }

    pub(crate) fn stop(self) -> Result<()> {
        self.cluster.stop().context("stopping the database")
    }
}

/// Connects; the connection's bytes are carried until the client is dropped.
#[expect(clippy::disallowed_methods, reason = "it ends with its client, which ends with the run")]
pub(crate) async fn connect(address: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(address, NoTls).await.context("connecting to the database")?;
    tokio::task::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "a connection of the benchmark ended");
        }
    });
    Ok(client)
}

fn start(options: &Options) -> Result<Cluster> {
    Cluster::start(options).map_err(|error| {
        let help = error.help();
        anyhow::Error::new(error).context(help)
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the suite is a program of its own, beside the server"
)]
fn path() -> Option<std::ffi::OsString> {
    std::env::var_os("PATH")
}

/// The account of the database reads the file.
fn readable(path: &Path) -> Result<()> {
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(path, open).with_context(|| path.display().to_string())
}

fn settings(size: Size) -> String {
    format!(
        "# Written by the benchmark. Durability stays as it is by default.\n\
         shared_buffers = {}\n\
         max_connections = 500\n\
         maintenance_work_mem = 512MB\n\
         max_wal_size = 4GB\n\
         wal_buffers = 16MB\n\
         checkpoint_timeout = 15min\n",
        size.shared_buffers()
    )
}
