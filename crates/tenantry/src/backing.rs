//! The database behind a command: the private cluster of the data directory, or the one of `DATABASE_URL`. A
//! newcomer's usual surprise: a private cluster lives exactly as long as this value, so every command that wants one
//! starts it, unless another process has it running already.

use std::path::PathBuf;

use tenantry_core::secret::MasterSecret;
use tenantry_db::{Login, Target, bootstrap};
use tenantry_embedded::{Cluster, EmbeddedError, Options};

use crate::config::Config;
use crate::failure;
use crate::trouble::Trouble;

/// The name of the database in a private cluster.
pub(crate) const DATABASE: &str = "tenantry";
/// The name of the superuser of a private cluster.
const SUPERUSER: &str = "tenantry_superuser";

/// Where the database is.
#[derive(Debug)]
pub(crate) enum Place {
    /// A private cluster that this process runs.
    Private(Box<Cluster>),
    /// A private cluster that another process runs.
    Elsewhere { pid: Option<u32> },
    /// The server of `DATABASE_URL`.
    Given,
}

/// A database and how to get in.
#[derive(Debug)]
pub(crate) struct Backing {
    pub(crate) place: Place,
    /// The address, with the request path's login only when one was given.
    pub(crate) address: tenantry_db::Config,
    /// An administrator's way in.
    pub(crate) administrator: tenantry_db::Config,
}

impl Backing {
    /// Starts the private cluster, or takes the given address.
    pub(crate) async fn open(config: &Config) -> Result<Self, Trouble> {
        match &config.database {
            Some(address) => Ok(Self::given(config, address)),
            None => Ok(Self::start(config).await.map_err(|error| failure::of_cluster(&error))?),
        }
    }

    /// As [`open`](Self::open), but also when another process has the cluster running: for looking, not for changing.
    pub(crate) async fn attach(config: &Config) -> Result<Self, Trouble> {
        if let Some(address) = &config.database {
            return Ok(Self::given(config, address));
        }
        match Self::start(config).await {
            Ok(backing) => Ok(backing),
            Err(error) => match (&error, running(config)) {
                (EmbeddedError::InUse { pid, .. }, Some(server)) => {
                    Ok(Self::private(Place::Elsewhere { pid: *pid }, &server))
                }
                _ => Err(failure::of_cluster(&error).into()),
            },
        }
    }

    /// Whether the data directory holds a private cluster already.
    pub(crate) fn is_there(config: &Config) -> bool {
        config.data_dir.join("postgres/PG_VERSION").exists()
    }

    fn given(config: &Config, address: &tenantry_db::Config) -> Self {
        let administrator = config.administrator.as_ref().unwrap_or(address).clone();
        Self { place: Place::Given, address: address.clone(), administrator }
    }

    async fn start(config: &Config) -> Result<Self, EmbeddedError> {
        let options = Options {
            data_dir: config.data_dir.clone(),
            binaries: config.postgres_bin.clone(),
            search_path: config.search_path.clone(),
        };
        let started = tokio::task::spawn_blocking(move || Cluster::start(&options)).await;
        let cluster = started.map_err(|_| EmbeddedError::SupervisorGone)??;
        let server = Server {
            socket_directory: cluster.socket_dir().to_owned(),
            port: cluster.port(),
            password: cluster.password().to_owned(),
        };
        Ok(Self::private(Place::Private(Box::new(cluster)), &server))
    }

    fn private(place: Place, server: &Server) -> Self {
        let mut address = tenantry_db::Config::new();
        address.host_path(&server.socket_directory).port(server.port).dbname(DATABASE);
        let mut administrator = address.clone();
        administrator.user(SUPERUSER).password(&server.password);
        Self { place, address, administrator }
    }

    /// The private cluster, when this process runs it.
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        match &self.place {
            Place::Private(cluster) => Some(cluster),
            Place::Elsewhere { .. } | Place::Given => None,
        }
    }

    /// Whether the cluster is a private one, whoever runs it.
    pub(crate) const fn is_private(&self) -> bool {
        !matches!(self.place, Place::Given)
    }

    /// Makes the database of a private cluster when it is not there yet.
    pub(crate) async fn ensure_database(&self) -> Result<(), Trouble> {
        if self.is_private() {
            let mut maintenance = self.administrator.clone();
            maintenance.dbname("postgres");
            let made = bootstrap::ensure_database(&maintenance, DATABASE).await;
            made.map_err(|error| failure::of_database(&error))?;
        }
        Ok(())
    }

    /// What the server's doors need to know.
    pub(crate) fn target(&self, config: &Config) -> Target {
        Target {
            config: self.address.clone(),
            is_behind_pooler: config.is_behind_pooler,
            connections: config.connections,
        }
    }

    /// The address with the login that reads the history of migrations.
    pub(crate) fn reader(&self, secret: &MasterSecret) -> tenantry_db::Config {
        let mut reader = self.address.clone();
        reader.user(Login::Platform.role()).password(Login::Platform.password(secret));
        reader
    }

    /// The database's name.
    pub(crate) fn database(&self) -> &str {
        self.address.get_dbname().or(self.address.get_user()).unwrap_or(DATABASE)
    }

    /// Stops the private cluster and waits until it is gone.
    pub(crate) async fn close(self) -> Result<(), Trouble> {
        let Place::Private(cluster) = self.place else { return Ok(()) };
        let stopped = tokio::task::spawn_blocking(move || cluster.stop()).await;
        let stopped = stopped.unwrap_or(Err(EmbeddedError::SupervisorGone));
        Ok(stopped.map_err(|error| failure::of_cluster(&error))?)
    }
}

/// How to reach a private cluster.
struct Server {
    socket_directory: PathBuf,
    port: u16,
    password: String,
}

/// The private cluster that another process runs, as PostgreSQL's own lock file describes it: its fourth line is
/// the port and its fifth the directory of the socket.
fn running(config: &Config) -> Option<Server> {
    let lock = std::fs::read_to_string(config.data_dir.join("postgres/postmaster.pid")).ok()?;
    let mut lines = lock.lines().skip(3);
    let port = lines.next()?.trim().parse().ok()?;
    let socket_directory = PathBuf::from(lines.next()?.trim());
    let password = std::fs::read_to_string(config.data_dir.join("superuser.password")).ok()?;
    Some(Server { socket_directory, port, password: password.trim().to_owned() })
}
