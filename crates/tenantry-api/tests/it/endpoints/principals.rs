//! Everybody who may stand before the door.

use serde_json::json;
use tenantry_core::SystemRole;
use tenantry_testkit::{App, Caller};

use crate::superuser::Superuser;

/// Whom the answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody is recognised.
    Unknown,
    /// Somebody is, with a role in the named organization.
    Member(Side, SystemRole),
    /// Somebody is, who is in no organization that is left.
    Outsider,
}

/// One of the two organizations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Ours.
    Acme,
    /// The other one.
    North,
}

/// One row of the grid.
#[derive(Debug)]
pub(crate) struct Principal {
    pub(crate) name: &'static str,
    pub(crate) standing: Standing,
    /// Whether the token is for an organization.
    pub(crate) has_organization: bool,
    pub(crate) caller: Caller,
}

/// The callers whose making is not done by the application itself, and the two owners.
pub(crate) async fn all(app: &App, superuser: &Superuser) -> Vec<Principal> {
    let acme = app.owner("acme").await;
    // Expires while the others are made.
    let stale = acme.clone();
    app.clock.advance(16 * 60);
    let acme = acme.with_token(app.login("acme").await.str("/access_token"));
    let north = app.owner("north").await;
    let member = |name, side: &Caller, role| app.member(name, side.organization, role);

    let removed = member("removed", &acme, SystemRole::Admin).await;
    superuser
        .run(format!(
            "delete from tenantry.memberships where user_id = '{}' and organization_id = '{}'",
            removed.user.uuid(),
            acme.organization.uuid()
        ))
        .await;
    let gone = app.owner("gone").await;
    assert_eq!(gone.delete("/api/v1/organizations/current").await.status, 204);

    let of = |name, side, role, caller| Principal {
        name,
        standing: Standing::Member(side, role),
        has_organization: true,
        caller,
    };
    let mut all = strangers(app, superuser, &acme, stale).await;
    all.extend([
        of("owner", Side::Acme, SystemRole::Owner, acme.clone()),
        of("admin", Side::Acme, SystemRole::Admin, member("admin", &acme, SystemRole::Admin).await),
        of(
            "member",
            Side::Acme,
            SystemRole::Member,
            member("member", &acme, SystemRole::Member).await,
        ),
        of(
            "viewer",
            Side::Acme,
            SystemRole::Viewer,
            member("viewer", &acme, SystemRole::Viewer).await,
        ),
        // In the restricted project, where it only looks on.
        of(
            "project viewer",
            Side::Acme,
            SystemRole::Member,
            member("project-viewer", &acme, SystemRole::Member).await,
        ),
        Principal {
            has_organization: false,
            ..of(
                "member, token without organization",
                Side::Acme,
                SystemRole::Member,
                without_organization(app, superuser, &acme).await,
            )
        },
        Principal { standing: Standing::Outsider, ..unknown("removed member", removed) },
        of("foreign owner", Side::North, SystemRole::Owner, north.clone()),
        of(
            "foreign viewer",
            Side::North,
            SystemRole::Viewer,
            member("northern", &north, SystemRole::Viewer).await,
        ),
        Principal { standing: Standing::Outsider, ..unknown("deleted organization's owner", gone) },
    ]);
    all
}

fn unknown(name: &'static str, caller: Caller) -> Principal {
    Principal { name, standing: Standing::Unknown, has_organization: true, caller }
}

/// Whom nobody recognises.
async fn strangers(
    app: &App,
    superuser: &Superuser,
    acme: &Caller,
    stale: Caller,
) -> Vec<Principal> {
    let ended = acme.with_token(app.login("acme").await.str("/access_token"));
    assert_eq!(ended.send(http::Method::POST, "/auth/logout", None).await.status, 204);
    let disabled = app.member("disabled", acme.organization, SystemRole::Owner).await;
    superuser
        .run(format!(
            "update tenantry.users set disabled_at = now() where id = '{}'",
            disabled.user.uuid()
        ))
        .await;
    vec![
        unknown("anonymous", app.anonymous()),
        unknown("bad token", acme.with_token(&forged(acme.token.as_deref().unwrap()))),
        unknown("expired token", stale),
        unknown("ended session", ended),
        unknown("disabled account", disabled),
    ]
}

/// A token with another signature.
fn forged(token: &str) -> String {
    let at = token.rfind('.').unwrap() + 10;
    let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

/// A member of ours whose token was made while they were in no organization.
async fn without_organization(app: &App, superuser: &Superuser, acme: &Caller) -> Caller {
    let late = app.owner("late").await;
    let user = late.user.uuid();
    superuser.run(format!("delete from tenantry.memberships where user_id = '{user}'")).await;
    let answer = app.login("late").await;
    assert_eq!(answer.json["organization"], json!(null), "{}", answer.text);
    let organization = acme.organization.uuid();
    superuser
        .run(format!("insert into tenantry.memberships (organization_id, user_id, role) values ('{organization}', '{user}', 'member')"))
        .await;
    late.with_token(answer.str("/access_token"))
}
