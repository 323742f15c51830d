//! Every statement of every file of the store, prepared and planned by the login of its door: a name that
//! does not exist, a type that does not fit, and a privilege that is missing show here.

use std::collections::BTreeSet;
use std::path::Path;

use tenantry_db::{Login, Platform, Statement, Tenant};
use tenantry_store::{
    access_changes, admissions, audit_events, clients, demo, directory, idempotency_keys, members,
    operators, organizations, project_members, project_settings, project_stats, projects,
    rate_windows, refresh_tokens, request_counts, sessions, setup_tokens, signing_keys, sweep,
    usage, users,
};
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

pub(crate) const TENANT: &[(&str, &[Statement<Tenant>])] = &[
    ("audit_events", audit_events::STATEMENTS),
    ("clients", clients::STATEMENTS),
    ("idempotency_keys", idempotency_keys::STATEMENTS),
    ("members", members::STATEMENTS),
    ("organizations", organizations::STATEMENTS),
    ("project_members", project_members::STATEMENTS),
    ("project_settings", project_settings::STATEMENTS),
    ("project_stats", project_stats::STATEMENTS),
    ("projects", projects::STATEMENTS),
    ("usage", usage::STATEMENTS),
];

/// Statements that hand the organization to a function of the schema, which compares it with the seal.
const BY_FUNCTION: [&str; 5] = [
    "organizations::CLAIM_SLUG",
    "usage::STORED",
    "members::PAGE",
    "members::GET",
    "project_members::PAGE",
];

pub(crate) const PLATFORM: &[(&str, &[Statement<Platform>])] = &[
    ("organizations", organizations::founding::STATEMENTS),
    ("access_changes", access_changes::STATEMENTS),
    ("admissions", admissions::STATEMENTS),
    ("demo", demo::STATEMENTS),
    ("directory", directory::STATEMENTS),
    ("rate_windows", rate_windows::STATEMENTS),
    ("operators", operators::STATEMENTS),
    ("refresh_tokens", refresh_tokens::STATEMENTS),
    ("request_counts", request_counts::STATEMENTS),
    ("sessions", sessions::STATEMENTS),
    ("idempotency_keys", idempotency_keys::account::STATEMENTS),
    ("setup_tokens", setup_tokens::STATEMENTS),
    ("signing_keys", signing_keys::STATEMENTS),
    ("sweep", sweep::STATEMENTS),
    ("users", users::STATEMENTS),
];

/// Prepares it as the driver does, and asks for its plan, which checks privileges, without running it.
async fn is_possible(client: &Client, name: &str, sql: &str) -> usize {
    let prepared = client.prepare(sql).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    let count = prepared.params().len();
    let nulls = vec!["null"; count].join(", ");
    let arguments = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let explain = format!(
        "begin; prepare statement as {sql}; explain execute statement{arguments}; rollback; deallocate statement"
    );
    client.batch_execute(&explain).await.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    count
}

#[tokio::test]
async fn every_statement_is_possible_for_the_login_of_its_door() {
    let database = TestDatabase::create().await;
    let app = database.raw(Login::App).await;
    for (file, statements) in TENANT {
        for statement in *statements {
            let name = format!("{file}::{}", statement.name());
            let count = is_possible(&app, &name, statement.sql()).await;
            assert!(
                count > 0 && statement.sql().contains("$1"),
                "{name} does not name its organization"
            );
            assert!(
                statement.sql().contains("organization_id") || BY_FUNCTION.contains(&name.as_str()),
                "{name}"
            );
        }
    }
    let platform = database.raw(Login::Platform).await;
    for (file, statements) in PLATFORM {
        for statement in *statements {
            is_possible(&platform, &format!("{file}::{}", statement.name()), statement.sql()).await;
        }
    }
}

/// The check itself: what the login may not do, and what does not exist, is noticed.
#[tokio::test]
#[should_panic(expected = "permission denied for table users")]
async fn a_statement_of_the_wrong_door_is_noticed() {
    let database = TestDatabase::create().await;
    let app = database.raw(Login::App).await;
    is_possible(&app, "users::BY_ID", users::STATEMENTS[2].sql()).await;
}

/// Every file of the store that has statements is in the lists above, and no name stands twice in a file.
#[test]
fn no_file_with_statements_is_forgotten() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed: BTreeSet<&str> = TENANT
        .iter()
        .map(|(file, _)| *file)
        .chain(PLATFORM.iter().map(|(file, _)| *file))
        .collect();
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let has_statements = text.contains("statements! {") || text.contains("Statement::new(");
        assert_eq!(has_statements, listed.contains(name), "{name}");
    }
    let names = |file: &str, names: Vec<&str>| {
        let unique: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(unique.len(), names.len(), "{file}");
    };
    for (file, statements) in TENANT {
        names(file, statements.iter().map(Statement::name).collect());
    }
    for (file, statements) in PLATFORM {
        names(file, statements.iter().map(Statement::name).collect());
    }
}
