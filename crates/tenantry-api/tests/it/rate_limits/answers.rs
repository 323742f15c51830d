//! What a client is told of its limits, and when it is refused.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Request};
use tenantry_api::{Edge, RateLimits};
use tenantry_core::SystemRole;
use tenantry_testkit::{Answer, App, Caller};

/// An entry of one of the two headers: the policy's name, and its parameters.
type Entry = (String, Vec<(String, u32)>);

async fn app(organization: u32, key: u32, address: u32) -> App {
    let rate_limits = RateLimits { organization, key, address };
    App::with_edge(Edge { rate_limits, ..Edge::default() }).await
}

/// A list of strings with integer parameters (RFC 9651), read strictly.
fn entries(headers: &HeaderMap, name: &str) -> Vec<Entry> {
    let Some(value) = headers.get(name) else { return Vec::new() };
    let value = value.to_str().unwrap();
    let read = |entry: &str| {
        let mut parts = entry.split(';');
        let policy = parts.next().unwrap();
        let policy = policy.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        assert!(policy.bytes().all(|byte| byte.is_ascii_lowercase()), "{value}");
        let parameter = |text: &str| {
            let (key, number) = text.split_once('=').unwrap();
            (key.to_owned(), number.parse().unwrap())
        };
        (policy.to_owned(), parts.map(parameter).collect())
    };
    value.split(", ").map(read).collect()
}

fn remaining(answer: &Answer, policy: &str) -> u32 {
    let found = entries(&answer.headers, "ratelimit").into_iter().find(|entry| entry.0 == policy);
    found.unwrap_or_else(|| panic!("no {policy}")).1[0].1
}

fn assert_refused(answer: &Answer, policy: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text);
    assert_eq!(answer.str("/code"), "rate_limited");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    let limits = entries(&answer.headers, "ratelimit");
    let (_, parameters) = limits.iter().find(|(name, _)| name == policy).unwrap();
    let [(r, left), (t, reset)] = parameters.as_slice() else { panic!("{parameters:?}") };
    assert_eq!((r.as_str(), *left, t.as_str()), ("r", 0, "t"));
    let retry: u32 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(reset) && retry >= *reset, "{retry} {reset}");
    assert_eq!(answer.json["retry_after"], retry);
}

/// RT-1
#[tokio::test]
async fn every_authenticated_answer_says_what_is_left() {
    let app = app(6_000, 1_200, 300).await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    for owner in [&acme, &globex] {
        for left in 1..4 {
            let answer = owner.get("/api/v1/projects").await;
            assert_eq!(
                answer.headers["ratelimit-policy"],
                "\"key\";q=1200;w=60, \"organization\";q=6000;w=60"
            );
            assert_eq!(remaining(&answer, "organization"), 6_000 - left);
            assert_eq!(remaining(&answer, "key"), 1_200 - left);
        }
        // Also what is refused for another reason, and what concerns no organization.
        assert_eq!(remaining(&owner.get("/api/v1/projects?limit=0").await, "key"), 1_196);
        let me = owner.get("/auth/me").await;
        assert_eq!(entries(&me.headers, "ratelimit-policy").len(), 1);
        assert_eq!(remaining(&me, "key"), 1_195);
    }
}

/// RT-1
#[tokio::test]
async fn members_share_their_organizations_quota_and_another_organization_has_its_own() {
    let app = app(5, 100, 300).await;
    let acme = app.owner("acme").await;
    let member = app.member("ada", acme.organization, SystemRole::Viewer).await;
    let globex = app.owner("globex").await;
    for caller in [&acme, &member, &acme, &member, &acme] {
        assert_eq!(caller.get("/api/v1/projects").await.status, 200);
    }
    for caller in [&acme, &member] {
        assert_refused(&caller.get("/api/v1/projects").await, "organization");
        let body = serde_json::json!({ "name": "One too many" });
        assert_refused(&caller.post("/api/v1/projects", &body).await, "organization");
        assert_eq!(caller.get("/auth/me").await.status, 200);
    }
    assert_eq!(globex.get("/api/v1/projects").await.status, 200);
    let count = "select count(*) from tenantry.projects where organization_id = $1";
    assert_eq!(app.database.count(count, acme.organization.uuid()).await, 0);
    app.clock.advance(60);
    assert_eq!(member.get("/api/v1/projects").await.status, 200);
}

/// RT-1
#[tokio::test]
async fn a_session_has_a_quota_of_its_own_also_for_what_it_may_not_see() {
    let app = app(1_000, 4, 300).await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let foreign = acme.with_header("x-organization-id", globex.organization.to_string());
    for status in [404, 404, 404, 404] {
        assert_eq!(foreign.get("/api/v1/projects").await.status, status);
    }
    assert_refused(&foreign.get("/api/v1/projects").await, "key");
    assert_refused(&acme.get("/auth/me").await, "key");
    assert_eq!(globex.get("/auth/me").await.status, 200);
    let mut again = app.anonymous();
    again.use_token(&app.login("acme").await);
    assert_eq!(again.get("/auth/me").await.status, 200, "another session of the same person");
}

/// A request as it would come over a connection from an address.
async fn from(caller: &Caller, address: &str, path: &str, token: Option<&str>) -> Answer {
    let peer: SocketAddr = if address.contains(':') {
        format!("[{address}]:4711").parse().unwrap()
    } else {
        format!("{address}:4711").parse().unwrap()
    };
    let body = r#"{"email":"nobody@example.com","password":"wrong horse battery"}"#;
    let is_sign_in = path == "/auth/login";
    let mut request = Request::builder()
        .method(if is_sign_in { "POST" } else { "GET" })
        .uri(path)
        .header("host", "test")
        .header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = if is_sign_in { Body::from(body) } else { Body::empty() };
    let mut request = request.body(body).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    caller.exchange(request).await
}

/// RT-1, BF-1: sign-ins are refused before a password is hashed, and bad tokens before one is verified.
#[tokio::test]
async fn an_address_without_valid_credentials_is_refused_before_anything_is_verified() {
    let app = app(1_000, 1_000, 4).await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let nobody = app.anonymous();
    for (path, token) in [
        ("/auth/login", None),
        ("/auth/me", None),
        ("/auth/me", Some("bad")),
        ("/auth/login", Some("bad")),
    ] {
        assert_eq!(from(&nobody, "192.0.2.1", path, token).await.status, 401, "{path} {token:?}");
    }
    for (path, token) in [("/auth/login", None), ("/auth/me", Some("bad")), ("/docs", None)] {
        assert_refused(&from(&nobody, "192.0.2.1", path, token).await, "address");
    }
    // Whoever watches the server is answered, and every other address is.
    assert_eq!(from(&nobody, "192.0.2.1", "/livez", None).await.status, 200);
    assert_eq!(from(&nobody, "192.0.2.1", "/readyz", None).await.status, 200);
    assert_eq!(from(&nobody, "192.0.2.2", "/auth/login", None).await.status, 401);
    // Good credentials cost their address nothing, however often.
    for owner in [&acme, &globex] {
        for _ in 0..10 {
            let answer = from(owner, "192.0.2.3", "/auth/me", owner.token.as_deref()).await;
            assert_eq!(answer.status, 200);
        }
    }
    assert_eq!(from(&nobody, "192.0.2.3", "/auth/login", None).await.status, 401);
    // The addresses of one IPv6 network are one caller.
    for number in 1..=4 {
        let address = format!("2001:db8:7:7::{number}");
        assert_eq!(from(&nobody, &address, "/auth/login", None).await.status, 401);
    }
    assert_refused(&from(&nobody, "2001:db8:7:7::5", "/auth/login", None).await, "address");
    assert_eq!(from(&nobody, "2001:db8:7:8::5", "/auth/login", None).await.status, 401);
}

#[tokio::test]
async fn a_limit_of_zero_is_no_limit_and_is_not_spoken_of() {
    let app = app(0, 0, 0).await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    for owner in [&acme, &globex] {
        let answer = owner.get("/api/v1/projects").await;
        assert_eq!(answer.status, 200);
        assert!(!answer.headers.contains_key("ratelimit"));
        assert!(!answer.headers.contains_key("ratelimit-policy"));
    }
}
