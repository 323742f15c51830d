//! All the ways to name an organization, and what happens when they disagree.

use http::Method;
use serde_json::json;
use tenantry_core::OrganizationId;
use tenantry_testkit::App;

use crate::problem::assert_problem;

#[tokio::test]
async fn id_uuid_slug_and_current_name_the_same_organization() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let id = acme.organization;
    let expected = acme.get("/api/v1/organizations/current").await;
    assert_eq!((expected.status, expected.str("/id")), (200, id.to_string().as_str()));
    let uuid = id.uuid().to_string();
    for name in [id.to_string(), uuid.clone(), uuid.to_uppercase(), "acme-organization".to_owned()]
    {
        let answer = acme.get(&format!("/api/v1/organizations/{name}")).await;
        assert_eq!((answer.status, answer.json), (200, expected.json.clone()), "{name}");
    }
    for (header, name) in [
        ("x-organization-id", id.to_string()),
        ("x-organization-id", uuid),
        ("x-organization", "acme-organization".to_owned()),
    ] {
        let caller = acme.with_header(header, name);
        assert_eq!(
            caller.get("/api/v1/organizations/current").await.json,
            expected.json,
            "{header}"
        );
        assert_eq!(caller.get("/api/v1/projects").await.status, 200, "{header}");
    }
    let both = acme
        .with_header("x-organization-id", id.to_string())
        .with_header("x-organization", "acme-organization");
    assert_eq!(both.get(&format!("/api/v1/organizations/{id}")).await.json, expected.json);
    for other in [
        "ACME-ORGANIZATION",
        "acme-organization%20",
        "ACME",
        "%00",
        "org_",
        "current ",
        &id.to_string().to_uppercase(),
    ] {
        let answer =
            acme.get(&format!("/api/v1/organizations/{}", other.replace(' ', "%20"))).await;
        assert_problem(&answer, 404, "not_found");
    }
}

/// JW-5: headers never widen; a disagreement is a conflict for a member of both, else not found.
#[tokio::test]
async fn names_that_disagree_are_a_conflict_for_members_of_both_and_nothing_for_others() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let second = acme.post("/api/v1/organizations", &json!({ "name": "Second" })).await;
    let second: OrganizationId = second.str("/id").parse().unwrap();
    let (mine, absent) =
        (format!("/api/v1/organizations/{}", acme.organization), OrganizationId::new());
    for (header, conflict, foreign, nobody) in [
        (
            "x-organization-id",
            second.to_string(),
            north.organization.to_string(),
            absent.to_string(),
        ),
        (
            "x-organization",
            "second".to_owned(),
            "north-organization".to_owned(),
            "nobody-there".to_owned(),
        ),
    ] {
        for path in [mine.as_str(), "/api/v1/organizations/current", "/api/v1/projects"] {
            assert_problem(
                &acme.with_header(header, conflict.clone()).get(path).await,
                409,
                "organization_mismatch",
            );
            let hidden = acme.with_header(header, foreign.clone()).get(path).await;
            assert_problem(&hidden, 404, "not_found");
            let none = acme.with_header(header, nobody.clone()).get(path).await;
            assert_eq!(none.redacted(), hidden.redacted(), "{header} {path}");
        }
    }
    let body = |id: OrganizationId| json!({ "name": "Rocket", "organization_id": id });
    assert_problem(
        &acme.post("/api/v1/projects", &body(second)).await,
        409,
        "organization_mismatch",
    );
    let hidden = acme.post("/api/v1/projects", &body(north.organization)).await;
    assert_problem(&hidden, 404, "not_found");
    assert_eq!(acme.post("/api/v1/projects", &body(absent)).await.redacted(), hidden.redacted());
    // Twice the same header is no name at all.
    let twice = acme
        .with_header("x-organization-id", acme.organization.to_string())
        .with_header("x-organization-id", acme.organization.to_string());
    assert_problem(&twice.get("/api/v1/projects").await, 400, "malformed_request");
    // One header that takes ids and slugs alike would be convenient and confusing; both say what they are.
    assert_eq!(acme.with_header("x-organization-id", "").get("/api/v1/projects").await.status, 404);
}

/// A path that cannot be read names nothing. It must never fall back to the organization of the token:
/// a delete would then delete that one.
#[tokio::test]
async fn a_name_that_cannot_be_read_is_not_the_tokens_organization() {
    let app = App::start().await;
    let (john, jane) = (app.owner("john").await, app.owner("jane").await);
    for name in ["%FF", "%C3%28", "%00", "%ED%A0%80", "..", "%2e%2e", "%20"] {
        let path = format!("/api/v1/organizations/{name}");
        for method in [Method::GET, Method::DELETE] {
            let answer = john.send(method.clone(), &path, None).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        }
        for answer in
            [john.patch(&path, &json!({ "name": "x" })).await, john.put(&path, &json!({})).await]
        {
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        }
        assert_eq!(app.anonymous().get(&path).await.status, 401, "{path}");
    }
    for caller in [&john, &jane] {
        let own = caller.get(&format!("/api/v1/organizations/{}", caller.organization)).await;
        assert_eq!(own.status, 200, "{}", own.text);
        assert_ne!(own.str("/name"), "x");
    }
}
