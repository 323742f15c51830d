//! `DELETE /api/v1/projects/{project}`, and the other name of the current version.

use serde_json::json;
use tenantry_testkit::App;

use crate::operations;
use crate::problem::assert_problem;
use crate::superuser::Superuser;

#[tokio::test]
async fn a_deleted_project_is_gone_and_recorded_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    assert_problem(&north.delete(&path).await, 404, "not_found");
    let answer = acme.delete(&path).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    assert!(
        audit[0].starts_with("project.deleted done prj ") && audit[0].ends_with("{} true true"),
        "{audit:?}"
    );
    for answer in
        [acme.get(&path).await, acme.delete(&path).await, acme.patch(&path, &json!({})).await]
    {
        assert_problem(&answer, 404, "not_found");
        assert_eq!(superuser.audit(&answer).await, Vec::<String>::new());
    }
    assert_eq!(
        superuser.count("select count(*) from tenantry.projects where deleted_at is null").await,
        0
    );
    // It keeps its slug, so that it can be restored.
    let second = acme.post("/api/v1/projects", &json!({ "name": "Rocket" })).await;
    assert!(second.str("/slug").starts_with("rocket-"), "{}", second.text);
    let wanted = json!({ "name": "Rocket", "slug": "rocket" });
    assert_problem(&acme.post("/api/v1/projects", &wanted).await, 409, "slug_taken");
    let restore = format!("{path}/restore");
    assert_problem(&north.post(&restore, &json!(null)).await, 404, "not_found");
    let restored = acme.post(&restore, &json!(null)).await;
    assert_eq!((restored.status, restored.str("/slug")), (200, "rocket"), "{}", restored.text);
    assert_problem(&acme.post(&restore, &json!(null)).await, 404, "not_found");
    assert_eq!(acme.get(&path).await.json, restored.json);
    // Two at once: one of them was first.
    let path = format!("/api/v1/projects/{}", acme.project("Twice").await);
    let (one, other) = tokio::join!(acme.delete(&path), acme.delete(&path));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 404]);
}

#[tokio::test]
async fn api_and_api_v1_are_one_surface() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let project = acme.project("Rocket").await;
    let mut count = 0;
    for operation in operations::all() {
        let Some(rest) = operation.path.strip_prefix("/api/v1") else { continue };
        count += 1;
        let rest = rest.replace("{organization}", "current").replace("{project}", &project);
        let rest = rest.replace("{client}", "cli_x").replace("{user}", &north.user.to_string());
        let body = operation.document["requestBody"]
            .is_object()
            .then(|| json!({ "surprise": 1 }).to_string());
        if operation.writes() && body.is_none() {
            // Deleting is tried by somebody to whom it is not there.
            let method = &operation.method;
            let (one, other) = (
                north.send(method.clone(), &format!("/api/v1{rest}"), None).await,
                north.send(method.clone(), &format!("/api{rest}"), None).await,
            );
            assert!(
                matches!((one.status, other.status), (404, 404) | (204, 404) | (409, 409)),
                "{rest} {} {}",
                one.status,
                other.status
            );
            continue;
        }
        for caller in [&acme, &app.anonymous()] {
            let one = caller
                .send(operation.method.clone(), &format!("/api/v1{rest}"), body.clone())
                .await;
            let other =
                caller.send(operation.method.clone(), &format!("/api{rest}"), body.clone()).await;
            assert_eq!((one.status, one.redacted()), (other.status, other.redacted()), "{rest}");
        }
    }
    assert!(count >= 12);
    let renamed =
        acme.patch(&format!("/api/projects/{project}"), &json!({ "name": "Sledge" })).await;
    assert_eq!(acme.get(&format!("/api/v1/projects/{project}")).await.json, renamed.json);
}
