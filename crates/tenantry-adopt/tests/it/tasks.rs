//! The tasks: what operations do by code. Each test has a database of an application that knows nothing of organizations.

mod enroll;
mod merge;
mod prepare;
mod prove;

use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::Organization;
use tenantry_adopt::operation::Task;
use tenantry_adopt::operations::{Operation, Prepare};
use tenantry_adopt::run::{Installation, Observer};
use tenantry_adopt::task::{self, Context, Done, Sources};
use tenantry_testkit::{TestDatabase, secret};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The organization of every plan.
pub(crate) const ORGANIZATION: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00a1);

/// Runs a task as the engine does.
pub(crate) async fn run(
    database: &TestDatabase,
    task: Task,
    operation: impl Into<Operation>,
) -> Result<Done, AdoptError> {
    run_until(database, task, operation, &CancellationToken::new()).await
}

/// The same, with somebody who may stop it.
pub(crate) async fn run_until(
    database: &TestDatabase,
    task: Task,
    operation: impl Into<Operation>,
    stop: &CancellationToken,
) -> Result<Done, AdoptError> {
    let client = database.admin().await;
    client.batch_execute("set search_path = pg_catalog").await.unwrap();
    let (secret, keys, address) = (secret(), database.keys(), database.admin_config());
    let operation = operation.into();
    let context = Context {
        address: &address,
        client: &client,
        operation: &operation,
        installation: Installation { secret: &secret, keys: &keys },
        observer: Observer(&|_| ()),
        stop,
        sources: Sources::PLAIN,
    };
    task::run(task, &context).await
}

/// A plan's preparation for a whole database.
pub(crate) fn whole() -> Prepare {
    Prepare {
        organization: Organization { name: "Acme GmbH".to_owned(), slug: "acme".to_owned() },
        id: ORGANIZATION,
        root: None,
        quarantine: None,
        logins: Vec::new(),
    }
}

/// Whether an action's question is answered with yes.
pub(crate) async fn is_done(client: &Client, done: &str) -> bool {
    client.query_one(done, &[]).await.unwrap().get(0)
}

/// One text or number from the database, as text.
pub(crate) async fn ask(client: &Client, sql: &str) -> String {
    let row = client.query_one(&format!("select ({sql})::text"), &[]).await.unwrap();
    row.get::<_, Option<String>>(0).unwrap_or_default()
}

/// The whole schema, with the database's own rights.
pub(crate) fn dump(database: &TestDatabase) -> String {
    database.dump(&["--create"])
}
