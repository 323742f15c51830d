//! `GET /auth/me`

use serde_json::{Value, json};
use tenantry_core::SystemRole;
use tenantry_testkit::App;

use crate::problem::assert_problem;
use crate::superuser::Superuser;

#[tokio::test]
async fn me_says_who_where_and_what_for() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    app.owner("north").await;
    for role in SystemRole::ALL {
        let caller = app.member(role.name(), acme.organization, role).await;
        let me = caller.get("/auth/me").await;
        assert_eq!(me.status, 200, "{}", me.text);
        assert_eq!(me.str("/user/id"), caller.user.to_string());
        assert_eq!(me.str("/organization/id"), acme.organization.to_string());
        assert_eq!(me.str("/organization/role"), role.name());
        assert_eq!(me.json["permissions"], json!(role.permissions().names()));
        let organizations = me.json["organizations"].as_array().unwrap();
        assert_eq!(organizations.len(), 2, "{}", me.text);
        assert!(
            !me.text.contains("north")
                && !me.text.contains("password")
                && !me.text.contains("argon2")
        );
    }
}

/// JW-9, SE-5: what the token says about the role is a hint.
#[tokio::test]
async fn a_changed_role_and_a_lost_membership_take_effect_at_the_next_request() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let admin = app.member("admin", acme.organization, SystemRole::Admin).await;
    let project = acme.project("Rocket").await;
    let path = format!("/api/v1/projects/{project}");
    let change = json!({ "description": "changed" });
    assert_eq!(admin.patch(&path, &change).await.status, 200);
    let set = |role: &str| {
        format!(
            "update tenantry.memberships set role = '{role}' where user_id = '{}' and organization_id = '{}'",
            admin.user.uuid(),
            acme.organization.uuid()
        )
    };
    superuser.run(set("viewer")).await;
    let denied = admin.patch(&path, &change).await;
    assert_problem(&denied, 403, "forbidden");
    assert!(denied.str("/detail").contains("project:update"));
    assert_eq!(admin.get("/auth/me").await.str("/organization/role"), "viewer");
    superuser.run(set("owner")).await;
    assert_eq!(admin.patch(&path, &change).await.status, 200);
    superuser
        .run(format!(
            "delete from tenantry.memberships where user_id = '{}' and organization_id = '{}'",
            admin.user.uuid(),
            acme.organization.uuid()
        ))
        .await;
    assert_problem(&admin.get(&path).await, 404, "not_found");
    let me = admin.get("/auth/me").await;
    assert_eq!((&me.json["organization"], &me.json["permissions"]), (&Value::Null, &json!([])));
    // AZ-9: a role that nobody knows lets nobody in.
    superuser.run("alter table tenantry.memberships drop constraint memberships_role_check").await;
    superuser
        .run(format!(
            "update tenantry.memberships set role = 'superadmin' where user_id = '{}'",
            acme.user.uuid()
        ))
        .await;
    let unknown = acme.get(&path).await;
    assert!(
        unknown.status == 500 || unknown.status == 404 || unknown.status == 403,
        "{}",
        unknown.text
    );
    assert!(unknown.json["name"].is_null());
}
