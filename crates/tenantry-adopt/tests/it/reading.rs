//! What is read of a schema and of its rows.

mod agreement;
mod evidence;
mod scale;
mod schema;
mod shape;

use tenantry_adopt::name::TableName;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

/// A database with the statements run in it, where `{database}` stands for its name. The roles that have its name as theirs
/// are removed with it.
pub(crate) struct Subject {
    pub(crate) database: TestDatabase,
    pub(crate) admin: Client,
}

impl Subject {
    pub(crate) async fn with(statements: &str) -> Self {
        let database = TestDatabase::empty().await;
        let subject = Self { admin: database.admin().await, database };
        subject.run(statements).await;
        subject
    }

    pub(crate) async fn run(&self, statements: &str) {
        let statements = statements.replace("{database}", self.database.name());
        if let Err(error) = self.admin.batch_execute(&statements).await {
            panic!("{error:?}\n{statements}");
        }
    }
}

/// A table in `public`.
pub(crate) fn public(name: &str) -> TableName {
    TableName::new("public", name)
}
