//! `POST /auth/switch`

use serde_json::json;
use tenantry_core::{OrganizationId, SystemRole};
use tenantry_testkit::App;

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

/// SE-8, JW-5
#[tokio::test]
async fn a_token_is_for_one_organization_and_switching_needs_a_membership() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let both = app.member("both", acme.organization, SystemRole::Viewer).await;
    let switch = |organization: OrganizationId| {
        let both = &both;
        async move { both.post("/auth/switch", &json!({ "organization_id": organization })).await }
    };
    let home = switch(both.organization).await;
    assert_eq!((home.status, home.str("/organization/role")), (200, "owner"), "{}", home.text);
    assert_eq!((home.str("/token_type"), home.json["expires_in"].as_u64()), ("Bearer", Some(900)));
    assert!(home.json["refresh_token"].is_null());
    let at_home = both.with_token(home.str("/access_token"));
    // Two tabs, two organizations, one session: each token works in its own and not in the other.
    assert_eq!(
        at_home.get("/api/v1/organizations/current").await.str("/id"),
        both.organization.to_string()
    );
    assert_eq!(
        both.get("/api/v1/organizations/current").await.str("/id"),
        acme.organization.to_string()
    );
    let path = format!("/api/v1/organizations/{}", acme.organization);
    assert_problem(&at_home.get(&path).await, 409, "organization_mismatch");
    assert_eq!(superuser.count("select count(*) from tenantry.sessions where user_id = (select id from tenantry.users where email = 'both@example.com')").await, 1);

    let absent = switch(OrganizationId::new()).await;
    assert_problem(&absent, 404, "not_found");
    assert_eq!(switch(north.organization).await.redacted(), absent.redacted());
    let path = format!("/api/v1/organizations/{}", north.organization);
    assert_eq!(both.get(&path).await.redacted(), absent.redacted());
}

#[tokio::test]
async fn switching_takes_exactly_one_organization() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    for body in [
        json!({}),
        json!({ "organization_id": null }),
        json!({ "organization_id": "acme-organization" }),
    ] {
        let answer = acme.post("/auth/switch", &body).await;
        assert_eq!(
            (answer.status, fields(&answer)),
            (422, vec!["organization_id"]),
            "{}",
            answer.text
        );
    }
    let body = json!({ "organization_id": acme.organization, "role": "owner" });
    assert_eq!(fields(&acme.post("/auth/switch", &body).await), ["role"]);
}
