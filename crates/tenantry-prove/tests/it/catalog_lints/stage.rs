//! A database that is right, with two organizations, and what is done to it. The tables are classified by hand here,
//! because how a table is classified is another matter than what a lint says of it.

use tenantry_prove::lint;
use tenantry_prove::report::Severity;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

/// The tables of the right database, and how they belong.
const TABLES: &[(&str, &str, Option<&str>)] = &[
    ("shop.organizations", "root", None),
    ("shop.users", "person", None),
    ("shop.countries", "shared", None),
    ("shop.customers", "direct", Some("organization_id")),
    ("shop.invoices", "direct", Some("organization_id")),
    ("shop.events", "direct", Some("organization_id")),
    ("shop.events_old", "direct", Some("organization_id")),
    ("shop.changes", "direct", Some("organization_id")),
];

/// One row of a lint.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub code: &'static str,
    pub object: String,
    pub title: String,
    pub cause: String,
    pub fix: String,
    pub severity: String,
}

#[derive(Debug)]
pub(super) struct Stage {
    pub database: TestDatabase,
    pub admin: Client,
    tables: Vec<(String, String, Option<String>)>,
}

impl Stage {
    /// The right database.
    pub(super) async fn right() -> Self {
        let database = TestDatabase::empty().await;
        let admin = database.admin().await;
        let stage = Self { database, admin, tables: Vec::new() };
        stage.run(include_str!("right.sql")).await;
        TABLES.iter().fold(stage, |stage, (name, class, column)| stage.with(name, class, *column))
    }

    /// The right database, and something wrong done to it.
    pub(super) async fn wrong(flaw: &str) -> Self {
        let stage = Self::right().await;
        stage.run(flaw).await;
        stage
    }

    /// Classifies one more table.
    pub(super) fn with(mut self, name: &str, class: &str, tenant_column: Option<&str>) -> Self {
        self.tables.retain(|(known, ..)| known != name);
        self.tables.push((name.to_owned(), class.to_owned(), tenant_column.map(str::to_owned)));
        self
    }

    /// The name of a role of this database: `app`, `owner`, `definer` or `service`.
    pub(super) fn role(&self, part: &str) -> String {
        format!("{}_{part}", self.database.name())
    }

    /// Runs statements as the superuser, the roles' names filled in.
    pub(super) async fn run(&self, sql: &str) {
        let sql = ["app", "owner", "definer", "service"]
            .into_iter()
            .fold(sql.to_owned(), |sql, part| sql.replace(&format!("{{{part}}}"), &self.role(part)))
            .replace("{database}", self.database.name());
        if let Err(error) = self.admin.batch_execute(&sql).await {
            panic!("{error:?} in {sql}");
        }
    }

    /// What a lint finds.
    pub(super) async fn findings(&self, code: &str) -> Vec<Found> {
        self.all().await.into_iter().filter(|found| found.code == code).collect()
    }

    /// What all lints find.
    pub(super) async fn all(&self) -> Vec<Found> {
        all(&self.admin, &self.role("app"), &self.tables).await
    }

    /// The only finding of a lint, which names the object.
    pub(super) async fn only(&self, code: &str, object: &str) -> Found {
        let findings = self.findings(code).await;
        let [found] = &findings[..] else { panic!("{code} should find one thing: {findings:#?}") };
        assert_eq!(found.object, object, "{found:#?}");
        found.clone()
    }

    /// Runs the statements of a finding as they are given; the lint has nothing more to say then.
    pub(super) async fn mend(&self, found: &Found) {
        assert!(!found.fix.starts_with("decide: "), "{found:#?}");
        assert!(found.fix.ends_with(';'), "{found:#?}");
        for statement in found.fix.split(";\n") {
            if let Err(error) = self.admin.batch_execute(statement).await {
                panic!("{error:?} in {statement}");
            }
        }
        let left = self.findings(found.code).await;
        assert!(left.iter().all(|other| other.title != found.title), "{left:#?}");
    }

    /// The only finding of a lint, and that its statement mends it.
    pub(super) async fn finds_and_mends(&self, code: &str, object: &str, severity: &str) -> Found {
        let found = self.only(code, object).await;
        assert_eq!(found.severity, severity, "{found:#?}");
        self.mend(&found).await;
        found
    }

    /// The only finding of a lint, which a person has to decide.
    pub(super) async fn leaves_to_a_person(
        &self,
        code: &str,
        object: &str,
        severity: &str,
    ) -> Found {
        let found = self.only(code, object).await;
        assert_eq!(found.severity, severity, "{found:#?}");
        assert!(found.fix.starts_with("decide: "), "{found:#?}");
        found
    }
}

/// What all lints of the catalog find for a role.
pub(super) async fn all(
    client: &Client,
    role: &str,
    tables: &[(String, String, Option<String>)],
) -> Vec<Found> {
    let mut classified = Vec::new();
    for (name, class, tenant_column) in tables {
        let oid: u32 =
            client.query_one("select $1::text::regclass::oid", &[name]).await.unwrap().get(0);
        classified
            .push(serde_json::json!({"oid": oid, "class": class, "tenant_column": tenant_column}));
    }
    let classified = serde_json::Value::Array(classified);
    let mut findings = Vec::new();
    for lint in lint::all() {
        let rows = client.query(lint.sql, &[&role, &classified]).await;
        let rows = rows.unwrap_or_else(|error| panic!("{}: {error:?}", lint.rule.code));
        findings.extend(rows.iter().map(|row| {
            let found = Found {
                code: lint.rule.code,
                object: row.get(0),
                title: row.get(1),
                cause: row.get(2),
                fix: row
                    .try_get(3)
                    .unwrap_or_else(|error| panic!("{} has no fix: {error}", lint.rule.code)),
                severity: row.get(5),
            };
            assert!(!row.get::<_, String>(4).is_empty(), "{found:#?}");
            let rank = [Severity::Leak, Severity::Oracle, Severity::Warning]
                .into_iter()
                .find(|severity| severity.name() == found.severity);
            assert!(rank.unwrap() >= lint.rule.severity, "never worse than its rule: {found:#?}");
            assert!(!found.title.ends_with('.') && found.cause.ends_with('.'), "{found:#?}");
            found
        }));
    }
    findings
}
