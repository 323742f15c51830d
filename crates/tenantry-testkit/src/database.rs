//! A database for one test.

use std::sync::atomic::{AtomicU32, Ordering};

use tenantry_core::secret::MasterSecret;
use tenantry_core::{Clock, ContextKeys};
use tenantry_db::{Config, Database, Login, Target};
use tokio_postgres::{Client, NoTls};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::cluster::{TEMPLATE, TestCluster, keys};

/// The master secret of every test.
pub fn secret() -> MasterSecret {
    MasterSecret::parse("test-only-7f3a9c51e8d24b06a1c7f09e5d8b3a62").unwrap()
}

/// A fresh copy of the migrated template. Dropped, it is removed.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    cluster: &'static TestCluster,
    tasks: TaskTracker,
}

impl TestDatabase {
    /// A migrated database with nothing in it.
    pub async fn create() -> Self {
        Self::copy_of(TEMPLATE).await
    }

    /// A database that was never migrated.
    pub async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    async fn copy_of(template: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let cluster = TestCluster::get();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let admin = connect(&cluster.admin("postgres")).await;
        admin.batch_execute(&format!("drop database if exists {name} with (force)")).await.unwrap();
        admin
            .batch_execute(&format!(
                "create database {name} template {template} strategy file_copy"
            ))
            .await
            .unwrap();
        if template == TEMPLATE {
            // A copy has the template's objects, but not its privileges as a database.
            let revoke = format!("revoke temporary, create on database {name} from public");
            admin.batch_execute(&revoke).await.unwrap();
        }
        Self { name, cluster, tasks: TaskTracker::new() }
    }

    /// The server's own view: its doors, by its own logins.
    pub fn open(&self, clock: Clock) -> Database {
        Database::new(&self.target(), &secret(), clock, &self.tasks).unwrap()
    }

    /// How the server reaches it.
    pub fn target(&self) -> Target {
        Target { config: self.cluster.address(&self.name), is_behind_pooler: false, connections: 4 }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The keys that its contract accepts.
    pub fn keys(&self) -> ContextKeys {
        keys()
    }

    /// A configuration of the superuser.
    pub fn admin_config(&self) -> Config {
        self.cluster.admin(&self.name)
    }

    /// A configuration of one of the server's logins, as an attacker with its password would have it.
    pub fn login_config(&self, login: Login) -> Config {
        let mut config = self.cluster.address(&self.name);
        config.user(login.role()).password(login.password(&secret()));
        config
    }

    /// A plain connection of the superuser, for looking at what is really there.
    pub async fn admin(&self) -> Client {
        connect(&self.admin_config()).await
    }

    /// A plain connection of one of the server's logins, past every door.
    pub async fn raw(&self, login: Login) -> Client {
        connect(&self.login_config(login)).await
    }

    /// Makes the tables of the counts when no migration of the template did.
    pub async fn ensure_counts(&self) {
        let tables = "create unlogged table if not exists tenantry.rate_windows \
                        (name text, started_at timestamptz, count bigint not null, primary key (name, started_at)); \
                      create table if not exists tenantry.request_counts \
                        (organization_id uuid, period date, requests bigint not null, primary key (organization_id, period)); \
                      grant select, insert, update, delete on tenantry.rate_windows, tenantry.request_counts to tenantry_platform";
        self.admin().await.batch_execute(tables).await.unwrap();
    }

    /// The tasks of this database's connections.
    pub fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// One number from the database, as the superuser sees it.
    pub async fn count(&self, sql: &str, id: Uuid) -> i64 {
        self.admin().await.query_one(sql, &[&id]).await.unwrap().get(0)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let config = self.cluster.admin("postgres");
        let statement = format!("drop database if exists {} with (force)", self.name);
        // A failing test may drop it while unwinding; what is left goes with the cluster.
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let admin = connect(&config).await;
                admin.batch_execute(&statement).await.map_err(std::io::Error::other)
            })
        });
        drop(removed.join());
    }
}

/// A connection that is driven in the background.
#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
pub(crate) async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
