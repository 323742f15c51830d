//! `DELETE /api/v1/organizations/{organization}`

use http::Method;
use serde_json::json;
use tenantry_core::SystemRole;
use tenantry_testkit::App;

use crate::operations;
use crate::problem::assert_problem;
use crate::superuser::Superuser;

#[tokio::test]
async fn a_deleted_organization_is_not_found_anywhere() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let member = app.member("member", acme.organization, SystemRole::Admin).await;
    let project = acme.project("Rocket").await;
    let answer = acme.delete("/api/v1/organizations/acme-organization").await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    assert!(
        audit[0].starts_with("organization.deleted done org ")
            && audit[0].ends_with("{} true true"),
        "{audit:?}"
    );
    // Its rows wait to be removed.
    assert_eq!(
        superuser
            .count("select count(*) from tenantry.organizations where deleted_at is not null")
            .await,
        1
    );
    for caller in [&acme, &member, &north] {
        let by_id = caller.with_header("x-organization-id", acme.organization.to_string());
        for operation in
            operations::all().iter().filter(|operation| operation.permission().is_some())
        {
            let path = operation
                .path
                .replace("{organization}", &acme.organization.to_string())
                .replace("{project}", &project);
            let body = operation.document["requestBody"]
                .is_object()
                .then(|| json!({ "name": "x" }).to_string());
            let answer = by_id.send(operation.method.clone(), &path, body).await;
            assert_problem(&answer, 404, "not_found");
        }
        assert_problem(
            &caller.get("/api/v1/organizations/acme-organization").await,
            404,
            "not_found",
        );
        let switch =
            caller.post("/auth/switch", &json!({ "organization_id": acme.organization })).await;
        assert_problem(&switch, 404, "not_found");
        let list = caller.get("/api/v1/organizations").await;
        assert!(!list.text.contains("acme"), "{}", list.text);
    }
    // The account goes on, in no organization; the slug waits with the rows.
    assert!(acme.get("/auth/me").await.json["organization"].is_null());
    assert_eq!(app.login("acme").await.status, 200);
    let again = acme
        .post("/api/v1/organizations", &json!({ "name": "x", "slug": "acme-organization" }))
        .await;
    assert_problem(&again, 409, "slug_taken");
    assert_eq!(north.send(Method::DELETE, "/api/v1/organizations/current", None).await.status, 204);
}
