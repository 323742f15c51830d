//! `PATCH` and `PUT /api/v1/projects/{project}`

use serde_json::json;
use tenantry_core::SystemRole;
use tenantry_testkit::App;

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

#[tokio::test]
async fn a_change_is_answered_stored_and_recorded_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    let before = acme.get(&path).await;
    let body = json!({ "description": "Faster", "organization_id": acme.organization });
    for (name, answer) in
        [("patch", acme.patch(&path, &body).await), ("put", acme.put(&path, &body).await)]
    {
        assert_eq!(answer.status, 200, "{name} {}", answer.text);
        assert_eq!(
            (answer.str("/name"), answer.str("/slug"), answer.str("/description")),
            ("Rocket", "rocket", "Faster")
        );
        assert_eq!(answer.str("/created_at"), before.str("/created_at"));
        assert!(answer.str("/updated_at") > before.str("/updated_at"));
        let audit = superuser.audit(&answer).await;
        assert_eq!(audit.len(), 1, "{name}");
        assert!(
            audit[0].starts_with("project.updated done prj ") && audit[0].ends_with("{} true true"),
            "{audit:?}"
        );
    }
    acme.project("Sledge").await;
    assert_problem(&acme.patch(&path, &json!({ "slug": "sledge" })).await, 409, "slug_taken");
    for field in ["id", "created_at", "updated_at", "created_by", "role"] {
        let answer = acme.put(&path, &json!({ field: "x" })).await;
        assert_eq!((answer.status, fields(&answer)), (422, vec![field]));
    }
}

/// AU-1
#[tokio::test]
async fn a_refused_change_leaves_the_project_and_one_record_of_the_attempt() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let viewer = app.member("viewer", acme.organization, SystemRole::Viewer).await;
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    let before = acme.get(&path).await.text;
    let answer = viewer.patch(&path, &json!({ "name": "Mine" })).await;
    assert_problem(&answer, 403, "forbidden");
    assert_eq!(
        answer.str("/detail"),
        "Your role viewer does not hold the permission project:update."
    );
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    let expected = format!("permission.denied denied permission usr:{} ses:", viewer.user.uuid());
    assert!(audit[0].starts_with(&expected) && audit[0].contains("project:update"), "{audit:?}");
    assert_eq!(acme.get(&path).await.text, before);
}

/// The last of two at once wins; neither is lost halfway.
#[tokio::test]
async fn two_changes_at_once_are_both_made() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    for round in 0..10 {
        let (name, description) = (
            json!({ "name": format!("Name {round}") }),
            json!({ "description": format!("Text {round}") }),
        );
        let (one, other) = tokio::join!(acme.patch(&path, &name), acme.patch(&path, &description));
        assert_eq!((one.status, other.status), (200, 200));
        let after = acme.get(&path).await;
        assert_eq!(
            (after.str("/name"), after.str("/description")),
            (format!("Name {round}").as_str(), format!("Text {round}").as_str())
        );
    }
    assert_eq!(
        superuser
            .count("select count(*) from tenantry.audit_events where action = 'project.updated'")
            .await,
        20
    );
}
