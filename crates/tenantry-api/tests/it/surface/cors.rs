//! Pages of other origins: the listed ones may read answers, and every other is told nothing.

use http::{HeaderMap, Method};
use tenantry_api::{AllowedOrigin, Edge};
use tenantry_testkit::{Answer, App};

const GOOD: &str = "https://good.example";

async fn app() -> App {
    let cors_origins = AllowedOrigin::list("https://good.example,http://localhost:5173").unwrap();
    App::with_edge(Edge { cors_origins, ..Edge::default() }).await
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

fn assert_withheld(answer: &Answer, what: &str) {
    let told = answer.headers.keys().find(|name| name.as_str().starts_with("access-control-"));
    assert!(told.is_none(), "{what}: {told:?}");
    assert_eq!(text(&answer.headers, "vary"), "Origin", "{what}");
}

/// WB-3
#[tokio::test]
async fn a_listed_origin_reads_answers_and_problems_and_every_answer_varies_by_it() {
    let app = app().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    for owner in [&acme, &globex] {
        let page = owner.with_header("origin", GOOD);
        for (path, status) in [("/api/v1/projects", 200), ("/api/v1/nothing", 404)] {
            let answer = page.get(path).await;
            assert_eq!(answer.status, status);
            assert_eq!(text(&answer.headers, "access-control-allow-origin"), GOOD);
            assert_eq!(text(&answer.headers, "vary"), "Origin");
            assert!(!answer.headers.contains_key("access-control-allow-credentials"));
            let exposed = text(&answer.headers, "access-control-expose-headers");
            assert_eq!(
                exposed,
                "ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID, Idempotent-Replayed"
            );
        }
        assert_withheld(&owner.get("/api/v1/projects").await, "no origin at all");
    }
    let oversized = acme.with_header("origin", GOOD).get(&format!("/{}", "a".repeat(9_000))).await;
    assert_eq!(oversized.status, 414);
    assert_eq!(text(&oversized.headers, "access-control-allow-origin"), GOOD);
    let unauthenticated = app.anonymous().with_header("origin", GOOD).get("/auth/me").await;
    assert_eq!(unauthenticated.status, 401);
    assert_eq!(text(&unauthenticated.headers, "access-control-allow-origin"), GOOD);
}

/// WB-3
#[tokio::test]
async fn an_origin_that_is_not_listed_byte_by_byte_is_told_nothing() {
    let app = app().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    for origin in [
        "https://good.example.evil.test",
        "https://evil.test/https://good.example",
        "https://evilgood.example",
        "null",
        "http://good.example",
        "https://good.example:8443",
        "https://good.example:443",
        "https://GOOD.example",
        "HTTPS://good.example",
        "https://good.example/",
        "https://good.example.",
        "https://good.example https://evil.test",
        "https://good.example,https://evil.test",
        "http://localhost",
        "http://localhost:5174",
        "*",
        "",
    ] {
        for owner in [&acme, &globex] {
            let page = owner.with_header("origin", origin);
            let answer = page.get("/auth/me").await;
            assert_eq!(answer.status, 200, "{origin}");
            assert_withheld(&answer, origin);
            let asking = page.with_header("access-control-request-method", "DELETE");
            let answer = asking.send(Method::OPTIONS, "/api/v1/projects", None).await;
            assert_eq!(answer.status, 405, "{origin}");
            assert_withheld(&answer, origin);
        }
    }
    for pair in [[GOOD, "https://evil.test"], ["https://evil.test", GOOD], [GOOD, GOOD]] {
        let page = acme.with_header("origin", pair[0]).with_header("origin", pair[1]);
        assert_withheld(&page.get("/auth/me").await, "two origins");
    }
}

/// WB-3
#[tokio::test]
async fn a_preflight_is_answered_to_listed_origins_without_a_token() {
    let app = app().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    for caller in [&app.anonymous(), &acme, &globex] {
        let asking = caller
            .with_header("origin", "http://localhost:5173")
            .with_header("access-control-request-method", "PATCH")
            .with_header("access-control-request-headers", "authorization,x-evil");
        let answer = asking.send(Method::OPTIONS, "/api/v1/projects", None).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        let header = |name| text(&answer.headers, name);
        assert_eq!(header("access-control-allow-origin"), "http://localhost:5173");
        assert_eq!(header("access-control-allow-methods"), "GET, POST, PUT, PATCH, DELETE");
        assert_eq!(
            header("access-control-allow-headers"),
            "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Organization, X-Organization-ID, \
             X-Project, X-Project-ID, X-API-Key"
        );
        assert_eq!(header("access-control-max-age"), "600");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
    let plain = acme.with_header("origin", GOOD).send(Method::OPTIONS, "/auth/login", None).await;
    assert_eq!(plain.status, 405, "not a preflight");
}
