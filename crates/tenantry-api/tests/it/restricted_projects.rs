//! Projects that only their members see.

use serde_json::{Value, json};
use tenantry_core::SystemRole;
use tenantry_testkit::{Answer, App};

use crate::problem::assert_problem;

fn ids(answer: &Answer) -> Vec<Value> {
    answer.json["data"].as_array().unwrap().iter().map(|project| project["id"].clone()).collect()
}

#[tokio::test]
async fn a_restricted_project_does_not_exist_for_whoever_is_not_in_it() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let maker = app.member("maker", acme.organization, SystemRole::Member).await;
    let other = app.member("other", acme.organization, SystemRole::Member).await;
    let body = json!({ "name": "Secret", "visibility": "restricted" });
    let made = maker.post("/api/v1/projects", &body).await;
    assert_eq!((made.status, made.str("/visibility")), (201, "restricted"), "{}", made.text);
    let path = format!("/api/v1/projects/{}", made.str("/id"));
    let absent = format!("/api/v1/projects/{}", tenantry_core::ProjectId::new());
    for below in ["", "/members", "/settings", "/activity", "/stats"] {
        assert_eq!(maker.get(&format!("{path}{below}")).await.status, 200, "{below}");
        assert_eq!(acme.get(&format!("{path}{below}")).await.status, 200, "owners see all");
        for stranger in [&other, &north] {
            let hidden = stranger.get(&format!("{path}{below}")).await;
            assert_problem(&hidden, 404, "not_found");
            assert_eq!(
                hidden.redacted(),
                stranger.get(&format!("{absent}{below}")).await.redacted()
            );
        }
    }
    let change = json!({ "description": "changed" });
    assert_problem(&other.patch(&path, &change).await, 404, "not_found");
    assert!(ids(&other.get("/api/v1/projects").await).is_empty());
    assert_eq!(ids(&maker.get("/api/v1/projects").await), [made.json["id"].clone()]);
    // Let in to look, then to change, then to manage.
    let member = format!("{path}/members/{}", other.user);
    let add = json!({ "user_id": other.user, "role": "viewer" });
    assert_problem(&other.post(&format!("{path}/members"), &add).await, 404, "not_found");
    assert_eq!(maker.post(&format!("{path}/members"), &add).await.status, 201);
    assert_problem(&maker.post(&format!("{path}/members"), &add).await, 409, "already_member");
    assert_eq!(other.get(&path).await.status, 200);
    assert_problem(&other.patch(&path, &change).await, 403, "forbidden");
    assert_problem(&other.patch(&format!("{path}/settings"), &change).await, 403, "forbidden");
    assert_eq!(maker.patch(&member, &json!({ "role": "member" })).await.str("/role"), "member");
    assert_eq!(other.patch(&path, &change).await.status, 200);
    assert_problem(
        &other.patch(&path, &json!({ "visibility": "organization" })).await,
        403,
        "forbidden",
    );
    assert_problem(&other.patch(&member, &json!({ "role": "manager" })).await, 403, "forbidden");
    assert_eq!(maker.patch(&member, &json!({ "role": "manager" })).await.status, 200);
    assert_eq!(other.patch(&path, &json!({ "visibility": "organization" })).await.status, 200);
    assert_eq!(other.patch(&path, &json!({ "visibility": "restricted" })).await.status, 200);
    // Out again: by oneself, and by leaving the organization.
    assert_eq!(other.delete(&member).await.status, 204);
    assert_problem(&other.get(&path).await, 404, "not_found");
    assert_eq!(maker.post("/api/v1/organizations/current/leave", &json!(null)).await.status, 204);
    assert!(acme.get(&format!("{path}/members")).await.json["data"].as_array().unwrap().is_empty());
}

/// AZ-7: whom a project takes in must be a member of its own organization.
#[tokio::test]
async fn nobody_of_another_organization_is_taken_into_a_project() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let members = format!("/api/v1/projects/{}/members", acme.project("Rocket").await);
    for user in [north.user, tenantry_core::UserId::new()] {
        let answer = acme.post(&members, &json!({ "user_id": user })).await;
        assert_problem(&answer, 422, "invalid");
        assert_eq!(answer.str("/errors/0/message"), "names no member of this organization");
    }
    assert_eq!(acme.get(&members).await.json["data"].as_array().unwrap().len(), 1);
}

/// P12: the project of a header must be one that the caller sees in the request's organization.
#[tokio::test]
async fn a_project_named_by_header_must_be_seen() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let (ours, theirs) = (acme.project("Rocket").await, north.project("Sledge").await);
    let path = format!("/api/v1/projects/{ours}");
    for (name, value, status) in [
        ("x-project-id", ours.as_str(), 200),
        ("x-project", "rocket", 200),
        ("x-project-id", theirs.as_str(), 404),
        ("x-project", "sledge", 404),
        ("x-project-id", "nonsense", 404),
        ("x-project", "NOT A SLUG", 404),
    ] {
        let answer = acme.with_header(name, value).get(&path).await;
        assert_eq!(answer.status, status, "{name}: {value}: {}", answer.text);
    }
    let second = acme.project("Second").await;
    assert_problem(&acme.with_header("x-project-id", second).get(&path).await, 404, "not_found");
    assert_problem(
        &north.with_header("x-project-id", ours).get("/api/v1/projects").await,
        404,
        "not_found",
    );
}
