//! The real program on a database that outlives it: a cluster of its own, with durability on, and a server process
//! that may be killed and started again. Tests have [`App`](crate::App), which is faster; this is for programs that
//! kill and measure.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tenantry_db::Config;
use tenantry_embedded::{Cluster, Options};
use tokio_postgres::Client;

use crate::wire::Wire;

const DATABASE: &str = "endurance";
const SECRET: &str = "endurance-3b1f6c9d20e84a57b6d0c2f4e8a19573";

/// A migrated database in a cluster of its own, and where a server for it listens.
#[derive(Debug)]
pub struct Stage {
    /// Where the server listens, each time.
    pub address: SocketAddr,
    cluster: Option<Cluster>,
    binary: PathBuf,
    folder: TempDir,
}

/// A running server. Dropped, it is killed.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
}

impl Stage {
    /// Starts the cluster and migrates the database. The program is the one that was built beside this one.
    pub async fn set() -> Self {
        let folder = tempfile::Builder::new().prefix("tenantry-endurance-").tempdir().unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let options = Options {
            data_dir: folder.path().join("cluster"),
            binaries: std::env::var_os("TENANTRY_POSTGRES_BIN").map(PathBuf::from),
            search_path: std::env::var_os("PATH"),
        };
        let start = tokio::task::spawn_blocking(move || Cluster::start(&options).unwrap());
        let cluster = start.await.unwrap();
        let stage =
            Self { address: free_address(), cluster: Some(cluster), binary: binary(), folder };
        let admin = stage.connect("postgres").await;
        admin.batch_execute(&format!("create database {DATABASE}")).await.unwrap();
        let url = stage.url(true);
        let migrated = stage
            .command(&["migrate", "up"])
            .env("TENANTRY_ADMIN_DATABASE_URL", url)
            .output()
            .unwrap();
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        stage
    }

    /// Starts the server and returns at once, before it is ready.
    pub fn start(&self) -> ServerProcess {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("server.log"));
        let mut command = self.command(&["serve"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log.unwrap());
        ServerProcess { child: command.spawn().unwrap() }
    }

    /// Starts the server and waits until it takes work.
    pub fn start_ready(&self) -> ServerProcess {
        let server = self.start();
        let started = Instant::now();
        while !Wire::new(self.address).get("/readyz").is_ok_and(|reply| reply.status == 200) {
            assert!(started.elapsed() < Duration::from_secs(60), "not ready; see {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// A connection of the superuser to the server's database.
    pub async fn admin(&self) -> Client {
        self.connect(DATABASE).await
    }

    /// What the server has logged, in the end.
    pub fn log(&self) -> String {
        let text =
            std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// The process id of the postmaster.
    pub fn postmaster(&self) -> u32 {
        match self.cluster().state() {
            tenantry_embedded::ClusterState::Running { pid } => pid,
            other => panic!("the cluster is not running: {other:?}"),
        }
    }

    /// Stops the cluster; its folder is removed.
    pub async fn clear(mut self) {
        let cluster = self.cluster.take().unwrap();
        tokio::task::spawn_blocking(move || cluster.stop().unwrap()).await.unwrap();
    }

    fn cluster(&self) -> &Cluster {
        self.cluster.as_ref().unwrap()
    }

    async fn connect(&self, database: &str) -> Client {
        let cluster = self.cluster();
        let mut config = Config::new();
        config.host_path(cluster.socket_dir()).port(cluster.port()).dbname(database);
        config.user(cluster.superuser()).password(cluster.password());
        crate::database::connect(&config).await
    }

    fn url(&self, has_login: bool) -> String {
        let cluster = self.cluster();
        let socket = cluster.socket_dir().display().to_string().replace('/', "%2F");
        let login = match has_login {
            true => format!("{}:{}@", cluster.superuser(), cluster.password()),
            false => String::new(),
        };
        format!("postgres://{login}{socket}:{}/{DATABASE}", cluster.port())
    }

    /// The program, with nothing of this process's environment but the path. Limits of rate are off: what is
    /// measured is what the server can do.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("DATABASE_URL", self.url(false)).env("JWT_SECRET_KEY", SECRET);
        command.env("TENANTRY_LISTEN", self.address.to_string());
        command.env("ACCESS_TOKEN_EXPIRE_MINUTES", "1440").env("TENANTRY_LOG", "warn");
        for limit in ["ORGANIZATION", "KEY", "ADDRESS"] {
            command.env(format!("TENANTRY_RATE_LIMIT_{limit}"), "0");
        }
        command
    }
}

impl ServerProcess {
    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let ended = self.child.kill().and_then(|()| self.child.wait());
            assert!(ended.is_ok(), "could not end the server {}", self.child.id());
        }
    }
}

/// The program of the same build as this one: examples lie in a folder beside it.
fn binary() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let binary = own.parent().and_then(|folder| folder.parent()).unwrap().join("tenantry");
    assert!(
        binary.exists(),
        "{} is not there: cargo build -p tenantry, in the same profile",
        binary.display()
    );
    binary
}

/// A free address below the ports that the system hands to outgoing connections.
fn free_address() -> SocketAddr {
    let offset = u16::try_from(std::process::id() % 9_000).unwrap();
    (0..9_000)
        .map(|step| SocketAddr::from((Ipv4Addr::LOCALHOST, 20_000 + (offset + step) % 9_000)))
        .find(|address| TcpListener::bind(address).is_ok())
        .unwrap()
}
