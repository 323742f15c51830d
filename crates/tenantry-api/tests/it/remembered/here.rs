//! On the node that makes a change it holds at once, also when nobody reads any marks: each operation that changes access
//! is played with the watcher off, while everything is remembered.

use std::time::{Duration, Instant};

use serde_json::json;

use super::endpoints::CHANGE_ACCESS;
use super::stage::{Stage, holds, warm};

/// How often a scene is played again on a machine that was too slow for it.
const TRIES: usize = 8;

/// Plays one scene on a fresh stage while everything that is remembered holds. A scene that took longer than that proves
/// nothing, and is played again.
async fn play(id: &str) {
    let mut slowest = Duration::ZERO;
    for _ in 0..TRIES {
        let stage = Stage::set().await;
        prepare(&stage, id).await;
        stage.read_once().await;
        let before = stage.hits();
        for (caller, organization) in [
            (&stage.owner, stage.acme()),
            (&stage.admin, stage.acme()),
            (&stage.member, stage.acme()),
            (&stage.north, stage.north.organization),
        ] {
            if id != "organization_restore" || organization != stage.acme() {
                warm(caller, organization).await;
            }
        }
        assert!(stage.hits() > before, "{id}: nothing is remembered");
        let began = Instant::now();
        scene(&stage, id).await;
        slowest = slowest.max(began.elapsed());
        // North has nothing to do with it, and is still remembered.
        let before = stage.hits();
        warm(&stage.north, stage.north.organization).await;
        if stage.changes().is_watched() {
            assert!(stage.hits() >= before + 4, "{id}: what north is remembered for was forgotten");
            println!("{id}: changed and refused in {:?}", began.elapsed());
            return;
        }
    }
    panic!("{id}: too slow {TRIES} times, {slowest:?}");
}

/// What has to be there before anything is remembered.
async fn prepare(stage: &Stage, id: &str) {
    if id == "organization_restore" {
        let path = format!("/api/v1/organizations/{}", stage.acme());
        assert_eq!(stage.owner.delete(&path).await.status, 204);
    }
    if id == "account_refresh" {
        let body = json!({ "refresh_token": stage.member.refresh });
        assert_eq!(stage.app.anonymous().post("/auth/refresh", &body).await.status, 200);
        let seconds = tenantry_identity::REFRESH_GRACE + 1;
        stage.app.clock.advance(seconds);
    }
}

async fn scene(stage: &Stage, id: &str) {
    let organization = format!("/api/v1/organizations/{}", stage.acme());
    match id.split_once('_').unwrap().0 {
        "account" => of_accounts(stage, id).await,
        "member" => of_members(stage, id, &organization).await,
        _ => of_organizations(stage, id, &organization).await,
    }
}

async fn of_accounts(stage: &Stage, id: &str) {
    let (member, anybody) = (&stage.member, stage.app.anonymous());
    let (status, expected) = match id {
        "account_logout" => (member.post("/auth/logout", &json!(null)).await.status, 204),
        "account_refresh" => {
            // It was used before: somebody else has a copy.
            let body = json!({ "refresh_token": member.refresh });
            (anybody.post("/auth/refresh", &body).await.status, 401)
        }
        other => panic!("{other} changes access and has no scene"),
    };
    assert_eq!(status, expected, "{id}");
    assert_eq!(member.get("/auth/me").await.status, 401);
    assert_eq!(holds(member, stage.acme(), "project:create").await, Err(401));
}

#[expect(
    clippy::cognitive_complexity,
    reason = "a list of scenes, each of which is read by itself"
)]
async fn of_members(stage: &Stage, id: &str, organization: &str) {
    let (Stage { owner, admin, member, .. }, acme) = (stage, stage.acme());
    let path = format!("{organization}/members/{}", member.user);
    let role = json!({ "role": "viewer" });
    let status = match id {
        "member_update" => owner.patch(&path, &role).await.status,
        "member_replace" => owner.put(&path, &role).await.status,
        "member_remove" => owner.delete(&path).await.status,
        "member_leave" => member.post(&format!("{organization}/leave"), &json!(null)).await.status,
        "member_transfer" => {
            let body = json!({ "user_id": admin.user });
            owner.post(&format!("{organization}/transfer"), &body).await.status
        }
        other => panic!("{other} changes access and has no scene"),
    };
    assert!((200..300).contains(&status), "{id}: {status}");
    match id {
        "member_update" | "member_replace" => {
            assert_eq!(holds(member, acme, "project:create").await, Ok(false));
            let refused = member.post("/api/v1/projects", &json!({ "name": "Late" })).await;
            assert_eq!(refused.status, 403, "{}", refused.text);
            assert_eq!(member.get("/auth/me").await.str("/organization/role"), "viewer");
        }
        "member_transfer" => {
            assert_eq!(holds(owner, acme, "organization:delete").await, Ok(false));
            assert_eq!(owner.get("/auth/me").await.str("/organization/role"), "admin");
            assert_eq!(owner.delete(organization).await.status, 403, "JW-9");
            assert_eq!(holds(admin, acme, "organization:delete").await, Ok(true));
            assert_eq!(admin.get("/auth/me").await.str("/organization/role"), "owner");
        }
        _ => {
            assert_eq!(holds(member, acme, "project:read").await, Err(404));
            assert_eq!(member.get("/auth/me").await.json["organization"], json!(null));
        }
    }
}

#[expect(
    clippy::cognitive_complexity,
    reason = "a list of scenes, each of which is read by itself"
)]
async fn of_organizations(stage: &Stage, id: &str, organization: &str) {
    let (Stage { owner, admin, member, .. }, acme) = (stage, stage.acme());
    let by_slug = member.with_header("x-organization", "acme-organization");
    match id {
        "organization_delete" => {
            assert_eq!(by_slug.get("/api/v1/projects").await.status, 200);
            assert_eq!(owner.delete(organization).await.status, 204);
            for caller in [owner, admin, member] {
                assert_eq!(holds(caller, acme, "project:read").await, Err(404));
                assert_eq!(caller.get("/auth/me").await.json["organization"], json!(null));
            }
            assert_eq!(by_slug.get("/api/v1/projects").await.status, 404);
        }
        "organization_restore" => {
            assert_eq!(owner.get("/auth/me").await.json["organizations"], json!([]));
            let path = format!("{organization}/restore");
            assert_eq!(owner.post(&path, &json!(null)).await.status, 200);
            assert_eq!(holds(member, acme, "project:read").await, Ok(true));
            assert_eq!(owner.get("/auth/me").await.str("/organization/role"), "owner");
        }
        "organization_create" => {
            let founded = owner.post("/api/v1/organizations", &json!({ "name": "Second" })).await;
            assert_eq!(founded.status, 201, "{}", founded.text);
            let listed = owner.get("/auth/me").await.json["organizations"].clone();
            assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
        }
        "organization_update" | "organization_replace" => {
            assert_eq!(by_slug.get("/api/v1/projects").await.status, 200);
            let body = json!({ "slug": "other-name", "name": "Other name" });
            let changed = match id {
                "organization_update" => owner.patch(organization, &body).await,
                _ => owner.put(organization, &body).await,
            };
            assert_eq!(changed.status, 200, "{}", changed.text);
            let me = member.get("/auth/me").await;
            assert_eq!(me.str("/organization/name"), "Other name");
            assert_eq!(me.str("/organization/slug"), "other-name");
            assert_eq!(by_slug.get("/api/v1/projects").await.status, 404, "nobody has that name");
            let renamed = member.with_header("x-organization", "other-name");
            assert_eq!(renamed.get("/api/v1/projects").await.status, 200);
        }
        other => panic!("{other} changes access and has no scene"),
    }
}

/// SE-5, JW-9: accounts.
#[tokio::test]
async fn what_ends_a_session_ends_it_at_once() {
    for id in CHANGE_ACCESS.into_iter().filter(|id| id.starts_with("account_")) {
        play(id).await;
    }
}

/// SE-5, JW-9: members.
#[tokio::test]
async fn what_changes_a_membership_holds_at_once() {
    for id in CHANGE_ACCESS.into_iter().filter(|id| id.starts_with("member_")) {
        play(id).await;
    }
}

/// SE-5: organizations.
#[tokio::test]
async fn what_changes_an_organization_holds_at_once() {
    for id in CHANGE_ACCESS.into_iter().filter(|id| id.starts_with("organization_")) {
        play(id).await;
    }
}
