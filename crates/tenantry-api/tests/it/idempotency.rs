//! Requests that are sent again.

use http::Method;
use serde_json::json;
use tenantry_testkit::{App, Caller};

use crate::operations;
use crate::problem::assert_problem;
use crate::superuser::Superuser;

const CLIENTS: &str = "/api/v1/organizations/current/clients";

fn keyed(caller: &Caller, key: &str) -> Caller {
    caller.with_header("idempotency-key", key)
}

/// ID-1
#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let project = acme.project("Rocket").await;
    let colleague = app.member("bob", acme.organization, tenantry_core::SystemRole::Member).await;
    for (path, body) in [
        (CLIENTS.to_owned(), json!({ "name": "Once" })),
        ("/api/v1/projects".to_owned(), json!({ "name": "Once" })),
        ("/api/v1/organizations".to_owned(), json!({ "name": "Once" })),
        (format!("/api/v1/projects/{project}/members"), json!({ "user_id": colleague.user })),
    ] {
        let caller = keyed(&acme, "\"a key of mine\"");
        let first = caller.post(&path, &body).await;
        assert_eq!(first.status, 201, "{}", first.text);
        assert!(!first.headers.contains_key("idempotent-replayed"));
        // With its quotes or without, and under the other name of the address.
        let again = [
            keyed(&acme, "a key of mine").post(&path, &body).await,
            caller.post(&path.replace("/api/v1", "/api"), &body).await,
        ];
        for second in again {
            assert_eq!((second.status, &second.text), (201, &first.text), "{path}");
            assert_eq!(second.headers["idempotent-replayed"], "true");
            assert_eq!(second.headers["etag"], first.headers["etag"]);
            assert!(superuser.audit(&second).await.is_empty(), "nothing is done, nothing recorded");
        }
        let mut other = body.clone();
        other["name"] = json!("Something else");
        let reused = caller.post(&path, &other).await;
        assert_eq!(reused.status, 422, "{}", reused.text);
        // The other organization's same key is another key.
        if path == CLIENTS {
            let theirs = keyed(&north, "a key of mine").post(&path, &body).await;
            assert_eq!(theirs.status, 201);
            assert_ne!(theirs.str("/id"), first.str("/id"));
            assert_problem(&reused, 422, "idempotency_key_reused");
        }
    }
    assert_eq!(superuser.count("select count(*) from tenantry.clients").await, 2);
}

/// ID-2: a hundred at once. ID-3: and as many of another organization.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_at_once_with_one_key_make_one() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let sent = (0..200).map(|number| {
        let caller = keyed(if number % 2 == 0 { &acme } else { &north }, "the-same");
        async move { caller.post(CLIENTS, &json!({ "name": "Once" })).await }
    });
    let answers = futures_util::future::join_all(sent).await;
    let mut made: Vec<String> = Vec::new();
    for answer in &answers {
        match answer.status {
            201 => made.push(answer.str("/id").to_owned()),
            409 => {
                assert_problem(answer, 409, "request_in_progress");
                assert_eq!(answer.headers["retry-after"], "1");
            }
            // The pool is small, and the queue has an end.
            503 => {}
            _ => panic!("{}", answer.text),
        }
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 2, "{made:?}");
    assert_eq!(superuser.count("select count(*) from tenantry.clients").await, 2);
    assert_eq!(
        superuser
            .count("select count(*) from tenantry.audit_events where action = 'client.created'")
            .await,
        2
    );
}

/// A request that failed is no request: its key is free.
#[tokio::test]
async fn a_refused_request_keeps_no_key() {
    let app = App::start().await;
    let (acme, _north) = (app.owner("acme").await, app.owner("north").await);
    let caller = keyed(&acme, "again");
    let taken = acme.post("/api/v1/projects", &json!({ "name": "A", "slug": "taken" })).await;
    assert_eq!(taken.status, 201);
    let wanted = json!({ "name": "B", "slug": "taken" });
    assert_problem(&caller.post("/api/v1/projects", &wanted).await, 409, "slug_taken");
    let path = format!("/api/v1/projects/{}", taken.str("/id"));
    acme.patch(&path, &json!({ "slug": "moved" })).await;
    assert_eq!(caller.post("/api/v1/projects", &wanted).await.status, 201);
    let long = "x".repeat(256);
    for key in ["", "\"\"", "é", long.as_str()] {
        let answer = keyed(&acme, key).post(CLIENTS, &json!({ "name": "x" })).await;
        assert_problem(&answer, 400, "malformed_request");
    }
}

/// Every operation that creates something takes a key; sign-up is kept apart by its address, which is
/// unique, and its answer holds tokens, which are stored nowhere.
#[test]
fn every_creating_operation_takes_a_key() {
    let mut count = 0;
    for operation in operations::all() {
        if operation.method != Method::POST || !operation.statuses().contains(&201) {
            continue;
        }
        let parameters = operation.document["parameters"].as_array();
        let takes_key = parameters
            .is_some_and(|all| all.iter().any(|parameter| parameter["name"] == "Idempotency-Key"));
        assert_eq!(takes_key, operation.id != "account_signup", "{}", operation.id);
        count += 1;
    }
    assert!(count >= 5, "{count}");
}
