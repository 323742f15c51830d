//! What is told to whoever watches the server, and what never is.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request};
use tenantry_api::{Edge, RateLimits};
use tenantry_testkit::{Answer, App, Caller};
use tower::ServiceExt;

use crate::operations;

/// A scrape over a connection from an address.
async fn scrape(caller: &Caller, peer: &str, header: Option<(&str, &str)>) -> Answer {
    let peer: SocketAddr = peer.parse().unwrap();
    let mut request = Request::get("/metrics").header("host", "test");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    caller.exchange(request).await
}

const LOCAL: &str = "127.0.0.1:4711";

/// A sample: its name, its labels, its value.
fn samples(text: &str) -> Vec<(String, BTreeMap<String, String>, f64)> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
            let labels =
                labels.strip_suffix('}').unwrap().split("\",").filter(|label| !label.is_empty());
            let label = |text: &str| {
                let (key, value) = text.split_once("=\"").unwrap();
                (key.to_owned(), value.trim_end_matches('"').to_owned())
            };
            (name.to_owned(), labels.map(label).collect(), value.parse().unwrap())
        })
        .collect()
}

fn value(text: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
    let fits = |found: &BTreeMap<String, String>| {
        labels.iter().all(|(key, value)| found.get(*key).map(String::as_str) == Some(*value))
    };
    samples(text)
        .into_iter()
        .filter(|sample| sample.0 == name && fits(&sample.1))
        .map(|sample| sample.2)
        .sum()
}

#[tokio::test]
async fn the_metrics_are_for_this_machine_and_not_for_what_a_proxy_forwards() {
    let app = App::start().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    for caller in [&app.anonymous(), &acme, &globex] {
        for peer in [LOCAL, "127.8.8.8:1", "[::1]:1", "[::ffff:127.0.0.1]:1"] {
            let answer = scrape(caller, peer, None).await;
            assert_eq!(answer.status, 200, "{peer}");
            assert!(
                answer.headers["content-type"]
                    .to_str()
                    .unwrap()
                    .starts_with("application/openmetrics-text")
            );
            assert!(answer.text.ends_with("# EOF\n"));
        }
        for (peer, header) in [
            ("192.0.2.1:1", None),
            ("[2001:db8::1]:1", None),
            ("192.0.2.1:1", Some(("x-forwarded-for", "127.0.0.1"))),
            (LOCAL, Some(("x-forwarded-for", "192.0.2.1"))),
            (LOCAL, Some(("forwarded", "for=192.0.2.1"))),
            (LOCAL, Some(("via", "1.1 proxy"))),
        ] {
            let answer = scrape(caller, peer, header).await;
            assert_eq!(
                (answer.status, answer.str("/code")),
                (404, "not_found"),
                "{peer} {header:?}"
            );
        }
        assert_eq!(caller.get("/metrics").await.status, 404, "no connection to look at");
    }
    // With an address of their own they are there, and nowhere else.
    let apart = App::with_edge(Edge { shows_metrics: false, ..Edge::default() }).await;
    assert_eq!(scrape(&apart.anonymous(), LOCAL, None).await.status, 404);
    let own: Router = apart.service.metrics_router();
    for (path, status) in [("/metrics", 200), ("/auth/me", 404), ("/", 404)] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(own.clone().oneshot(request).await.unwrap().status(), status, "{path}");
    }
}

/// SC-3: whatever is asked, the series stay as many as the program has words, and none names anybody.
#[tokio::test]
async fn every_route_is_counted_and_labels_stay_bounded_and_tell_of_nobody() {
    let app = App::start().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let mut sizes = Vec::new();
    scrape(&acme, LOCAL, None).await;
    for round in 0..3 {
        for caller in [&acme, &globex, &app.anonymous()] {
            for operation in operations::all() {
                if operation.id == "account_logout" {
                    continue;
                }
                let organization = tenantry_core::OrganizationId::new().to_string();
                let path = operation.path.replace("{organization}", &organization);
                let path = path
                    .split('/')
                    .map(|part| if part.starts_with('{') { "canary-path" } else { part });
                let path = format!("{}?canary-query={round}", path.collect::<Vec<_>>().join("/"));
                caller.send(operation.method.clone(), &path, Some("{}".to_owned())).await;
            }
            for path in ["/docs", "/", "/canary-nowhere", "/api/canary-nowhere"] {
                caller.get(path).await;
            }
            let made_up = Method::from_bytes(format!("CANARY{round}").as_bytes()).unwrap();
            caller.send(made_up, "/auth/me", None).await;
        }
        let text = scrape(&acme, LOCAL, None).await.text;
        sizes.push(samples(&text).len());
    }
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    let text = scrape(&acme, LOCAL, None).await.text;
    let known: BTreeSet<&str> = [
        "route", "method", "status", "outcome", "policy", "login", "kind", "le", "version",
        "postgres",
    ]
    .into();
    for (name, labels, _) in samples(&text) {
        assert!(labels.keys().all(|key| known.contains(key.as_str())), "{name}: {labels:?}");
    }
    for operation in operations::all().iter().filter(|operation| operation.id != "account_logout") {
        let labels = [("route", operation.path.as_str()), ("method", operation.method.as_str())];
        assert!(value(&text, "tenantry_http_requests_total", &labels) >= 9.0, "{}", operation.path);
    }
    for owner in [&acme, &globex] {
        let (organization, user) = (owner.organization.to_string(), owner.user.to_string());
        let token = owner.token.as_deref().unwrap();
        for secret in [&organization, &user, token, &owner.refresh] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    for part in ["anary", "CANARY", "org_", "usr_", "prj_", "acme", "globex", "@"] {
        assert!(!text.contains(part), "{part}");
    }
}

#[tokio::test]
async fn the_series_say_what_happened() {
    let rate_limits = RateLimits { organization: 3, key: 1_000, address: 1_000 };
    let app = App::with_edge(Edge { rate_limits, ..Edge::default() }).await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let viewer = app.member("ada", acme.organization, tenantry_core::SystemRole::Viewer).await;
    let project = serde_json::json!({ "name": "Refused" });
    assert_eq!(viewer.post("/api/v1/projects", &project).await.status, 403);
    for status in [200, 200, 429, 429] {
        assert_eq!(acme.get("/api/v1/projects").await.status, status);
    }
    assert_eq!(globex.get("/api/v1/projects").await.status, 200);
    assert_eq!(app.login("acme").await.status, 200);
    let wrong =
        serde_json::json!({ "email": "acme@example.com", "password": "not this one at all" });
    assert_eq!(app.anonymous().post("/auth/login", &wrong).await.status, 401);

    let text = scrape(&acme, LOCAL, None).await.text;
    let of = |name: &str, labels: &[(&str, &str)]| value(&text, name, labels);
    let projects = ("route", "/api/v1/projects");
    assert_eq!(
        of("tenantry_http_requests_total", &[projects, ("method", "GET"), ("status", "2xx")]),
        3.0
    );
    assert_eq!(
        of("tenantry_http_requests_total", &[projects, ("method", "GET"), ("status", "4xx")]),
        2.0
    );
    assert_eq!(of("tenantry_http_request_duration_seconds_count", &[projects]), 6.0);
    assert_eq!(of("tenantry_rate_limited_total", &[("policy", "organization")]), 2.0);
    assert_eq!(of("tenantry_rate_limited_total", &[("policy", "address")]), 0.0);
    assert_eq!(of("tenantry_denials_total", &[]), 1.0);
    assert_eq!(of("tenantry_sign_ins_total", &[("outcome", "succeeded")]), 1.0);
    assert_eq!(of("tenantry_sign_ins_total", &[("outcome", "refused")]), 1.0);
    assert_eq!(of("tenantry_http_requests_in_flight", &[]), 1.0, "the scrape itself");
    assert_eq!(of("tenantry_build_info", &[("version", "0.0.0-test")]), 1.0);
    assert_eq!(of("tenantry_database_connections_max", &[("login", "tenantry_app")]), 4.0);
    assert!(of("tenantry_database_connections", &[("login", "tenantry_platform")]) >= 1.0);
    assert_eq!(of("tenantry_database_waiting", &[]), 0.0);
    assert!(of("process_resident_memory_bytes", &[]) > 1_000_000.0);
    assert!(of("process_open_fds", &[]) > 3.0);

    // A database that went away shows as such.
    app.doors.close();
    assert_eq!(globex.get("/api/v1/projects").await.status, 503);
    let text = scrape(&acme, LOCAL, None).await.text;
    assert!(value(&text, "tenantry_database_errors_total", &[("kind", "unavailable")]) >= 1.0);
}
