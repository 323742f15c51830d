//! Two organizations and an attacker: the login of the request path, with a seal for the first
//! organization, past every door, as an injected statement would be.

use std::sync::atomic::{AtomicU32, Ordering};

use tenantry_core::context::Connection;
use tenantry_core::{Clock, ContextKeys, TenantScope};
use tenantry_db::Login;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;
use tokio_postgres::types::Type;

use crate::outcome::Outcome;
use crate::party::Party;

/// The tables of the arena with rows of both organizations.
pub(crate) const TABLES: [&str; 5] = [
    "tenantry.projects",
    "tenantry.organizations",
    "tenantry.memberships",
    "tenantry.audit_events",
    "public.notes",
];

/// A migrated database with two organizations in it.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) database: TestDatabase,
    pub(crate) keys: ContextKeys,
    pub(crate) admin: Client,
    pub(crate) app: Client,
    pub(crate) backend: i32,
    pub(crate) a: Party,
    pub(crate) b: Party,
    pub(crate) now: i64,
    attacks: AtomicU32,
}

/// The server process of a connection.
pub(crate) async fn backend(client: &Client) -> i32 {
    client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0)
}

impl Arena {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create().await;
        let (keys, admin) = (database.keys(), database.admin().await);
        let app = database.raw(Login::App).await;
        let backend = backend(&app).await;
        let now = Clock::system().unix_seconds();
        // A copy of a database does not have its privileges: the contract's own revocation, once more.
        let name = database.name();
        let revoke = format!("revoke temporary, create on database {name} from public");
        admin.batch_execute(&revoke).await.unwrap();
        Party::prepare(&admin).await;
        let a = Party::found(&admin, &keys, "alpha", now).await;
        let b = Party::found(&admin, &keys, "bravo", now).await;
        Self { database, keys, admin, app, backend, a, b, now, attacks: AtomicU32::new(0) }
    }

    /// The attacker's own connection, as a seal names it.
    pub(crate) fn here(&self) -> Connection<'_> {
        Connection { database: self.database.name(), backend: self.backend, now: self.now }
    }

    /// A genuine seal for the attacker's connection.
    pub(crate) fn seal(&self, scope: &TenantScope) -> String {
        scope.seal(&self.here()).expose().to_owned()
    }

    /// Begins a transaction of the attacker's, under a seal or without one.
    pub(crate) async fn begin(&self, seal: Option<&str>) {
        self.app.batch_execute("begin").await.unwrap();
        if let Some(seal) = seal {
            let set = "select set_config('tenantry.context', $1, true)";
            self.app.query_typed(set, &[(&seal, Type::TEXT)]).await.unwrap();
        }
    }

    /// Runs a text of SQL as the attacker in a transaction under a seal; the transaction ends with `end`.
    pub(crate) async fn run(&self, seal: Option<&str>, sql: &str, end: &str) -> Outcome {
        self.begin(seal).await;
        let outcome = Outcome::of(self.app.simple_query(sql).await);
        let end = if matches!(outcome, Outcome::Ran { .. }) { end } else { "rollback" };
        self.app.batch_execute(end).await.unwrap();
        outcome
    }

    /// As A against B: zero rows or 42501, even when it is committed. The same statement against A's own
    /// rows does what it says.
    pub(crate) async fn gets_nothing(&self, sql: &str) {
        let seal = self.seal(&self.a.scope);
        let own = self.own(sql);
        let attack = self.run(Some(&seal), &self.b.fill(&own), "commit").await;
        self.count();
        assert!(attack.is_denied(), "{sql}\n{}", attack.text());
        assert!(!self.b.is_named_in(&attack.text()), "{sql}\n{}", attack.text());
        let control = self.run(Some(&seal), &self.a.fill(&own), "rollback").await;
        assert!(control.has_rows(), "control: {sql}\n{}", control.text());
    }

    /// As A: 42501, whatever the rows. The superuser, who may, is not refused.
    pub(crate) async fn is_refused(&self, sql: &str) {
        self.is_refused_without_control(sql).await;
        let own = self.own(sql);
        self.admin.batch_execute("begin").await.unwrap();
        let control = Outcome::of(self.admin.simple_query(&self.b.fill(&own)).await);
        self.admin.batch_execute("rollback").await.unwrap();
        assert!(!control.is_refused(), "control: {sql}\n{}", control.text());
    }

    /// As A: 42501. For what even a test must not let the superuser do.
    pub(crate) async fn is_refused_without_control(&self, sql: &str) {
        let (seal, own) = (self.seal(&self.a.scope), self.own(sql));
        let attack = self.run(Some(&seal), &self.b.fill(&own), "commit").await;
        self.count();
        assert!(attack.is_refused(), "{sql}\n{}", attack.text());
        assert!(!self.b.is_named_in(&attack.text()), "{sql}\n{}", attack.text());
    }

    /// As A: rows come, and all are A's.
    pub(crate) async fn sees_only_its_own(&self, sql: &str) {
        let (seal, own) = (self.seal(&self.a.scope), self.own(sql));
        let attack = self.run(Some(&seal), &self.b.fill(&own), "rollback").await;
        self.count();
        assert!(attack.has_rows(), "control: {sql}\n{}", attack.text());
        assert!(!self.b.is_named_in(&attack.text()), "{sql}\n{}", attack.text());
        assert!(self.a.is_named_in(&attack.text()), "control: {sql}\n{}", attack.text());
    }

    /// As A: what B has is answered exactly as what nobody has. What A has is answered differently.
    pub(crate) async fn cannot_tell(&self, sql: &str) {
        let seal = self.seal(&self.a.scope);
        let own = self.own(sql);
        let nobody = Party::nobody(&self.keys, self.now);
        let mut answers = Vec::new();
        for party in [&self.b, &nobody, &self.a] {
            let outcome = self.run(Some(&seal), &party.fill(&own), "rollback").await;
            answers.push(party.mask(&outcome.text()));
        }
        self.count();
        assert_eq!(answers[0], answers[1], "{sql}");
        assert_ne!(answers[0], answers[2], "control: {sql}");
    }

    /// Everything of an organization as one text.
    pub(crate) async fn everything_of(&self, party: &Party) -> String {
        let mut everything = String::new();
        for table in TABLES {
            let sql = party.fill(&format!("select t::text from {table} t where organization_id = '{{organization}}' order by 1"));
            everything += &Outcome::of(self.admin.simple_query(&sql).await).text();
        }
        everything
    }

    /// `{own}` is always the attacker's organization, whoever is attacked.
    pub(crate) fn own(&self, sql: &str) -> String {
        sql.replace("{own}", &self.a.organization.uuid().to_string())
    }

    /// Counts an attack.
    pub(crate) fn count(&self) {
        self.attacks.fetch_add(1, Ordering::Relaxed);
    }

    /// How many attacks were made.
    pub(crate) fn attacks(&self) -> u32 {
        self.attacks.load(Ordering::Relaxed)
    }

    /// Says how many attacks were made, and that B is as it was.
    pub(crate) async fn ends_with(&self, before: &str) {
        assert_eq!(self.everything_of(&self.b).await, before, "B was changed");
        println!("{} attacks", self.attacks.load(Ordering::Relaxed));
    }
}

impl Arena {
    /// As A: what B has and what nobody has are answered in the same words. For statements that answer A
    /// in the same words too.
    pub(crate) async fn same_for_anybody(&self, sql: &str) {
        let (seal, own) = (self.seal(&self.a.scope), self.own(sql));
        let nobody = Party::nobody(&self.keys, self.now);
        let mut answers = Vec::new();
        for party in [&self.b, &nobody] {
            let outcome = self.run(Some(&seal), &party.fill(&own), "rollback").await;
            answers.push(party.mask(&outcome.text()));
        }
        self.count();
        assert_eq!(answers[0], answers[1], "{sql}");
    }
}
