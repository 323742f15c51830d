//! The four sample databases of `examples/*/before`, loaded as their applications own them: by a login without any rights
//! beyond its own database. What is right about them is in [`GroundTruth`].

mod checksum;
mod ground_truth;
mod scripts;

use std::collections::BTreeSet;

use tenantry_db::Config;
use tenantry_testkit::TestDatabase;
use tokio_postgres::{Client, NoTls};
use tokio_util::task::TaskTracker;

pub(crate) use checksum::{Contents, contents_checksum};
pub(crate) use ground_truth::GroundTruth;
pub(crate) use scripts::{Sample, Size};

/// A loaded sample, and how its application reaches it.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// Which one.
    pub(crate) sample: Sample,
    /// The application's login: it owns the database and everything in it, and no other.
    pub(crate) login: String,
    /// Its password.
    pub(crate) password: String,
    /// As that login.
    pub(crate) config: Config,
    tasks: TaskTracker,
}

impl Sample {
    /// Loads it with about so many rows.
    pub(crate) async fn load(self, database: &TestDatabase, rows: u64) -> Loaded {
        self.load_sized(database, Size::of(rows)).await
    }

    /// Loads it with exactly these numbers.
    pub(crate) async fn load_sized(self, database: &TestDatabase, size: Size) -> Loaded {
        let loaded = self.prepared(database).await;
        let client = loaded.connect().await;
        client.batch_execute(self.schema()).await.unwrap();
        client.batch_execute(&self.rows(size)).await.unwrap();
        loaded
    }

    /// Makes the login and gives it the database.
    async fn prepared(self, database: &TestDatabase) -> Loaded {
        let (name, password) = (database.name(), "only-for-tests".to_owned());
        let login = format!("{name}_{}", self.name());
        let owns = format!(
            "drop role if exists {login};
             create role {login} login password '{password}';
             alter database {name} owner to {login};"
        );
        database.admin().await.batch_execute(&owns).await.unwrap();
        let mut config = database.admin_config();
        config.user(&login).password(&password).application_name(self.name());
        Loaded { sample: self, login, password, config, tasks: database.tasks().clone() }
    }
}

impl Loaded {
    /// Another connection of the application's login.
    pub(crate) async fn connect(&self) -> Client {
        let (client, connection) = self.config.connect(NoTls).await.unwrap();
        self.tasks.spawn(connection);
        client
    }

    /// Where tasks of this database run.
    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }
}

#[tokio::test]
async fn each_sample_loads_as_a_plain_login_with_the_tables_that_its_ground_truth_names() {
    for sample in Sample::ALL {
        let database = TestDatabase::empty().await;
        let loaded = sample.load(&database, 1_000).await;
        let admin = database.admin().await;
        let contents = contents_checksum(&admin).await;
        let truth = GroundTruth::of(sample);
        let bare = |name: &String| name.trim_start_matches("public.").trim_matches('"').to_owned();
        let found: BTreeSet<String> = contents.keys().map(bare).collect();
        assert_eq!(found, truth.tables.keys().cloned().collect(), "{sample:?}");
        assert!(contents.values().all(|table| table.rows > 0), "{sample:?} {contents:?}");
        let rows: i64 = contents.values().map(|table| table.rows).sum();
        assert!((700..1_500).contains(&rows), "{sample:?} has {rows} rows");
        assert!(!loaded.password.is_empty());
        plain_login_owns_all(&admin, &loaded).await;
    }
}

/// No superuser, no right to bypass anything, and the owner of every table.
async fn plain_login_owns_all(admin: &Client, loaded: &Loaded) {
    let role = admin
        .query_one(
            "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = $1",
            &[&loaded.login],
        )
        .await
        .unwrap();
    assert!(!role.get::<_, bool>(0));
    let foreign = admin
        .query_one(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relowner::regrole::text <> $1",
            &[&loaded.login],
        )
        .await
        .unwrap();
    assert_eq!(foreign.get::<_, i64>(0), 0);
}

#[tokio::test]
async fn voiceforge_has_exactly_the_rows_that_are_asked_for_and_the_same_ones_each_time() {
    let size = Size { rows: 0, crawls: 7, contents: 70, chunks: 2_100 };
    let mut seen: Vec<[Contents; 3]> = Vec::new();
    for _ in 0..2 {
        let database = TestDatabase::empty().await;
        Sample::Voiceforge.load_sized(&database, size).await;
        let client = database.admin().await;
        // Not the templates: the predefined ones bear the hour of loading.
        let contents = contents_checksum(&client).await;
        let rows = |table: &str| contents[&format!("public.{table}")].rows;
        assert_eq!((rows("crawls"), rows("contents"), rows("content_chunks")), (7, 70, 2_100));
        seen.push(
            ["crawls", "contents", "content_chunks"]
                .map(|table| contents[&format!("public.{table}")].clone()),
        );
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn the_references_that_the_ground_truth_calls_true_hold_in_the_rows() {
    for sample in Sample::ALL {
        let database = TestDatabase::empty().await;
        sample.load(&database, 3_000).await;
        let admin = database.admin().await;
        for soft in GroundTruth::of(sample).soft {
            let (filled, missing) = soft.measured(&admin).await;
            assert!(filled > 0, "{sample:?} {soft:?}");
            assert_eq!(missing > 0, soft.is_sometimes_dangling, "{sample:?} {soft:?}: {missing}");
            assert_eq!(
                soft.has_empty(&admin).await,
                soft.is_sometimes_empty,
                "{sample:?} {soft:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_checksum_sees_a_changed_value_and_no_organization() {
    let database = TestDatabase::empty().await;
    Sample::Voiceforge.load(&database, 1_000).await;
    let admin = database.admin().await;
    let before = contents_checksum(&admin).await;
    admin
        .batch_execute(
            "alter table contents add column organization_id uuid not null default gen_random_uuid()",
        )
        .await
        .unwrap();
    assert_eq!(contents_checksum(&admin).await, before);
    admin
        .batch_execute(
            "update contents set title = title || '.' where id = (select id from contents limit 1)",
        )
        .await
        .unwrap();
    let after = contents_checksum(&admin).await;
    let changed: Vec<_> = after.iter().filter(|(name, sum)| before[*name] != **sum).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(changed[0].0, "public.contents");
}
