//! The audit log as it is read, the activity of a project, and what is used.

use serde_json::{Value, json};
use tenantry_core::SystemRole;
use tenantry_testkit::{Answer, App};

use crate::problem::assert_problem;

const EVENTS: &str = "/api/v1/organizations/current/audit-events";

fn actions(answer: &Answer) -> Vec<&str> {
    let data = answer.json["data"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    data.iter().map(|event| event["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_log_is_read_with_filters_by_its_own_organization() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let bob = app.member("bob", acme.organization, SystemRole::Viewer).await;
    let project = acme.project("Rocket").await;
    assert_eq!(bob.post("/api/v1/projects", &json!({ "name": "x" })).await.status, 403);
    north.project("Sledge").await;
    assert_eq!(
        actions(&acme.get(EVENTS).await),
        ["permission.denied", "project.created", "organization.created"]
    );
    let query = async |text: &str| acme.get(&format!("{EVENTS}?{text}")).await;
    assert_eq!(actions(&query("action=project.created").await), ["project.created"]);
    assert_eq!(actions(&query("outcome=denied").await), ["permission.denied"]);
    assert_eq!(actions(&query(&format!("actor={}", bob.user)).await), ["permission.denied"]);
    assert_eq!(actions(&query(&format!("subject={project}")).await), ["project.created"]);
    assert_eq!(actions(&query(&format!("subject={project}&actor={}", bob.user)).await), [""; 0]);
    assert_eq!(actions(&query("from=2100-01-01T00:00:00Z").await), [""; 0]);
    assert_eq!(actions(&query("until=2100-01-01T00:00:00Z").await).len(), 3);
    assert_eq!(actions(&query("until=2020-01-01T00:00:00Z").await), [""; 0]);
    for wrong in ["actor=me", "subject=it", "outcome=maybe", "from=yesterday", "action=%00"] {
        assert_problem(&query(wrong).await, 422, "invalid");
    }
    let first = query("limit=1").await;
    let rest = query(&format!("cursor={}", first.str("/next_cursor"))).await;
    assert_eq!(actions(&rest), ["project.created", "organization.created"]);
    assert_eq!(first.str("/data/0/actor"), bob.user.to_string());
    assert_problem(&bob.get(EVENTS).await, 403, "forbidden");
    assert_eq!(actions(&north.get(EVENTS).await), ["project.created", "organization.created"]);
    assert_problem(
        &north.get(&format!("{EVENTS}?cursor={}", first.str("/next_cursor"))).await,
        400,
        "invalid_cursor",
    );
}

#[tokio::test]
async fn a_project_shows_its_activity_and_its_figures() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let bob = app.member("bob", acme.organization, SystemRole::Viewer).await;
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    acme.patch(&path, &json!({ "description": "changed" })).await;
    acme.put(&format!("{path}/settings"), &json!({ "theme": { "color": "dark" } })).await;
    acme.patch(&format!("{path}/settings"), &json!({ "theme": { "size": 2 } })).await;
    assert_eq!(
        acme.get(&format!("{path}/settings")).await.json,
        json!({ "theme": { "color": "dark", "size": 2 } })
    );
    let activity = bob.get(&format!("{path}/activity")).await;
    assert_eq!(
        actions(&activity),
        [
            "project.settings_updated",
            "project.settings_updated",
            "project.updated",
            "project.created"
        ]
    );
    assert_eq!(
        activity.json["data"][0].get("address"),
        None,
        "a reader of the project sees no addresses"
    );
    let stats = bob.get(&format!("{path}/stats")).await;
    assert_eq!(
        (&stats.json["members"], &stats.json["events"]),
        (&json!(1), &json!(4)),
        "{}",
        stats.text
    );
    for below in ["activity", "stats", "settings"] {
        assert_problem(&north.get(&format!("{path}/{below}")).await, 404, "not_found");
    }
    let usage = bob.get("/api/v1/organizations/current/usage").await;
    assert_eq!(usage.json["members"]["used"], 2, "{}", usage.text);
    assert_eq!(usage.json["projects"], json!({ "used": 1, "limit": 10000 }));
    assert!(usage.json["storage_bytes"]["used"].as_i64().unwrap() > 100);
    assert_eq!(usage.json["requests"]["limit"], Value::Null);
    assert!(usage.str("/period_start") < usage.str("/period_end"));
    assert_eq!(north.get("/api/v1/organizations/usage").await.json["projects"]["used"], 0);
}
