//! Two organizations with a project each, everybody around them, and a way back to how it was.

use http::Method;
use serde_json::Value;
use tenantry_core::OrganizationId;
use tenantry_testkit::{Answer, App, Caller};

use super::objects::Object;
use super::principals::{self, Principal, Standing};
use crate::operations::Operation;
use crate::superuser::Superuser;

/// What the grid is played on.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) principals: Vec<Principal>,
    pub(crate) acme: OrganizationId,
    pub(crate) north: OrganizationId,
    pub(crate) acme_project: String,
    pub(crate) north_project: String,
    owner: Caller,
    superuser: Superuser,
    tables: Vec<String>,
    sums: Vec<String>,
    seen: String,
    _app: App,
}

impl World {
    pub(crate) async fn build() -> Self {
        let app = App::start().await;
        let superuser = Superuser::of(&app).await;
        let principals = principals::all(&app, &superuser).await;
        let find = |name| {
            principals
                .iter()
                .find(|principal: &&Principal| principal.name == name)
                .unwrap()
                .caller
                .clone()
        };
        let (owner, foreign) = (find("owner"), find("foreign owner"));
        let (acme_project, north_project) =
            (owner.project("Rocket").await, foreign.project("Sledge").await);
        // So that what happens from now on is later than what happened before.
        app.clock.advance(1);
        let tables = superuser.tables().await;
        // The superuser of this test may do what nobody may: change the log, and put rows back past all triggers.
        superuser.run("set session_replication_role = replica; create schema saved").await;
        for table in &tables {
            superuser.run(format!("create table saved.\"{table}\" as table {table}")).await;
        }
        let sums = superuser.checksums(&tables).await;
        let mut world = Self {
            acme: owner.organization,
            north: foreign.organization,
            principals,
            acme_project,
            north_project,
            owner,
            superuser,
            tables,
            sums,
            seen: String::new(),
            _app: app,
        };
        world.seen = world.look().await;
        world
    }

    /// Sends one request of the grid and looks at what it left behind.
    pub(crate) async fn try_out(
        &self,
        operation: &Operation,
        principal: &Principal,
        object: &Object,
    ) -> Answer {
        let place = format!("{} as {} on {}", operation.id, principal.name, object.label);
        let answer = self.send(operation, &principal.caller, object).await;
        let documented = operation.statuses().contains(&answer.status);
        assert!(documented, "{place}: {} is not documented", answer.status);
        let is_write = operation.writes() && answer.status < 300;
        let sums = self.superuser.checksums(&self.tables).await;
        if is_write {
            assert_ne!(sums, self.sums, "{place}: 2xx, but nothing changed");
            self.restore().await;
        } else {
            assert_eq!(sums, self.sums, "{place}: {} and yet something changed", answer.status);
            if operation.writes() {
                assert_eq!(self.look().await, self.seen, "{place}: the owner sees a change");
            }
        }
        self.check_log(operation, principal, &answer, &place).await;
        answer
    }

    /// AU-1: one record for a write of an organization's things, one for a denied write, else none.
    async fn check_log(
        &self,
        operation: &Operation,
        principal: &Principal,
        answer: &Answer,
        place: &str,
    ) {
        let records = self.superuser.audit(answer).await;
        let is_tenants = operation.permission().is_some() || operation.id == "organization_create";
        let expected = match answer.status {
            200..300 if operation.writes() && is_tenants => Some(" done "),
            403 if operation.writes() => Some("permission.denied denied "),
            _ => None,
        };
        assert_eq!(records.len(), usize::from(expected.is_some()), "{place}: {records:?}");
        if let Some(expected) = expected {
            assert!(records[0].contains(expected), "{place}: {records:?}");
            assert!(
                records[0].contains(&format!("usr:{}", principal.caller.user.uuid())),
                "{place}"
            );
        }
        if !records.is_empty() {
            self.superuser.run("delete from tenantry.audit_events").await;
        }
    }

    pub(crate) async fn send(
        &self,
        operation: &Operation,
        caller: &Caller,
        object: &Object,
    ) -> Answer {
        let caller = match &object.header {
            Some((name, value)) => caller.with_header(name, value.clone()),
            None => caller.clone(),
        };
        let body = object.body.as_ref().map(Value::to_string);
        caller.send(operation.method.clone(), &object.path, body).await
    }

    /// Everything of ours that its owner can read, byte for byte.
    async fn look(&self) -> String {
        let mut seen = String::new();
        for path in [
            format!("/api/v1/organizations/{}", self.acme),
            format!("/api/v1/projects/{}", self.acme_project),
        ] {
            let answer = self.owner.send(Method::GET, &path, None).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            seen.push_str(&answer.text);
        }
        seen
    }

    /// Makes the database what it was.
    pub(crate) async fn restore(&self) {
        let mut sql = "begin;".to_owned();
        for table in self.tables.iter().filter(|table| !table.ends_with("_events")) {
            sql.push_str(&format!(
                "delete from {table}; insert into {table} overriding system value select * from saved.\"{table}\";"
            ));
        }
        self.superuser.run(format!("{sql} commit")).await;
        assert_eq!(
            self.superuser.checksums(&self.tables).await,
            self.sums,
            "the world is not restored"
        );
    }
}

impl Principal {
    /// Whether nobody is recognised.
    pub(crate) fn is_unknown(&self) -> bool {
        self.standing == Standing::Unknown
    }
}
