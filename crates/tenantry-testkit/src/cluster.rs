//! The cluster of a test run.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tenantry_core::ContextKeys;
use tenantry_core::context::ContextKey;
use tenantry_core::secret::Purpose;
use tenantry_db::Config;
use tenantry_db::migrate::Migrator;
use tenantry_embedded::{Cluster, Options};
use tokio_util::task::TaskTracker;

use crate::database::secret;

/// The migrated database that tests get copies of.
pub const TEMPLATE: &str = "tenantry_template";

/// Where the variable of a run points to.
const VARIABLE: &str = "TENANTRY_TEST_CLUSTER";

/// How to reach the cluster as its superuser.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TestCluster {
    socket_dir: PathBuf,
    port: u16,
    superuser: String,
    password: String,
}

impl TestCluster {
    /// The cluster of this run: the one that nextest started, or else one of this process.
    pub fn get() -> &'static Self {
        static CLUSTER: OnceLock<TestCluster> = OnceLock::new();
        CLUSTER.get_or_init(|| match std::env::var_os(VARIABLE) {
            Some(path) => serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
            None => {
                // On a thread of its own, because it may be called from inside of a runtime.
                let started = std::thread::spawn(|| {
                    let directory = tempfile::tempdir().unwrap().keep();
                    let (cluster, reached) = start(&directory);
                    std::mem::forget(cluster);
                    reached
                });
                started.join().unwrap()
            }
        })
    }

    /// An administrator's configuration for one of its databases.
    pub fn admin(&self, database: &str) -> Config {
        let mut config = self.address(database);
        config.user(&self.superuser).password(&self.password);
        config
    }

    /// The address of one of its databases, without a login.
    pub fn address(&self, database: &str) -> Config {
        let mut config = Config::new();
        config.host_path(&self.socket_dir).port(self.port).dbname(database);
        config
    }
}

impl TestCluster {
    /// Starts a cluster with the template in it.
    pub fn start(directory: &Path) -> (Cluster, Self) {
        start(directory)
    }
}

fn start(directory: &Path) -> (Cluster, TestCluster) {
    let search_path = std::env::var_os("PATH");
    let binaries = std::env::var_os("TENANTRY_POSTGRES_BIN").map(PathBuf::from);
    // The database may run as another user, who must be able to reach it.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory, open).unwrap();
    let options = Options { data_dir: directory.join("cluster"), binaries, search_path };
    let cluster =
        Cluster::start(&options).unwrap_or_else(|error| panic!("{error}\n{}", error.help()));
    let reached = TestCluster {
        socket_dir: cluster.socket_dir().to_owned(),
        port: cluster.port(),
        superuser: cluster.superuser().to_owned(),
        password: cluster.password().to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(prepare(&reached));
    (cluster, reached)
}

async fn prepare(cluster: &TestCluster) {
    let tasks = TaskTracker::new();
    let admin = crate::database::connect(&cluster.admin("postgres")).await;
    // Nothing here outlives the run: durability would only cost time.
    for statement in [
        "alter system set fsync = off",
        "alter system set synchronous_commit = off",
        "alter system set full_page_writes = off",
        "select pg_reload_conf()",
        &format!("create database {TEMPLATE}"),
    ] {
        admin.batch_execute(statement).await.unwrap();
    }
    let components = vec![tenantry_store::migrations::control_plane()];
    let mut migrator =
        Migrator::connect(&cluster.admin(TEMPLATE), components, &tasks).await.unwrap();
    migrator.up().await.unwrap();
    migrator.install_secrets(&secret(), &keys()).await.unwrap();
}

/// The context keys of every test.
pub(crate) fn keys() -> ContextKeys {
    ContextKeys::new(ContextKey::new(secret().derive(Purpose::Context)))
}
