//! The seeds' own commands, in their order and with their bodies.

use serde_json::json;
use tenantry_testkit::App;

#[tokio::test]
async fn the_quick_start_works_and_another_organization_sees_nothing_of_it() {
    let app = App::start().await;
    let body = json!({
        "email": "user@example.com",
        "password": "securepassword123",
        "name": "John Doe",
        "organization_name": "My Organization",
    });
    let signed_up = app.anonymous().post("/auth/signup", &body).await;
    assert_eq!(signed_up.status, 201, "{}", signed_up.text);
    assert_eq!(signed_up.str("/token_type"), "Bearer");
    let john = app.anonymous().with_token(signed_up.str("/access_token"));

    let body = json!({
        "name": "Marketing Campaign",
        "description": "Q1 2025 Campaign",
        "organization_id": signed_up.str("/organization/id"),
    });
    let created = john.post("/api/projects", &body).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let path = format!("/api/projects/{}", created.str("/id"));
    let read = john.get(&path).await;
    assert_eq!((read.status, read.str("/name")), (200, "Marketing Campaign"));

    let jane = app.owner("jane").await;
    let foreign = jane.get(&path).await;
    let absent = jane.get(&format!("/api/projects/{}", tenantry_core::ProjectId::new())).await;
    assert_eq!(foreign.status, 404);
    assert_eq!(foreign.redacted(), absent.redacted());
    assert_eq!(jane.get("/api/projects").await.json["data"], json!([]));
    // Naming the other organization in the body is no way in either.
    let smuggled = jane.post("/api/projects", &body).await;
    assert_eq!(smuggled.status, 404, "{}", smuggled.text);
}
