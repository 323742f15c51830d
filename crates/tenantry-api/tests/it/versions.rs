//! `ETag`, `If-Match` and `If-None-Match` on single objects.

use http::Method;
use serde_json::json;
use tenantry_testkit::App;

use crate::operations;
use crate::problem::assert_problem;

#[tokio::test]
async fn a_change_meant_for_another_version_is_refused() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    let shown = acme.get(&path).await;
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    let meant = acme.with_header("if-match", &*tag);
    let changed = meant.patch(&path, &json!({ "description": "one" })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_ne!(changed.headers["etag"], shown.headers["etag"]);
    assert_eq!(acme.get(&path).await.headers["etag"], changed.headers["etag"]);
    for answer in [
        meant.patch(&path, &json!({ "description": "two" })).await,
        meant.put(&path, &json!({ "description": "two" })).await,
        meant.delete(&path).await,
    ] {
        assert_problem(&answer, 412, "precondition_failed");
    }
    assert_eq!(acme.get(&path).await.str("/description"), "one");
    // What one does not see has no version either.
    let theirs = north.with_header("if-match", &*tag);
    assert_problem(&theirs.delete(&path).await, 404, "not_found");
    let any = acme.with_header("if-match", "\"other\", *");
    assert_eq!(any.delete(&path).await.status, 204);
}

#[tokio::test]
async fn two_who_change_the_same_version_do_not_undo_each_other() {
    let app = App::start().await;
    let (acme, _north) = (app.owner("acme").await, app.owner("north").await);
    let path = "/api/v1/organizations/current/settings";
    for round in 0..10 {
        let tag = acme.get(path).await.headers["etag"].to_str().unwrap().to_owned();
        let meant = acme.with_header("if-match", tag);
        let (one, other) = (json!({ "one": round }), json!({ "other": round }));
        let (one, other) = tokio::join!(meant.patch(path, &one), meant.patch(path, &other));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let path = format!("/api/v1/projects/{}", acme.project("Rocket").await);
    let tag = acme.get(&path).await.headers["etag"].to_str().unwrap().to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"a\", {tag}"), "*".to_owned()] {
        let again = acme.with_header("if-none-match", known).get(&path).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!(again.headers["etag"], *tag);
        assert!(again.headers.contains_key("x-request-id"));
    }
    assert_eq!(acme.with_header("if-none-match", "\"other\"").get(&path).await.status, 200);
    assert_problem(&north.with_header("if-none-match", tag).get(&path).await, 404, "not_found");
}

/// Every change of a single object takes `If-Match`, and what is shown has a version.
#[tokio::test]
async fn every_change_of_a_single_object_takes_a_version() {
    for operation in operations::all() {
        let changes = [Method::PATCH, Method::PUT, Method::DELETE].contains(&operation.method);
        let parameters = operation.document["parameters"].as_array();
        let takes = parameters
            .is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "If-Match"));
        assert_eq!(takes, changes, "{}", operation.id);
    }
}
