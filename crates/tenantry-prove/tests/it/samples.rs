//! The databases of `examples/leaky`: each loads, is mended by its own statements, and says how it is proved.
//!
//! Their roles have plain names, because people load them by hand, and roles belong to the whole cluster: whoever loads
//! a sample holds its lock, or another test would mend its roles in between.

// With its path, because `examples/measure_prove.rs` includes this file from elsewhere.
#[cfg(test)]
#[path = "samples/findings.rs"]
mod findings;

use std::path::PathBuf;

use tenantry_testkit::TestDatabase;
use tokio_postgres::{Client, NoTls};

use crate::databases::stated;

/// A sample, loaded.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) sql: String,
    pub(crate) fix: String,
    pub(crate) database: TestDatabase,
    _lock: Client,
}

impl Sample {
    /// Loads it into a database of its own, and keeps every other test from doing so until it is dropped.
    pub(crate) async fn load(name: &str) -> Self {
        let sql = read(&format!("{name}.sql"));
        let fix = read(&format!("{name}.fix.sql"));
        let database = if stated(&sql, "needs") == ["tenantry"] {
            TestDatabase::create().await
        } else {
            TestDatabase::empty().await
        };
        let lock = locked(&database, name).await;
        run(&database, &sql).await;
        Self { sql, fix, database, _lock: lock }
    }

    /// Runs the statements that mend it.
    pub(crate) async fn mend(&self) {
        run(&self.database, &self.fix).await;
    }

    /// What the comment says, and the fix's own comment when it says otherwise.
    pub(crate) fn stated(&self, word: &str, is_mended: bool) -> Vec<&str> {
        let mended = if is_mended { stated(&self.fix, word) } else { Vec::new() };
        if mended.is_empty() { stated(&self.sql, word) } else { mended }
    }
}

/// The samples' names, in order.
pub(crate) fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        files.filter_map(|file| Some(file.strip_suffix(".fix.sql")?.to_owned())).collect();
    names.sort();
    names
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/leaky"))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(folder().join(file)).unwrap()
}

async fn run(database: &TestDatabase, sql: &str) {
    let done = database.admin().await.batch_execute(sql).await;
    done.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
}

/// A connection to the one database that all tests share, with the sample's lock. The lock ends with the connection.
#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
async fn locked(database: &TestDatabase, name: &str) -> Client {
    let mut config = database.admin_config();
    let (client, connection) = config.dbname("postgres").connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.execute("select pg_advisory_lock(hashtextextended($1, 0))", &[&name]).await.unwrap();
    client
}

/// In two databases, because somebody who looks at one sample after another has one cluster, where the roles are there
/// already.
#[tokio::test]
async fn every_sample_loads_and_is_mended_in_a_cluster_that_knows_its_roles() {
    for database in [TestDatabase::create().await, TestDatabase::create().await] {
        for name in names() {
            let _lock = locked(&database, &name).await;
            run(&database, &read(&format!("{name}.sql"))).await;
            run(&database, &read(&format!("{name}.fix.sql"))).await;
        }
    }
}

#[test]
fn every_sample_says_how_it_is_proved_and_is_explained() {
    let readme = read("README.md");
    assert_eq!(names().len(), 15);
    for name in names() {
        assert!(readme.contains(&format!("[{name}]({name}.sql)")), "{name} is not in the README");
        for file in [format!("{name}.sql"), format!("{name}.fix.sql")] {
            let sql = read(&file);
            assert!(
                file.contains(".fix.") || stated(&sql, "role").len() == 1,
                "{file} has no role"
            );
            let contexts = stated(&sql, "context");
            assert!(file.contains(".fix.") || contexts.len() == 1, "{file} has no context");
            let is_usable = |context: &&str| {
                *context == "sealed" || context.contains("{org}") || context.contains("{user}")
            };
            assert!(contexts.iter().all(is_usable), "{file}: {contexts:?}");
        }
    }
}
