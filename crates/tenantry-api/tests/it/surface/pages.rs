//! What people look at, and what programs find without signing in.

use std::collections::BTreeSet;

use tenantry_core::problem::PROBLEM_TYPE_BASE;
use tenantry_testkit::App;

use crate::operations;

#[tokio::test]
async fn the_pages_and_what_they_load_are_served() {
    let app = App::start().await;
    let anybody = app.anonymous();
    for (path, media, part) in [
        ("/", "text/html; charset=utf-8", "Tenantry is running"),
        ("/docs", "text/html; charset=utf-8", "project_create"),
        ("/assets/tenantry.css", "text/css; charset=utf-8", ":focus-visible"),
        ("/assets/tenantry.svg", "image/svg+xml", "<svg"),
        ("/openapi.json", "application/json", "\"openapi\":\"3.1"),
        ("/livez", "application/json", "\"live\""),
        ("/readyz", "application/json", "\"ready\""),
        ("/.well-known/jwks.json", "application/json", "\"OKP\""),
        ("/.well-known/openid-configuration", "application/json", "\"EdDSA\""),
    ] {
        let answer = anybody.get(path).await;
        assert_eq!(answer.status, 200, "{path} {}", answer.text);
        assert_eq!(answer.headers["content-type"], media, "{path}");
        assert!(answer.text.contains(part), "{path} has no {part}");
    }
    assert_eq!(anybody.get("/openapi.json").await.json, operations::document());
    // Private parts of a key have names: none of them is here.
    let keys = anybody.get("/.well-known/jwks.json").await;
    let key = &keys.json["keys"][0];
    assert!(key["d"].is_null() && key["k"].is_null() && key["kid"].is_string(), "{}", keys.text);
    assert_eq!((key["crv"].as_str(), key["use"].as_str()), (Some("Ed25519"), Some("sig")));
}

#[tokio::test]
async fn every_link_of_the_pages_leads_to_something_that_is_served() {
    let app = App::start().await;
    for page in ["/", "/docs"] {
        let html = app.anonymous().get(page).await.text;
        let ids: Vec<&str> = attributes(&html, "id").collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len(), "{page} has an id twice");
        for link in attributes(&html, "href").chain(attributes(&html, "src")) {
            match link.strip_prefix('#') {
                Some(anchor) => assert!(unique.contains(anchor), "{page} has no {anchor}"),
                None if link.starts_with('/') => {
                    assert_eq!(app.anonymous().get(link).await.status, 200, "{link}")
                }
                None => panic!("{page} leads away, to {link}"),
            }
        }
        assert!(!html.contains("<script") && !html.contains("style="), "{page}");
    }
}

#[tokio::test]
async fn every_operation_and_every_problem_stands_in_the_reference() {
    let app = App::start().await;
    let html = app.anonymous().get("/docs").await.text;
    for operation in operations::all() {
        assert!(html.contains(&operation.id), "{} is absent", operation.id);
        if let Some(permission) = operation.permission() {
            assert!(html.contains(permission), "{permission} is absent");
        }
    }
    // `type` of a problem leads here.
    for code in tenantry_core::ErrorCode::ALL {
        let (page, anchor) = PROBLEM_TYPE_BASE.split_once('#').unwrap();
        assert_eq!(page, "/docs");
        assert!(
            html.contains(&format!("id=\"{anchor}{}\"", code.code())),
            "{} is absent",
            code.code()
        );
    }
}

fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!(" {name}=\"");
    html.match_indices(&start)
        .map(|(at, _)| at + name.len() + 3)
        .filter_map(|at| html[at..].split('"').next())
        .collect::<Vec<_>>()
        .into_iter()
}
