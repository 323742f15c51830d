//! The loaded database, and copies of it to be adopted. A copy is made file by file, so that each round begins with the same
//! pages in the same order.

use std::sync::Mutex;

use tenantry_testkit::TestDatabase;
use tokio_postgres::{Client, NoTls};
use tokio_util::sync::CancellationToken;

use crate::adoption::Adoption;
use crate::samples::{Loaded, Sample, Size};

/// A database that is copied and never changed.
pub(crate) struct Original {
    database: TestDatabase,
    loaded: Loaded,
}

impl Original {
    pub(crate) async fn of(size: Size) -> Self {
        let database = TestDatabase::empty().await;
        let loaded = Sample::Voiceforge.load_sized(&database, size).await;
        let admin = database.admin().await;
        admin.batch_execute("vacuum analyze").await.unwrap();
        Self { database, loaded }
    }

    /// A copy, with nothing of it waiting to be written.
    pub(crate) async fn copy(&self) -> Adoption {
        let database = TestDatabase::empty().await;
        let name = database.name();
        let postgres = postgres(&self.database).await;
        for statement in [
            format!("drop database {name}"),
            format!(
                "create database {name} template {} owner {} strategy file_copy",
                self.database.name(),
                self.loaded.login
            ),
            "checkpoint".to_owned(),
        ] {
            postgres.batch_execute(&statement).await.unwrap();
        }
        let mut loaded = self.loaded.clone();
        loaded.config.dbname(name);
        Adoption { database, loaded, events: Mutex::default(), stop: CancellationToken::new() }
    }
}

/// An administrator outside of every database that is measured.
async fn postgres(database: &TestDatabase) -> Client {
    let mut config = database.admin_config();
    config.dbname("postgres");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    database.tasks().spawn(connection);
    client
}

/// The cluster of tests forgets what it was told when the power fails; this one must not, or waiting for the disk would not be
/// measured.
pub(crate) async fn make_durable() {
    let database = TestDatabase::empty().await;
    let postgres = postgres(&database).await;
    for statement in [
        "alter system reset all",
        "alter system set max_wal_size = '1GB'",
        "select pg_reload_conf()",
        "select pg_sleep(0.5)",
    ] {
        postgres.batch_execute(statement).await.unwrap();
    }
    let names = "fsync synchronous_commit full_page_writes wal_level max_wal_size shared_buffers autovacuum server_version";
    for name in names.split(' ') {
        let fresh = "select pg_catalog.current_setting($1::text)";
        let value: String = postgres.query_one(fresh, &[&name]).await.unwrap().get(0);
        println!("{name} = {value}");
    }
}

/// The load of the machine, as the system tells it.
pub(crate) fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split(' ').next().unwrap_or_default().to_owned()
}
