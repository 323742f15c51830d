//! Two organizations with people in them, and a service that remembers.

use serde_json::json;
use tenantry_core::{OrganizationId, SystemRole};
use tenantry_db::changes::Changes;
use tenantry_testkit::{Answer, App, Caller};

/// Acme with everybody, and north with an owner who is a member of acme too.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) owner: Caller,
    pub(crate) admin: Caller,
    pub(crate) member: Caller,
    pub(crate) north: Caller,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let app = App::start().await;
        let owner = app.owner("acme").await;
        let north = app.owner("north").await;
        let admin = app.member("adam", owner.organization, SystemRole::Admin).await;
        let member = app.member("mia", owner.organization, SystemRole::Member).await;
        Self { app, owner, admin, member, north }
    }

    pub(crate) fn acme(&self) -> OrganizationId {
        self.owner.organization
    }

    pub(crate) fn changes(&self) -> &Changes {
        self.app.doors.changes()
    }

    /// Makes everything hold for one and a half seconds that is remembered from now on: nobody watches, so only what
    /// this server itself notices can end it.
    pub(crate) async fn read_once(&self) {
        self.app.identity.read_access_changes(None).await.unwrap();
    }

    /// How many questions were answered from memory.
    pub(crate) fn hits(&self) -> u64 {
        self.app.identity.memories().iter().map(|memory| memory.hits).sum()
    }
}

/// Asks for everything that is remembered of somebody in an organization, twice.
pub(crate) async fn warm(caller: &Caller, organization: OrganizationId) {
    for _ in 0..2 {
        assert_eq!(caller.get("/auth/me").await.status, 200);
        let path = format!("/api/v1/organizations/{organization}");
        assert_eq!(caller.get(&path).await.status, 200);
    }
}

/// What somebody may do in an organization.
pub(crate) async fn may(caller: &Caller, organization: OrganizationId, permission: &str) -> Answer {
    let path = format!("/api/v1/organizations/{organization}/permissions/check");
    caller.post(&path, &json!({ "permissions": [permission] })).await
}

/// Whether somebody may do something: `None` when not even let in.
pub(crate) async fn holds(
    caller: &Caller,
    organization: OrganizationId,
    permission: &str,
) -> Result<bool, u16> {
    let answer = may(caller, organization, permission).await;
    match answer.status {
        200 => Ok(answer.json["holds_all"].as_bool().unwrap()),
        status => Err(status),
    }
}
