//! Migrations there and back, twice at once, changed, unknown and failing.

use std::path::Path;

use tenantry_db::Login;
use tenantry_db::migrate::{Component, MigrateError, Migration, Migrator};
use tenantry_store::migrations::control_plane;
use tenantry_testkit::{TestDatabase, secret};

use crate::schema_dump::schema;

/// The control plane up to a migration.
fn up_to(count: usize) -> Component {
    let all = control_plane();
    Component { name: all.name, migrations: all.migrations.into_iter().take(count).collect() }
}

fn with(name: &'static str, up: &'static str) -> Component {
    let mut all = control_plane();
    let version = i32::try_from(all.migrations.len()).unwrap() + 1;
    all.migrations.push(Migration { version, name, up: up.into(), down: "select 1".into() });
    all
}

async fn migrator(database: &TestDatabase, component: Component) -> Migrator {
    Migrator::connect(&database.admin_config(), vec![component], database.tasks()).await.unwrap()
}

/// How many migrations the isolation contract has, which come first.
const CONTRACT: usize = 2;

fn head() -> usize {
    control_plane().migrations.len()
}

/// House 7a. From nothing to the head is what `schema.sql` says. `TENANTRY_BLESS=1` writes it.
#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "blessing is asked for in the environment of the test"
)]
async fn from_nothing_to_the_head_is_the_checked_in_schema() {
    let database = TestDatabase::empty().await;
    migrator(&database, control_plane()).await.up().await.unwrap();
    let found = schema(&database);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
    if std::env::var_os("TENANTRY_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &found).unwrap();
    }
    let listed = std::fs::read_to_string(&path).unwrap();
    assert!(
        found == listed,
        "schema.sql differs; look at the change, then run it with TENANTRY_BLESS=1\n{}",
        difference(&listed, &found)
    );
}

fn difference(before: &str, after: &str) -> String {
    let only = |these: &str, those: &str, mark: &str| -> String {
        these
            .lines()
            .filter(|line| !those.lines().any(|other| other == *line))
            .map(|line| format!("{mark} {line}\n"))
            .collect()
    };
    only(before, after, "-") + &only(after, before, "+")
}

/// House 7b. Each way back leads to exactly the schema before, down to nothing, and up again to the head.
#[tokio::test]
async fn every_way_back_restores_the_schema_before() {
    let database = TestDatabase::empty().await;
    let mut before = vec![schema(&database)];
    for count in 0..=head() {
        migrator(&database, up_to(count)).await.up().await.unwrap();
        before.push(schema(&database));
    }
    let top = before.pop().unwrap();
    let mut all = migrator(&database, control_plane()).await;
    assert!(all.up().await.unwrap().is_empty());
    for (place, expected) in before.iter().enumerate().rev() {
        // Before the first of the control plane there is the whole contract, and before that nothing.
        let labels = all.down(if place == 0 { CONTRACT } else { 1 }).await.unwrap();
        let found = schema(&database);
        assert!(found == *expected, "{labels:?}\n{}", difference(expected, &found));
    }
    assert!(all.down(1).await.unwrap().is_empty());
    assert_eq!(all.up().await.unwrap().len(), head() + CONTRACT);
    assert!(schema(&database) == top);
    assert_eq!(all.down(usize::MAX).await.unwrap().len(), head() + CONTRACT);
    assert!(schema(&database) == before[0]);
}

/// Two at once: one does the work, the other waits and finds nothing left to do.
#[tokio::test]
async fn two_migrators_at_once_do_the_work_once() {
    let database = TestDatabase::empty().await;
    let mut first = migrator(&database, control_plane()).await;
    let mut second = migrator(&database, control_plane()).await;
    let (one, other) = tokio::join!(first.up(), second.up());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.len() + other.len(), head() + CONTRACT);
    assert!(one.is_empty() || other.is_empty());
    let status = first.status().await.unwrap();
    assert_eq!(status.len(), head() + CONTRACT);
    assert!(status.iter().all(|step| step.applied_at.is_some()));
}

/// Two databases of one server at once: roles belong to both, and one waits for the other.
#[tokio::test]
async fn two_databases_of_one_server_are_migrated_at_once() {
    let (one, other) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let migrate = async |database: &TestDatabase| {
        let mut migrator = migrator(database, control_plane()).await;
        migrator.up().await.unwrap();
        for _ in 0..5 {
            migrator.install_secrets(&secret(), &database.keys()).await.unwrap();
        }
    };
    tokio::join!(migrate(&one), migrate(&other));
    for database in [&one, &other] {
        assert!(schema(database).contains("tenantry.projects"));
        assert_eq!(
            database
                .raw(Login::App)
                .await
                .query("select from tenantry.projects", &[])
                .await
                .unwrap()
                .len(),
            0
        );
    }
}

/// A migration whose text was changed after it was applied stops everything; nothing is done.
#[tokio::test]
async fn a_changed_migration_is_refused() {
    let database = TestDatabase::empty().await;
    migrator(&database, up_to(2)).await.up().await.unwrap();
    let before = schema(&database);
    let mut changed = control_plane();
    changed.migrations[1].up.to_mut().push_str("\n-- one more line");
    let mut migrator = migrator(&database, changed).await;
    for refused in
        [migrator.up().await.err(), migrator.down(1).await.err(), migrator.status().await.err()]
    {
        let Some(MigrateError::Changed { migration }) = refused else { panic!("{refused:?}") };
        assert_eq!(migration, "control-plane/0002_create_organizations");
    }
    assert!(schema(&database) == before);
}

/// A database that a newer version migrated is left alone.
#[tokio::test]
async fn an_unknown_migration_is_refused() {
    let database = TestDatabase::empty().await;
    migrator(&database, control_plane()).await.up().await.unwrap();
    let before = schema(&database);
    let mut older = migrator(&database, up_to(2)).await;
    for refused in [older.up().await.err(), older.down(1).await.err(), older.status().await.err()] {
        let Some(MigrateError::Unknown { migration }) = refused else { panic!("{refused:?}") };
        assert_eq!(migration, "control-plane/0003_create_projects");
    }
    assert!(schema(&database) == before);
}

/// A step that fails leaves nothing behind, keeps what was applied before, and lets the next one in.
#[tokio::test]
async fn a_failing_step_leaves_nothing_and_lets_the_next_one_in() {
    let database = TestDatabase::empty().await;
    let failing = with(
        "fail",
        "create table tenantry.left_behind (id int primary key); insert into tenantry.left_behind values (1); select 1 / 0",
    );
    let mut first = migrator(&database, failing).await;
    let Err(MigrateError::Step { migration, source }) = first.up().await else {
        panic!("it did not fail")
    };
    assert_eq!(migration, format!("control-plane/{:04}_fail", head() + 1));
    assert_eq!(source.code().unwrap().code(), "22012");
    let applied: Vec<bool> =
        first.status().await.unwrap().iter().map(|step| step.applied_at.is_some()).collect();
    assert_eq!(applied.iter().filter(|done| **done).count(), head() + CONTRACT);
    assert_eq!(applied.last(), Some(&false));
    assert!(!schema(&database).contains("left_behind"));
    // The first one is still connected.
    let mended = with("mend", "create table tenantry.mended (id int primary key)");
    let labels = migrator(&database, mended).await.up().await.unwrap();
    assert_eq!(labels, [format!("control-plane/{:04}_mend", head() + 1)]);
    let owner: String = database
        .admin()
        .await
        .query_one(
            "select relowner::regrole::text from pg_class where oid = 'tenantry.mended'::regclass",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(owner, "tenantry_owner");
}

/// Only an administrator migrates; a login of the request path is told so.
#[tokio::test]
async fn a_login_that_is_not_an_administrator_is_refused() {
    let database = TestDatabase::create().await;
    for login in Login::ALL {
        let config = database.login_config(login);
        let mut migrator =
            Migrator::connect(&config, vec![control_plane()], database.tasks()).await.unwrap();
        for refused in [migrator.up().await, migrator.down(1).await] {
            let Err(MigrateError::NotAdministrator { login: named }) = refused else {
                panic!("{refused:?}")
            };
            assert_eq!(named, login.role());
        }
    }
}
