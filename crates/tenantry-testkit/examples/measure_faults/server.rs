//! A cluster that may be mistreated, and the service on it behind a wire that can fail.

use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tenantry_embedded::{Cluster, ClusterState};
use tenantry_testkit::{App, FaultProxy, TestCluster, TestDatabase};
use tokio_postgres::{Client, NoTls};

/// The parts, in the order in which they end.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) proxy: FaultProxy,
    cluster: Cluster,
    reached: &'static TestCluster,
    directory: TempDir,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_owned();
        let start = tokio::task::spawn_blocking(move || TestCluster::start(&path));
        let (cluster, reached) = start.await.unwrap();
        let reached: &'static TestCluster = Box::leak(Box::new(reached));
        let database = TestDatabase::create_in(reached).await;
        // The test cluster trades durability for time; here a kill must lose nothing.
        let admin = database.admin().await;
        for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
            admin.batch_execute(&format!("alter system reset {setting}")).await.unwrap();
        }
        // A follower replays more than this cluster's own settings let it write.
        for setting in ["max_connections = 40", "wal_level = replica", "max_wal_senders = 2"] {
            admin.batch_execute(&format!("alter system set {setting}")).await.unwrap();
        }
        let proxy = FaultProxy::start(&database.target().config, database.tasks());
        let app = App::behind(&proxy, database, 4).await;
        let server = Self { app, proxy, cluster, reached, directory };
        // For max_connections, which is read at a start.
        server.signal_postmaster("KILL");
        server.is_up_again().await;
        server
    }

    fn postmaster(&self) -> Option<u32> {
        match self.cluster.state() {
            ClusterState::Running { pid } => Some(pid),
            _ => None,
        }
    }

    /// Sends a signal to the postmaster only.
    pub(crate) fn signal_postmaster(&self, signal: &str) {
        let pid = self.postmaster().unwrap().to_string();
        run(Command::new("kill").arg(format!("-{signal}")).arg(pid));
    }

    /// Sends a signal to every process of the server.
    pub(crate) fn signal_all(&self, signal: &str) {
        let postmaster = self.postmaster().unwrap().to_string();
        run(Command::new("kill").arg(format!("-{signal}")).arg(&postmaster));
        let listed =
            Command::new("ps").args(["-o", "pid=", "--ppid", &postmaster]).output().unwrap();
        for pid in String::from_utf8(listed.stdout).unwrap().split_whitespace() {
            // One may have ended since it was listed.
            drop(Command::new("kill").arg(format!("-{signal}")).arg(pid).output().unwrap());
        }
    }

    /// Waits until a new postmaster takes connections.
    pub(crate) async fn is_up_again(&self) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let config = self.reached.admin("postgres");
        while config.connect(NoTls).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Takes what is left of the server's connections.
    pub(crate) async fn take_every_connection(&self) -> Vec<Client> {
        let mut config = self.reached.address("postgres");
        config.user("greedy").password("greedy");
        let admin = self.app.database.admin().await;
        let role = "drop role if exists greedy; create role greedy login password 'greedy'";
        admin.batch_execute(role).await.unwrap();
        let mut taken = Vec::new();
        while let Ok((client, connection)) = config.connect(NoTls).await {
            tokio::spawn(connection);
            taken.push(client);
        }
        taken
    }

    /// Starts again as a follower that has nobody to follow: it is read, and takes no changes.
    pub(crate) async fn follow_nobody(&self) {
        let admin = self.app.database.admin().await;
        let row = admin.query_one("show data_directory", &[]).await.unwrap();
        let data: String = row.get(0);
        assert!(data.starts_with(&*self.directory.path().to_string_lossy()), "not ours: {data}");
        std::fs::write(format!("{data}/standby.signal"), "").unwrap();
        self.signal_postmaster("KILL");
        self.is_up_again().await;
    }

    /// Takes changes again.
    pub(crate) async fn promote(&self) {
        let admin = self.app.database.admin().await;
        admin.batch_execute("select pg_promote()").await.unwrap();
    }

    pub(crate) async fn stop(self) {
        let Self { app, proxy, cluster, .. } = self;
        app.doors.close();
        drop((app, proxy));
        tokio::task::spawn_blocking(move || cluster.stop().unwrap()).await.unwrap();
    }
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}
