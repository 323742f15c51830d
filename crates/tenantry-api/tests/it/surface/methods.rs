//! Methods that an address does not have, and the addresses that there are not.

use std::collections::BTreeMap;

use http::Method;
use tenantry_core::{OrganizationId, ProjectId};
use tenantry_testkit::App;

use crate::operations;
use crate::problem::assert_problem;

/// AZ-4, RFC 9110 section 15.5.6
#[tokio::test]
async fn a_method_that_an_address_does_not_have_is_405_and_allow_lists_the_others() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let mut paths: BTreeMap<String, Vec<Method>> = BTreeMap::new();
    let (organization, project) = (OrganizationId::new().to_string(), ProjectId::new().to_string());
    for operation in operations::all() {
        let path = operation.path.replace("{organization}", &organization);
        let path = path.replace("{project}", &project);
        if let Some(rest) = path.strip_prefix("/api/v1") {
            paths.entry(format!("/api{rest}")).or_default().push(operation.method.clone());
        }
        paths.entry(path).or_default().push(operation.method);
    }
    for path in [
        "/",
        "/docs",
        "/docs/index",
        "/README.md",
        "/llms.txt",
        "/openapi.json",
        "/assets/tenantry.css",
    ] {
        paths.entry(path.to_owned()).or_default().push(Method::GET);
    }
    let brew = Method::from_bytes(b"BREW").unwrap();
    for (path, has) in &paths {
        for method in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
            Method::TRACE,
            brew.clone(),
        ] {
            if has.contains(&method) {
                continue;
            }
            for caller in [&owner, &app.anonymous()] {
                let answer = caller.send(method.clone(), path, None).await;
                assert_problem(&answer, 405, "method_not_allowed");
                let allow = answer.headers["allow"].to_str().unwrap();
                let mut listed: Vec<&str> =
                    allow.split(',').map(str::trim).filter(|name| *name != "HEAD").collect();
                let mut wanted: Vec<&str> = has.iter().map(Method::as_str).collect();
                listed.sort_unstable();
                wanted.sort_unstable();
                assert_eq!(listed, wanted, "{path}");
            }
        }
    }
    assert!(paths.len() >= 20);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    for path in ["/livez", "/docs", "/api/v1/projects", "/auth/me"] {
        let answer = owner.send(Method::HEAD, path, None).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{path}");
    }
    assert_eq!(app.anonymous().send(Method::HEAD, "/auth/me", None).await.status, 401);
}

/// AZ-12: other spellings of an address are other addresses, and none of them is a way past the guard.
#[tokio::test]
async fn another_spelling_of_an_address_leads_nowhere_or_to_the_same_guard() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let project = owner.project("Rocket").await;
    let stranger = app.owner("north").await;
    for path in [
        "/api/v1/projects/",
        "//api/v1/projects",
        "/api//v1/projects",
        "/api/v1//projects",
        "/API/v1/projects",
        "/api/v1/Projects",
        "/api/v1/./projects",
        "/api/v1/x/../projects",
        "/api/v1/%2e/projects",
        "/api/v1/x/%2e%2e/projects",
        "/api/v1%2fprojects",
        "/api/v1/projects;a=b",
        "/api/v1/projects%00",
        "/api/v1/projects%20",
        "/api/v1/projects.json",
        "/api/v1/projects/%2e%2e/projects",
        "/api/v2/projects",
        "/api",
        "/api/",
        "/auth",
        "/auth/",
        "/auth/me/",
        "/Auth/me",
        "/%61pi/v1/projects",
        "/api/v1/%70rojects",
        "/docs/",
        "/assets/",
        "/assets/../openapi.json",
        "/.env",
        "/auth/../docs",
        "/livez/",
        "/.well-known/",
        "/.well-known/../livez",
        "/api/v1/projects/~",
        "/api/v1/organizations/..",
        "/api/v1/organizations/%2e%2e",
    ] {
        for caller in [&stranger, &app.anonymous()] {
            let answer = caller.get(path).await;
            assert!(matches!(answer.status, 401 | 404), "{path} {}", answer.text);
            assert!(!answer.text.contains("Rocket"));
        }
    }
    for path in [
        format!("/api/v1/projects/{project}"),
        format!("/api/v1/projects/{}", project.replace('_', "%5f")),
        format!("/api/v1/projects/{project}?x=1"),
    ] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        assert_eq!(app.anonymous().get(&path).await.status, 401, "{path}");
    }
    for header in [
        "x-http-method-override",
        "x-method-override",
        "x-original-url",
        "x-rewrite-url",
        "x-forwarded-host",
        "x-request-from",
    ] {
        let caller = stranger.with_header(header, format!("/api/v1/projects/{project}"));
        assert_eq!(caller.get(&format!("/api/v1/projects/{project}")).await.status, 404);
        let caller = owner.with_header(header, "DELETE");
        assert_eq!(caller.get(&format!("/api/v1/projects/{project}")).await.status, 200);
    }
    assert_eq!(owner.get(&format!("/api/v1/projects/{project}")).await.status, 200);
}
