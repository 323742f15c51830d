//! The headers that every answer has, whatever it answers.

use http::Method;
use tenantry_core::{OrganizationId, ProjectId};
use tenantry_testkit::{Answer, App};

use crate::operations;

/// WB-4
#[tokio::test]
async fn every_answer_has_the_security_headers_and_an_id() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let mut ids = std::collections::BTreeSet::new();
    for caller in [&app.anonymous(), &owner] {
        for operation in operations::all() {
            let path = operation.path.replace("{organization}", &OrganizationId::new().to_string());
            let path = path.replace("{project}", &ProjectId::new().to_string());
            for body in [None, Some("{".to_owned()), Some("{}".to_owned())] {
                if operation.id == "account_logout" && body.is_none() {
                    continue;
                }
                let answer = caller.send(operation.method.clone(), &path, body).await;
                assert_hardened(&answer, &path, "default-src 'none'; frame-ancestors 'none'");
                assert!(ids.insert(answer.headers["x-request-id"].clone()), "{path}: an id twice");
            }
        }
        for path in
            ["/nowhere", "/api/nowhere", "/auth/nowhere", "/openapi.json", "/assets/tenantry.svg"]
        {
            assert_hardened(
                &caller.get(path).await,
                path,
                "default-src 'none'; frame-ancestors 'none'",
            );
        }
        for path in ["/", "/docs"] {
            assert_hardened(
                &caller.get(path).await,
                path,
                tenantry_api::pages::CONTENT_SECURITY_POLICY,
            );
        }
        let oversized = format!("/{}", "a".repeat(9_000));
        assert_hardened(
            &caller.get(&oversized).await,
            "oversized",
            "default-src 'none'; frame-ancestors 'none'",
        );
        let answer = caller.send(Method::TRACE, "/auth/me", None).await;
        assert_hardened(&answer, "TRACE", "default-src 'none'; frame-ancestors 'none'");
    }
}

fn assert_hardened(answer: &Answer, path: &str, policy: &str) {
    let header = |name: &str| {
        let mut values = answer.headers.get_all(name).iter();
        let value = values.next().map(|value| value.to_str().unwrap()).unwrap_or_default();
        assert!(values.next().is_none(), "{path}: {name} twice");
        value
    };
    assert_eq!(header("content-security-policy"), policy, "{path}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{path}");
    let cache = header("cache-control");
    let expected = match path {
        "/docs" | "/openapi.json" | "/assets/tenantry.svg" => "public, no-cache",
        _ if path.starts_with("/.well-known/") && answer.status == 200 => "public, max-age=300",
        _ => "no-store",
    };
    assert_eq!(cache, expected, "{path}");
    assert!(header("x-request-id").starts_with("req_"), "{path}");
    for absent in ["server", "x-powered-by", "set-cookie", "access-control-allow-origin"] {
        assert!(!answer.headers.contains_key(absent), "{path}: {absent}");
    }
    if answer.status >= 400 {
        assert_eq!(header("content-type"), "application/problem+json", "{path}");
    }
}

/// WB-3: no origin is let in, and none is reflected.
#[tokio::test]
async fn no_other_origin_is_let_in() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    for origin in [
        "null",
        "http://127.0.0.1:8000",
        "https://evil.example",
        "https://127.0.0.1:8000.evil.example",
    ] {
        let caller = owner
            .with_header("origin", origin)
            .with_header("access-control-request-method", "POST");
        let read = caller.get("/auth/me").await;
        assert!(read.headers.keys().all(|name| !name.as_str().starts_with("access-control-")));
        assert_eq!(caller.send(Method::OPTIONS, "/auth/login", None).await.status, 405);
    }
}
