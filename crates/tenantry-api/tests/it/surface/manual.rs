//! The documents that the server gives: complete, linked without a dead end, kept by their bytes.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use tenantry_api::pages::{DOCUMENTS, plain_reference};
use tenantry_testkit::{Answer, App, Caller};

use crate::checked_in;

#[test]
fn the_reference_of_the_api_is_fresh() {
    let document = tenantry_api::openapi::document("http://localhost:8000");
    let page = format!(
        "# The HTTP interface\n\n\
        <!-- Generated from crates/tenantry-api/tests/output/openapi.json; `cargo xtask bless` writes it. -->\n\n\
        Every operation, with who may call it, what it takes, what it answers, and a command to try. A running server\n\
        shows the same at `/docs`, and as data at `/openapi.json`.\n\n\
        The commands expect an access token in `ACCESS_TOKEN`, and names from paths in variables such as `PROJECT`.\n\
        [The tutorial](../tutorials/first-organization.md) gets them. Every refusal is\n\
        [a problem](errors.md) whose `code` programs decide by; `/api/v1/…` answers as `/api/…` too.\n{}",
        plain_reference(&document)
    );
    checked_in::compare("docs/reference/api.md", &page);
}

/// Every link and every anchor of every page, from `/` on: what it leads to is served, and has the anchor.
#[tokio::test]
async fn no_link_and_no_anchor_of_any_page_leads_nowhere() {
    let app = App::start().await;
    let anybody = app.anonymous();
    let mut pages = BTreeMap::new();
    let mut waiting = vec!["/".to_owned()];
    let mut links = Vec::new();
    while let Some(address) = waiting.pop() {
        if pages.contains_key(&address) {
            continue;
        }
        let answer = anybody.get(&address).await;
        assert_eq!(answer.status, 200, "{address}");
        let is_page = answer.headers["content-type"].to_str().unwrap().starts_with("text/html");
        let html = if is_page { answer.text } else { String::new() };
        for link in attributes(&html, "href").chain(attributes(&html, "src")) {
            if link.starts_with("https://") || link.starts_with("http://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if path.is_empty() { &address } else { path };
            assert!(path.starts_with('/'), "{address} links to {link}");
            waiting.push(path.to_owned());
            links.push((address.clone(), path.to_owned(), anchor.to_owned()));
        }
        let ids: Vec<String> = attributes(&html, "id").map(str::to_owned).collect();
        let unique: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(unique.len(), ids.len(), "{address} has an id twice");
        pages.insert(address, unique);
    }
    for (from, to, anchor) in &links {
        assert!(anchor.is_empty() || pages[to].contains(anchor), "{from} links to {to}#{anchor}");
    }
    for document in DOCUMENTS {
        assert!(pages.contains_key(&document.address()), "{} is linked nowhere", document.path);
    }
    assert!(links.len() > 1000, "{}", links.len());
}

/// The plain Markdown links to plain Markdown: relative paths lead to the same documents as in the repository.
#[tokio::test]
async fn the_documents_are_given_as_plain_markdown_too() {
    let app = App::start().await;
    let anybody = app.anonymous();
    let list = anybody.get("/llms.txt").await;
    assert_eq!(list.headers["content-type"], "text/plain; charset=utf-8");
    for document in DOCUMENTS {
        let address = format!("/{}", document.path);
        let answer = anybody.get(&address).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, document.text), "{address}");
        assert_eq!(answer.headers["content-type"], "text/markdown; charset=utf-8");
        assert!(list.text.contains(&format!("{address})")), "{address}");
        for link in
            document.text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next())
        {
            if link.ends_with(".md") && !link.contains(':') {
                let folder = address.rsplit_once('/').unwrap().0;
                let path = joined(&format!("{folder}/{link}"));
                assert_eq!(anybody.get(&path).await.status, 200, "{address} links to {link}");
            }
        }
    }
    for absent in [
        "/docs/",
        "/docs/guides",
        "/docs/guides/none",
        "/docs/index/",
        "/docs//index",
        "/docs/index%00",
        "/docs/../README.md",
        "/docs/%2e%2e/README.md",
        "/LICENSE-MIT",
    ] {
        assert_eq!(anybody.get(absent).await.status, 404, "{absent}");
    }
}

/// RFC 9110, sections 8.8.3 and 13.1.2
#[tokio::test]
async fn pages_have_a_strong_etag_and_are_sent_once() {
    let app = App::start().await;
    let anybody = app.anonymous();
    let mut tags = BTreeSet::new();
    let addresses = [
        "/docs",
        "/openapi.json",
        "/llms.txt",
        "/docs/index",
        "/README.md",
        "/assets/tenantry.css",
    ];
    for address in addresses {
        let first = anybody.get(address).await;
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.len() > 16, "{address} {tag}");
        assert_eq!(anybody.get(address).await.headers["etag"], tag.as_str(), "{address}");
        for method in [Method::GET, Method::HEAD] {
            let again = asked(&anybody, &tag).send(method, address, None).await;
            assert_eq!((again.status, again.text.as_str()), (304, ""), "{address}");
            same_headers(&first, &again, address);
        }
        assert_eq!(asked(&anybody, "\"other\"").get(address).await.text, first.text, "{address}");
        tags.insert(tag);
    }
    assert_eq!(tags.len(), addresses.len());
}

/// A client takes over what a 304 says for what it has kept, the policy of a page included.
fn same_headers(first: &Answer, again: &Answer, address: &str) {
    for name in ["etag", "cache-control", "content-security-policy", "x-content-type-options"] {
        assert_eq!(first.headers.get(name), again.headers.get(name), "{name} of {address}");
    }
}

fn asked(caller: &Caller, tag: &str) -> Caller {
    caller.with_header("if-none-match", tag)
}

fn joined(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let start = format!(" {name}=\"");
    html.match_indices(&start)
        .map(|(at, _)| at + start.len())
        .filter_map(|at| html[at..].split('"').next())
        .collect::<Vec<_>>()
        .into_iter()
}
