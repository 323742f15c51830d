//! Two organizations with one of everything each, everybody around them, and a way back to how it was.

use http::Method;
use serde_json::{Value, json};
use tenantry_core::{OrganizationId, SystemRole, UserId};
use tenantry_testkit::{Answer, App, Caller};

use super::intruder::{Intruder, Outcome};
use super::objects::Object;
use super::principals::{self, Principal, Standing};
use crate::operations::Operation;
use crate::superuser::Superuser;

/// What belongs to one of the two organizations.
#[derive(Debug, Clone)]
pub(crate) struct Belongings {
    pub(crate) organization: OrganizationId,
    pub(crate) project: String,
    pub(crate) deleted_project: String,
    pub(crate) client: String,
    pub(crate) deleted_client: String,
    /// A member of the organization and of its project.
    pub(crate) colleague: UserId,
    /// A second owner, who is in no project.
    pub(crate) partner: UserId,
}

/// What the grid is played on.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) principals: Vec<Principal>,
    pub(crate) acme: Belongings,
    pub(crate) north: Belongings,
    /// A restricted project of acme.
    pub(crate) restricted: String,
    /// An organization that acme's owner deleted.
    pub(crate) deleted: OrganizationId,
    /// The same people past the API.
    pub(crate) intruder: Intruder,
    owner: Caller,
    pub(crate) superuser: Superuser,
    tables: Vec<String>,
    sums: Vec<String>,
    seen: String,
    pub(crate) app: App,
}

/// Gives an organization one of everything.
async fn furnish(app: &App, owner: &Caller, name: &str) -> Belongings {
    let colleague =
        app.member(&format!("{name}-colleague"), owner.organization, SystemRole::Member).await.user;
    let partner =
        app.member(&format!("{name}-partner"), owner.organization, SystemRole::Owner).await.user;
    let clients = "/api/v1/organizations/current/clients";
    let client = async |title: &str| {
        let answer = owner.post(clients, &json!({ "name": title })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.str("/id").to_owned()
    };
    let (kept, lost) = (client("Kept").await, client("Lost").await);
    let (project, gone) = (owner.project("Rocket").await, owner.project("Gone").await);
    for path in [format!("{clients}/{lost}"), format!("/api/v1/projects/{gone}")] {
        assert_eq!(owner.delete(&path).await.status, 204);
    }
    join(owner, &project, colleague, "member").await;
    Belongings {
        organization: owner.organization,
        project,
        deleted_project: gone,
        client: kept,
        deleted_client: lost,
        colleague,
        partner,
    }
}

async fn join(owner: &Caller, project: &str, user: UserId, role: &str) {
    let path = format!("/api/v1/projects/{project}/members");
    let answer = owner.post(&path, &json!({ "user_id": user, "role": role })).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
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
        let (acme, north) =
            (furnish(&app, &owner, "acme").await, furnish(&app, &foreign, "north").await);
        let secret = json!({ "name": "Secret", "visibility": "restricted" });
        let restricted = owner.post("/api/v1/projects", &secret).await.str("/id").to_owned();
        join(&owner, &restricted, acme.colleague, "member").await;
        join(&owner, &restricted, find("project viewer").user, "viewer").await;
        let gone = owner.post("/api/v1/organizations", &json!({ "name": "Gone" })).await;
        let deleted = gone.str("/id").parse().unwrap();
        superuser
            .run(format!(
                "update tenantry.organizations set deleted_at = now() where slug = '{}'",
                gone.str("/slug")
            ))
            .await;
        // So that what happens from now on is later than what happened before.
        app.clock.advance(1);
        let tables = superuser.tables().await;
        superuser.run("create schema saved").await;
        for table in &tables {
            superuser.run(format!("create table saved.\"{table}\" as table {table}")).await;
        }
        let sums = superuser.checksums(&tables).await;
        let intruder = Intruder::of(&app, &principals, owner.organization).await;
        let mut world = Self {
            intruder,
            principals,
            acme,
            north,
            restricted,
            deleted,
            owner,
            superuser,
            tables,
            sums,
            seen: String::new(),
            app,
        };
        world.seen = world.look().await;
        world
    }

    /// Keeps the seals good: the grid takes longer than they live.
    pub(crate) fn keep_up(&self) {
        self.app.keep_up();
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
        if operation.writes() {
            let sums = self.superuser.checksums(&self.tables).await;
            if answer.status < 300 {
                assert_ne!(sums, self.sums, "{place}: 2xx, but nothing changed");
                self.restore(&sums).await;
            } else {
                assert_eq!(sums, self.sums, "{place}: {} and yet something changed", answer.status);
            }
        }
        self.check_log(operation, principal, &answer, &place).await;
        answer
    }

    /// Does past the API, as the same person, what an operation does.
    pub(crate) async fn intrude(&self, principal: &Principal, statement: &str) -> Outcome {
        self.intruder.run(&self.app, principal, statement).await
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
        let is_tenants = operation.permission().is_some()
            || matches!(operation.id.as_str(), "organization_create" | "organization_restore");
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
            format!("/api/v1/organizations/{}", self.acme.organization),
            format!("/api/v1/organizations/{}/clients", self.acme.organization),
            format!("/api/v1/organizations/{}/members", self.acme.organization),
            format!("/api/v1/projects/{}", self.acme.project),
            format!("/api/v1/projects/{}/members", self.acme.project),
            format!("/api/v1/projects/{}", self.restricted),
        ] {
            let answer = self.owner.send(Method::GET, &path, None).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            seen.push_str(&answer.text);
        }
        seen
    }

    /// Nothing is other than it was, by the tables and in the owner's eyes.
    pub(crate) async fn assert_untouched(&self, place: &str) {
        assert_eq!(self.superuser.checksums(&self.tables).await, self.sums, "{place}");
        assert_eq!(self.look().await, self.seen, "{place}: the owner sees a change");
    }

    /// Makes the tables that were changed what they were.
    async fn restore(&self, now: &[String]) {
        let changed = now.iter().filter(|sum| !self.sums.contains(sum));
        let mut sql = "begin;".to_owned();
        for table in changed.filter_map(|sum| sum.split(' ').next()) {
            sql.push_str(&format!(
                "delete from {table}; insert into {table} overriding system value select * from saved.\"{table}\";"
            ));
        }
        self.superuser.run(format!("{sql} commit")).await;
    }

    /// Makes the database what it was.
    pub(crate) async fn restore_all(&self) {
        let now = self.superuser.checksums(&self.tables).await;
        self.restore(&now).await;
    }
}

impl Principal {
    /// Whether nobody is recognised.
    pub(crate) fn is_unknown(&self) -> bool {
        self.standing == Standing::Unknown
    }
}
