//! Each lint against a flaw of its own, put into a database that is right otherwise. A lint passes when it names the
//! object, and when its statement, run as it stands, makes it fall silent.

mod correct;
mod policies;
mod privileges;
mod roles;
mod server;
mod tables;
mod views;

use tenantry_prove::lint::{self, Classified};
use tenantry_prove::report::{Finding, Severity};
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;
use uuid::Uuid;

/// One of the two organizations in the correct database; the other is Beta.
const ALPHA: Uuid = Uuid::from_u128(0xa);

/// A database with hand-written policies that hold, before a test spoils it.
struct Subject {
    database: TestDatabase,
    admin: Client,
    app: String,
}

impl Subject {
    async fn correct() -> Self {
        let database = TestDatabase::empty().await;
        let admin = database.admin().await;
        let app = format!("{}_app", database.name());
        let subject = Self { database, admin, app };
        subject.run(include_str!("lints/correct.sql")).await;
        subject
    }

    /// A correct database after the statements.
    async fn spoiled(statements: &str) -> Self {
        let subject = Self::correct().await;
        subject.run(statements).await;
        subject
    }

    /// Runs statements as the superuser. `{database}` stands for its name, which the names of its roles begin with.
    async fn run(&self, statements: &str) {
        let statements = statements.replace("{database}", self.database.name());
        if let Err(error) = self.admin.batch_execute(&statements).await {
            panic!("{}\n{statements}", error.as_db_error().unwrap());
        }
    }

    /// How the tables of the schema belong, by the names that the tests give them.
    async fn classified(&self) -> Vec<Classified> {
        let tables = "select c.oid, c.relname::text,
                exists (select from pg_attribute where attrelid = c.oid and attname = 'organization_id')
            from pg_class c where relnamespace = 'app'::regnamespace and relkind in ('r', 'p', 'f')";
        let rows = self.admin.query(tables, &[]).await.unwrap();
        let classify = |row: &tokio_postgres::Row| {
            let (class, tenant_column) =
                match (row.get::<_, String>(1).as_str(), row.get::<_, bool>(2)) {
                    ("organizations", _) => ("root", Some("id")),
                    (name, _) if name.ends_with("_lines") => ("via", None),
                    (_, true) => ("direct", Some("organization_id")),
                    (_, false) => ("unclassified", None),
                };
            Classified { oid: row.get(0), class, tenant_column: tenant_column.map(str::to_owned) }
        };
        rows.iter().map(classify).collect()
    }

    /// What all lints find.
    async fn findings(&self) -> Vec<Finding> {
        lint::run(&self.admin, &self.app, &self.classified().await).await.unwrap()
    }

    /// What the lint of a code says of an object.
    async fn find(&self, code: &str, object: &str) -> Vec<Finding> {
        let object = object.replace("{database}", self.database.name());
        let mut findings = self.findings().await;
        findings.retain(|finding| finding.code == code && finding.object == object);
        findings
    }

    /// Demands one finding, and answers it.
    async fn names(&self, code: &str, object: &str, severity: Severity) -> Finding {
        let mut found = self.find(code, object).await;
        assert_eq!(found.len(), 1, "{code} {object}: {:#?}", self.findings().await);
        let finding = found.remove(0);
        assert_eq!(finding.severity, severity, "{finding:#?}");
        finding
    }

    /// Demands one finding, runs its statement, and demands that it is gone and nothing came in its place.
    async fn names_and_mends(&self, code: &str, object: &str, severity: Severity) -> Finding {
        let before = self.findings().await.len();
        let finding = self.names(code, object, severity).await;
        assert!(finding.fix.ends_with(';'), "{}", finding.fix);
        self.run(&finding.fix).await;
        let after = self.findings().await;
        let is_there = |one: &&Finding| one.code == code && one.object == finding.object;
        assert_eq!(after.iter().find(is_there).map(|one| &one.title), None, "{}", finding.fix);
        assert!(after.len() < before, "{}\n{after:#?}", finding.fix);
        finding
    }

    /// Demands one finding that a person has to decide about.
    async fn asks(&self, code: &str, object: &str, severity: Severity) {
        let finding = self.names(code, object, severity).await;
        assert!(finding.fix.starts_with("decide: "), "{}", finding.fix);
    }

    /// How many rows of a table somebody sees who entered Alpha, and whether any is another's.
    async fn seen_by_alpha(&self, table: &str) -> (i64, i64) {
        let app = &self.app;
        self.run(&format!("set role {app}; set app.organization = '{ALPHA}'")).await;
        let sql = format!(
            "select count(*), count(*) filter (where organization_id <> '{ALPHA}') from {table}"
        );
        let row = self.admin.query_one(&sql, &[]).await.unwrap();
        self.run("reset role; reset app.organization").await;
        (row.get(0), row.get(1))
    }
}
