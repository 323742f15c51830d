//! The verified store: what `tenantry.enter()` keeps until the transaction ends, and everything a login can try to put
//! there without it. Each attack is made by all three logins, with a positive control.

mod entering;
mod inspecting;
mod lasting;
mod migrating;
mod setting;

use tenantry_core::TenantScope;
use tenantry_core::context::{Connection, Entry};
use tenantry_db::Login;
use tokio_postgres::{Client, Error};

use crate::arena::{Arena, backend};
use crate::outcome::Outcome;

/// What the door sends to enter, for a transaction that writes.
pub(crate) const ENTER: &str =
    "select tenantry.enter($1, $2, $3, $4), pg_catalog.set_config('tenantry.context', $5, true)";
/// What the database takes the caller to be.
const WHO: &str = "select tenantry.organization()::text, tenantry.actor(), tenantry.role(), current_setting('backtrace_functions')";

/// A login's own connection, and where it leads, as an entry names it.
pub(crate) struct Visitor<'a> {
    pub(crate) client: Client,
    arena: &'a Arena,
    backend: i32,
}

impl<'a> Visitor<'a> {
    pub(crate) async fn new(arena: &'a Arena, login: Login) -> Self {
        let client = arena.database.raw(login).await;
        let backend = backend(&client).await;
        Self { client, arena, backend }
    }

    pub(crate) fn here(&self) -> Connection<'_> {
        Connection { backend: self.backend, ..self.arena.here() }
    }

    pub(crate) fn entry(&self, scope: &TenantScope) -> Entry {
        scope.entry(&self.here()).unwrap()
    }

    /// Enters in the transaction that is open.
    pub(crate) async fn enter(&self, entry: &Entry) -> Result<(), Error> {
        self.enter_with(&entry.parameters().each_ref().map(String::as_str)).await
    }

    pub(crate) async fn enter_with(&self, parameters: &[&str; 5]) -> Result<(), Error> {
        let [key, text, expires, mac, context] = parameters;
        self.client.query_one(ENTER, &[key, text, expires, mac, context]).await.map(drop)
    }

    pub(crate) async fn run(&self, sql: &str) -> Outcome {
        Outcome::of(self.client.simple_query(sql).await)
    }

    pub(crate) async fn text(&self, sql: &str) -> String {
        self.run(sql).await.text()
    }

    /// Nobody has entered: no organization, and nothing is kept.
    pub(crate) async fn is_nobody(&self, what: &str) {
        let rows = self.client.query_one(WHO, &[]).await.unwrap();
        assert_eq!(rows.get::<_, Option<String>>(0), None, "{what}");
        assert_eq!(rows.get::<_, String>(3), "", "{what}");
    }

    /// Attacks as a whole transaction under A; whatever is answered, B is not seen, and afterwards nobody is in.
    pub(crate) async fn gets_nothing_by(&self, attack: &str) {
        self.client.batch_execute("begin").await.unwrap();
        self.enter(&self.entry(&self.arena.a.scope)).await.unwrap();
        let attack = self.arena.b.fill(attack);
        let outcome = self.run(&attack).await;
        self.arena.count();
        let b = self.arena.b.organization.uuid();
        assert!(!outcome.text().contains(&b.to_string()), "{attack}\n{}", outcome.text());
        if outcome.has_rows() || matches!(outcome, Outcome::Ran { .. }) {
            let who = self.text(WHO).await;
            assert!(!who.contains(&b.to_string()), "{attack}\n{who}");
        }
        self.client.batch_execute("rollback").await.unwrap();
        self.is_nobody(&attack).await;
    }
}
