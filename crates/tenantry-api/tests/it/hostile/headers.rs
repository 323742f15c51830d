//! The strings in every header that is read.

use axum::body::Body;
use http::{HeaderValue, Request};
use tenantry_testkit::App;

use super::strings;
use crate::problem::assert_well_formed;

/// The headers that are read, and others that must make no difference.
const HEADERS: [(&str, &str); 16] = [
    ("authorization", "GET"),
    ("x-organization-id", "GET"),
    ("x-organization", "POST"),
    ("content-type", "POST"),
    ("x-forwarded-for", "GET"),
    ("x-request-id", "POST"),
    ("accept", "GET"),
    ("cookie", "POST"),
    ("host", "GET"),
    ("x-project", "GET"),
    ("x-project-id", "POST"),
    ("idempotency-key", "POST"),
    ("if-match", "GET"),
    ("if-none-match", "GET"),
    ("origin", "GET"),
    ("traceparent", "GET"),
];

#[tokio::test]
async fn no_header_is_an_error_of_ours() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let token = format!("Bearer {}", owner.token.as_deref().unwrap());
    let mut sent = 0;
    for text in strings::all().iter().filter(|text| text.len() < 12_000) {
        app.keep_up();
        // A header may hold any bytes but control characters: what is not ASCII arrives as such.
        let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { continue };
        for (name, method) in HEADERS {
            let mut request = Request::builder().method(method).uri("/api/v1/projects");
            if name != "authorization" {
                request = request.header("authorization", &token);
            }
            if name != "content-type" {
                request = request.header("content-type", "application/json");
            }
            let request =
                request.header(name, value.clone()).body(Body::from("{\"name\":1}")).unwrap();
            let answer = owner.exchange(request).await;
            sent += 1;
            assert!(answer.status < 500, "{name}: {text:?}: {}", answer.text);
            let expected: &[u16] = match name {
                "authorization" => &[401],
                "x-organization-id" | "x-organization" | "x-project" | "x-project-id" => {
                    &[404, 400]
                }
                "idempotency-key" => &[400, 422],
                "content-type" if method == "POST" => &[415],
                _ if method == "POST" => &[422],
                _ => &[200],
            };
            assert!(expected.contains(&answer.status), "{name}: {text:?}: {}", answer.text);
            if answer.status >= 400 {
                assert_well_formed(&answer, text);
            }
            // A request's id is ours, whatever the client calls it.
            assert_ne!(answer.headers["x-request-id"], value);
        }
    }
    assert!(sent > 2_000, "{sent}");
}

#[tokio::test]
async fn json_is_asked_for_by_its_media_type() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let token = format!("Bearer {}", owner.token.as_deref().unwrap());
    for (media, status) in [
        (Some("application/json"), 201),
        (Some("application/json; charset=utf-8"), 201),
        (Some("APPLICATION/JSON"), 201),
        (Some(" application/json ;x=y"), 201),
        (None, 415),
        (Some(""), 415),
        (Some("text/plain"), 415),
        (Some("text/json"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("multipart/form-data; boundary=a"), 415),
        (Some("application/problem+json"), 415),
        (Some("application/jsonp"), 415),
        (Some("application/json,text/plain"), 415),
        (Some("*/*"), 415),
    ] {
        let mut request = Request::builder()
            .method("POST")
            .uri("/api/v1/projects")
            .header("authorization", &token);
        if let Some(media) = media {
            request = request.header("content-type", media);
        }
        let answer =
            owner.exchange(request.body(Body::from("{\"name\":\"Rocket\"}")).unwrap()).await;
        assert_eq!(answer.status, status, "{media:?} {}", answer.text);
    }
}
