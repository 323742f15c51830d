//! Members: who is in an organization, as what, and who may change it.

use serde_json::json;
use tenantry_core::SystemRole;
use tenantry_testkit::{App, Caller};

use crate::problem::assert_problem;

const MEMBERS: &str = "/api/v1/organizations/current/members";

fn path(of: &Caller) -> String {
    format!("{MEMBERS}/{}", of.user)
}

fn names(answer: &tenantry_testkit::Answer) -> Vec<&str> {
    answer.json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| member["name"].as_str().unwrap())
        .collect()
}

/// AE-2: a search finds members of the organization, and no account of anybody else.
#[tokio::test]
async fn members_are_listed_searched_and_filtered_in_their_own_organization() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    app.member("ada", acme.organization, SystemRole::Admin).await;
    app.member("bob", acme.organization, SystemRole::Viewer).await;
    let all = acme.get(MEMBERS).await;
    assert_eq!(names(&all).len(), 3, "{}", all.text);
    assert_eq!(acme.get("/api/v1/organizations/users").await.json, all.json);
    assert_eq!(names(&acme.get(&format!("{MEMBERS}?role=viewer")).await), ["bob the owner"]);
    assert_eq!(names(&acme.get(&format!("{MEMBERS}?search=ADA")).await), ["ada the owner"]);
    for text in ["north", "%25", "_da", "north@example.com", "zzz"] {
        let found = acme.get(&format!("{MEMBERS}?search={text}")).await;
        assert_eq!((found.status, names(&found).len()), (200, 0), "{text}");
    }
    assert_eq!(names(&north.get(MEMBERS).await), ["north the owner"]);
    for query in ["role=king", "search=%00", "order=name"] {
        assert_problem(&acme.get(&format!("{MEMBERS}?{query}")).await, 422, "invalid");
    }
    // PG-1: page by page, each once.
    let first = acme.get(&format!("{MEMBERS}?limit=2")).await;
    let next = acme.get(&format!("{MEMBERS}?limit=2&cursor={}", first.str("/next_cursor"))).await;
    assert_eq!([names(&first), names(&next)].concat(), names(&all));
    let foreign = north.get(&format!("{MEMBERS}?cursor={}", first.str("/next_cursor"))).await;
    assert_problem(&foreign, 400, "invalid_cursor");
}

/// AZ-8: nobody changes somebody above them, nor gives what is above them.
#[tokio::test]
async fn nobody_changes_a_role_above_their_own() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let admin = app.member("admin", acme.organization, SystemRole::Admin).await;
    let bob = app.member("bob", acme.organization, SystemRole::Member).await;
    for (who, role) in [(&bob, "owner"), (&acme, "viewer")] {
        assert_problem(&admin.patch(&path(who), &json!({ "role": role })).await, 403, "forbidden");
    }
    assert_problem(&admin.delete(&path(&acme)).await, 403, "forbidden");
    assert_problem(&bob.patch(&path(&bob), &json!({ "role": "admin" })).await, 403, "forbidden");
    assert_problem(
        &acme.patch(&path(&north), &json!({ "role": "viewer" })).await,
        404,
        "not_found",
    );
    assert_problem(&acme.delete(&path(&north)).await, 404, "not_found");
    let changed = admin.put(&path(&bob), &json!({ "role": "viewer" })).await;
    assert_eq!((changed.status, changed.str("/role")), (200, "viewer"), "{}", changed.text);
    // JW-9: it counts from the next request on.
    assert_problem(&bob.post("/api/v1/projects", &json!({ "name": "x" })).await, 403, "forbidden");
    assert_eq!(admin.delete(&path(&bob)).await.status, 204);
    assert_problem(&bob.get(MEMBERS).await, 404, "not_found");
    assert_eq!(north.get(MEMBERS).await.json["data"].as_array().unwrap().len(), 1);
}

/// AZ-8: the last owner can neither be removed, nor be made less, nor leave.
#[tokio::test]
async fn an_organization_keeps_an_owner() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let (bob, north) =
        (app.member("bob", acme.organization, SystemRole::Member).await, app.owner("north").await);
    for answer in [
        acme.patch(&path(&acme), &json!({ "role": "admin" })).await,
        acme.delete(&path(&acme)).await,
        acme.post("/api/v1/organizations/current/leave", &json!(null)).await,
    ] {
        assert_problem(&answer, 409, "last_owner");
    }
    let transfer = "/api/v1/organizations/current/transfer";
    assert_problem(&acme.post(transfer, &json!({ "user_id": north.user })).await, 422, "invalid");
    assert_problem(&bob.post(transfer, &json!({ "user_id": bob.user })).await, 403, "forbidden");
    let handed = acme.post(transfer, &json!({ "user_id": bob.user })).await;
    assert_eq!((handed.status, handed.str("/role")), (200, "owner"), "{}", handed.text);
    assert_eq!(acme.get(&path(&acme)).await.str("/role"), "admin");
    assert_problem(&acme.post(transfer, &json!({ "user_id": acme.user })).await, 403, "forbidden");
    assert_eq!(acme.post("/api/v1/organizations/current/leave", &json!(null)).await.status, 204);
    assert_problem(&acme.get(MEMBERS).await, 404, "not_found");
    assert_eq!(names(&bob.get(MEMBERS).await), ["bob the owner"]);
}

/// AZ-8: two owners who demote each other at once, a hundred times: always one is left.
#[tokio::test]
async fn two_owners_who_demote_each_other_leave_one() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let bob = app.member("bob", acme.organization, SystemRole::Owner).await;
    let admin = app.database.admin().await;
    let organization = acme.organization.uuid();
    for round in 0..100 {
        app.keep_up();
        let less = json!({ "role": "member" });
        let (targets, leave) = ((path(&bob), path(&acme)), "/api/v1/organizations/current/leave");
        let (one, other) = match round % 3 {
            0 => tokio::join!(acme.patch(&targets.0, &less), bob.patch(&targets.1, &less)),
            1 => tokio::join!(acme.delete(&targets.0), bob.delete(&targets.1)),
            _ => tokio::join!(acme.post(leave, &json!(null)), bob.post(leave, &json!(null))),
        };
        let statuses = [one.status, other.status];
        assert_eq!(statuses.iter().filter(|status| **status < 300).count(), 1, "{statuses:?}");
        assert!(
            statuses.iter().all(|status| matches!(status, 200 | 204 | 403 | 404 | 409)),
            "{statuses:?}"
        );
        let sql = "select count(*) from tenantry.memberships where organization_id = $1 and role = 'owner'";
        let owners: i64 = admin.query_one(sql, &[&organization]).await.unwrap().get(0);
        assert!(owners >= 1, "round {round}");
        for user in [acme.user, bob.user] {
            let again = "insert into tenantry.memberships (organization_id, user_id, role) values ($1, $2, 'owner')
                         on conflict (organization_id, user_id) do update set role = 'owner'";
            admin.execute(again, &[&organization, &user.uuid()]).await.unwrap();
        }
    }
    assert_eq!(north.get(MEMBERS).await.json["data"].as_array().unwrap().len(), 1);
}
