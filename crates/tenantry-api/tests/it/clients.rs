//! Clients of two organizations.

use serde_json::json;
use tenantry_testkit::App;

use crate::problem::assert_problem;

const CLIENTS: &str = "/api/v1/organizations/current/clients";

#[tokio::test]
async fn a_client_is_made_changed_deleted_and_restored_by_its_own_organization() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let body =
        json!({ "name": "Retail", "metadata": { "sector": "retail", "size": 12, "vip": true } });
    let made = acme.post(CLIENTS, &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json["metadata"], body["metadata"]);
    assert_eq!(made.str("/organization_id"), acme.organization.to_string());
    let path = format!("{CLIENTS}/{}", made.str("/id"));
    assert_eq!(acme.get(&path).await.json, made.json);
    let patch = json!({ "metadata": { "size": null, "city": "Bern" } });
    let changed = acme.patch(&path, &patch).await;
    assert_eq!(
        changed.json["metadata"],
        json!({ "sector": "retail", "vip": true, "city": "Bern" }),
        "{}",
        changed.text
    );
    let restore = format!("{path}/restore");
    for answer in [
        north.get(&path).await,
        north.patch(&path, &patch).await,
        north.delete(&path).await,
        north.post(&restore, &json!(null)).await,
    ] {
        assert_problem(&answer, 404, "not_found");
    }
    assert_eq!(acme.delete(&path).await.status, 204);
    for answer in [acme.get(&path).await, acme.patch(&path, &patch).await, acme.delete(&path).await]
    {
        assert_problem(&answer, 404, "not_found");
    }
    assert_eq!(acme.get(CLIENTS).await.json["data"], json!([]));
    let deleted = acme.get(&format!("{CLIENTS}?deleted=true")).await;
    assert_eq!(deleted.str("/data/0/id"), made.str("/id"));
    assert!(deleted.json["data"][0]["deleted_at"].is_string());
    assert_eq!(north.get(&format!("{CLIENTS}?deleted=true")).await.json["data"], json!([]));
    assert_eq!(acme.post(&restore, &json!(null)).await.status, 200);
    assert_problem(&acme.post(&restore, &json!(null)).await, 404, "not_found");
    assert_eq!(acme.get(&path).await.json["metadata"], changed.json["metadata"]);
}

/// AZ-7, AZ-8: a project is for a client of its own organization.
#[tokio::test]
async fn a_project_is_for_a_client_of_its_own_organization() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let ours = acme.post(CLIENTS, &json!({ "name": "Ours" })).await.str("/id").to_owned();
    let theirs = north.post(CLIENTS, &json!({ "name": "Theirs" })).await.str("/id").to_owned();
    let absent = tenantry_core::ClientId::new().to_string();
    for client in [&theirs, &absent] {
        let answer =
            acme.post("/api/v1/projects", &json!({ "name": "x", "client_id": client })).await;
        assert_problem(&answer, 422, "invalid");
        assert_eq!(answer.str("/errors/0/message"), "names no client of this organization");
    }
    let made =
        acme.post("/api/v1/projects", &json!({ "name": "For ours", "client_id": ours })).await;
    assert_eq!(made.str("/client_id"), ours, "{}", made.text);
    let other = acme.project("For nobody").await;
    let listed = acme.get(&format!("/api/v1/projects?client_id={ours}")).await;
    assert_eq!(listed.json["data"].as_array().unwrap().len(), 1);
    assert_eq!(listed.str("/data/0/id"), made.str("/id"));
    let path = format!("/api/v1/projects/{other}");
    assert_problem(&acme.patch(&path, &json!({ "client_id": theirs })).await, 422, "invalid");
    assert_eq!(acme.patch(&path, &json!({ "client_id": ours })).await.str("/client_id"), ours);
    assert_eq!(acme.patch(&path, &json!({ "name": "Kept" })).await.str("/client_id"), ours);
    assert_eq!(
        acme.patch(&path, &json!({ "client_id": null })).await.json["client_id"],
        json!(null)
    );
    assert_eq!(north.get("/api/v1/projects").await.json["data"], json!([]));
}

/// The limit holds exactly, also when many are made at once; what is deleted makes room.
#[tokio::test]
async fn the_limit_of_clients_is_never_passed() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    acme.post(CLIENTS, &json!({ "name": "First" })).await;
    let sql = "update tenantry.usage_counts set most = 5 where organization_id = $1 and meter = 'clients'";
    app.database.admin().await.execute(sql, &[&acme.organization.uuid()]).await.unwrap();
    let answers = futures_util::future::join_all((0..12).map(|number| {
        let acme = acme.clone();
        async move { acme.post(CLIENTS, &json!({ "name": format!("Client {number}") })).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 4);
    let refused = answers.iter().find(|answer| answer.status != 201).unwrap();
    assert_problem(refused, 402, "plan_limit_reached");
    assert_eq!(refused.json["limit"], 5);
    let usage = acme.get("/api/v1/organizations/usage").await;
    assert_eq!(usage.json["clients"], json!({ "used": 5, "limit": 5 }));
    let first = acme.get(CLIENTS).await.str("/data/0/id").to_owned();
    assert_eq!(acme.delete(&format!("{CLIENTS}/{first}")).await.status, 204);
    assert_eq!(acme.post(CLIENTS, &json!({ "name": "Room again" })).await.status, 201);
    let restore = format!("{CLIENTS}/{first}/restore");
    assert_problem(&acme.post(&restore, &json!(null)).await, 402, "plan_limit_reached");
    assert_eq!(north.post(CLIENTS, &json!({ "name": "Other" })).await.status, 201);
}
