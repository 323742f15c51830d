//! `PATCH` and `PUT /api/v1/organizations/{organization}`

use serde_json::json;
use tenantry_testkit::App;

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

#[tokio::test]
async fn a_change_is_answered_stored_and_recorded_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let path = format!("/api/v1/organizations/{}", acme.organization);
    let before = acme.get(&path).await;
    let answer =
        acme.patch(&path, &json!({ "name": "  Cafe\u{301} Works ", "slug": "cafe" })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        (answer.str("/name"), answer.str("/slug"), answer.str("/description")),
        ("Café Works", "cafe", "")
    );
    assert_eq!(answer.str("/created_at"), before.str("/created_at"));
    assert!(answer.str("/updated_at") > before.str("/updated_at"));
    assert_eq!(acme.get("/api/v1/organizations/cafe").await.json, answer.json);
    assert_problem(&acme.get("/api/v1/organizations/acme-organization").await, 404, "not_found");
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    assert!(
        audit[0].starts_with(&format!(
            "organization.updated done org {} usr:{} ses:",
            acme.organization.uuid(),
            acme.user.uuid()
        )),
        "{audit:?}"
    );
    assert!(audit[0].ends_with("{} true true"), "{audit:?}");
    // The token still says the old slug; nobody believes it.
    assert_eq!(acme.get("/auth/me").await.str("/organization/slug"), "cafe");
    assert_eq!(north.get("/api/v1/organizations/current").await.str("/name"), "north organization");
    // The slug that was given up is free, and the taken one is refused.
    let slug = |slug: &str| json!({ "slug": slug });
    assert_problem(
        &north.patch("/api/v1/organizations/current", &slug("cafe")).await,
        409,
        "slug_taken",
    );
    assert_eq!(
        north.patch("/api/v1/organizations/current", &slug("acme-organization")).await.status,
        200
    );
}

#[tokio::test]
async fn put_and_patch_do_the_same() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let path = "/api/v1/organizations/current";
    for body in [
        json!({}),
        json!({ "description": "One\nTwo" }),
        json!({ "name": "New" }),
        json!({ "name": null, "slug": null }),
        json!({ "description": "" }),
    ] {
        let (patched, put) = (acme.patch(path, &body).await, acme.put(path, &body).await);
        assert_eq!((patched.status, put.status), (200, 200), "{body} {}", put.text);
        for member in ["name", "slug", "description", "id", "created_at"] {
            assert_eq!(patched.json[member], put.json[member], "{body}");
        }
    }
}

/// AZ-10
#[tokio::test]
async fn what_is_not_to_be_changed_is_refused_by_name() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let before = acme.get("/api/v1/organizations/current").await.text;
    for field in [
        "id",
        "organization_id",
        "created_at",
        "updated_at",
        "deleted_at",
        "role",
        "plan",
        "owner",
        "__proto__",
        "Name",
    ] {
        for (method, answer) in [
            (
                "patch",
                acme.patch("/api/v1/organizations/current", &json!({ "name": "x", field: "y" }))
                    .await,
            ),
            (
                "put",
                acme.put("/api/v1/organizations/current", &json!({ "name": "x", field: "y" }))
                    .await,
            ),
        ] {
            assert_problem(&answer, 422, "invalid");
            assert_eq!(fields(&answer), [field], "{method}");
        }
    }
    assert_eq!(acme.get("/api/v1/organizations/current").await.text, before);
}
