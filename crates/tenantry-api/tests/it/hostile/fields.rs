//! The strings in every field of every body, in every path and in every query parameter.

use http::Method;
use serde_json::{Value, json};
use tenantry_testkit::{Answer, App, Caller, PASSWORD};

use super::strings;
use crate::problem::assert_well_formed;

#[track_caller]
fn assert_decent(answer: &Answer, sent: &str) {
    assert!(answer.status < 500, "{} for {sent:?}", answer.text);
    if answer.status >= 400 {
        assert_well_formed(answer, sent);
    }
}

/// Every body with its fields; the others keep a good value.
fn bodies() -> Vec<(Method, &'static str, Value)> {
    vec![
        // The password is refused before anything is hashed, so that the other fields can be tried by the thousand.
        (
            Method::POST,
            "/auth/signup",
            json!({ "email": "a@example.com", "password": "too short", "name": "Ada", "organization_name": "Works" }),
        ),
        (
            Method::POST,
            "/auth/refresh",
            json!({ "refresh_token": "rft_x", "organization_id": null }),
        ),
        (Method::POST, "/auth/switch", json!({ "organization_id": "org_x" })),
        (Method::POST, "/api/v1/organizations", json!({ "name": "Works", "slug": "current" })),
        (
            Method::PATCH,
            "/api/v1/organizations/current",
            json!({ "name": "Works", "slug": "current", "description": "" }),
        ),
        (
            Method::POST,
            "/api/v1/projects",
            json!({ "name": "Rocket", "slug": "new", "description": "", "organization_id": null }),
        ),
        (
            Method::POST,
            "/api/v1/organizations/current/clients",
            json!({ "name": "Retail", "metadata": null }),
        ),
        (
            Method::PATCH,
            "/api/v1/organizations/current/clients/{client}",
            json!({ "name": "Retail", "metadata": {} }),
        ),
        (Method::PATCH, "/api/v1/organizations/current/members/{user}", json!({ "role": "owner" })),
        (Method::POST, "/api/v1/organizations/current/transfer", json!({ "user_id": "usr_x" })),
        (
            Method::POST,
            "/api/v1/projects/{project}/members",
            json!({ "user_id": "usr_x", "role": "viewer" }),
        ),
        (Method::PUT, "/api/v1/organizations/current/settings", json!({ "theme": "dark" })),
        (Method::PATCH, "/api/v1/projects/{project}/settings", json!({ "theme": "dark" })),
        (
            Method::PATCH,
            "/api/v1/projects/{project}",
            json!({ "client_id": null, "visibility": "organization", "metadata": {} }),
        ),
        (
            Method::PUT,
            "/api/v1/projects/{project}",
            json!({ "name": "Rocket", "slug": "new", "description": "", "organization_id": null }),
        ),
    ]
}

async fn try_out(caller: &Caller, method: &Method, path: &str, body: &Value, sent: &str) -> Answer {
    let answer = caller.send(method.clone(), path, Some(body.to_string())).await;
    assert_decent(&answer, sent);
    answer
}

#[tokio::test]
async fn no_string_in_any_field_is_an_error_of_ours() {
    let strings = strings::all();
    assert!(strings.len() >= 400, "{}", strings.len());
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let project = owner.project("Rocket").await;
    let clients = "/api/v1/organizations/current/clients";
    let client = owner.post(clients, &json!({ "name": "Retail" })).await.str("/id").to_owned();
    let (mut requests, mut turn) = (0, 0);
    for (method, path, body) in bodies() {
        let path = path.replace("{project}", &project).replace("{client}", &client);
        let path = path.replace("{user}", &owner.user.to_string());
        app.keep_up();
        for field in body.as_object().unwrap().keys() {
            turn += 1;
            for text in &strings::share(turn) {
                let mut body = body.clone();
                body[field] = json!(text);
                try_out(&owner, &method, &path, &body, text).await;
                requests += 1;
            }
        }
        // Inside of what an application keeps: as a value, as a name, and deeper.
        for field in ["metadata", "theme"].iter().filter(|field| body.get(**field).is_some()) {
            for text in &strings::share(turn) {
                for kept in [
                    json!({ "a": text }),
                    json!({ text.as_str(): 1 }),
                    json!({ "a": { "b": [text] } }),
                ] {
                    let mut body = body.clone();
                    body[*field] = kept;
                    try_out(&owner, &method, &path, &body, text).await;
                }
            }
            app.keep_up();
        }
        // As the name of a field, and as a value of another type.
        for text in strings.iter().step_by(5) {
            let mut body = body.clone();
            body[text.as_str()] = json!(1);
            try_out(&owner, &method, &path, &body, text).await;
        }
        for value in [
            json!(null),
            json!(0),
            json!(-1),
            json!(1.5),
            json!(u64::MAX),
            json!(true),
            json!([]),
            json!({}),
            json!([[]]),
            json!({ "a": { "b": 1 } }),
        ] {
            for field in body.as_object().unwrap().keys() {
                let mut body = body.clone();
                body[field] = value.clone();
                try_out(&owner, &method, &path, &body, "").await;
            }
            try_out(&owner, &method, &path, &value, "").await;
        }
    }
    assert!(requests > 6_000, "{requests}");
}

/// Those that reach the hash are costly, so they go in groups.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_password_and_no_address_at_the_door_is_an_error_of_ours() {
    let app = App::start().await;
    app.owner("acme").await;
    let strings = strings::all();
    let emails = strings.iter().map(|text| (text, json!({ "email": text, "password": PASSWORD })));
    let passwords = strings
        .iter()
        .step_by(3)
        .map(|text| (text, json!({ "email": "acme@example.com", "password": text })));
    let bodies: Vec<_> = emails.chain(passwords).collect();
    for group in bodies.chunks(32) {
        let tries = group.iter().map(|(text, body)| {
            let caller = app.anonymous();
            async move { (text, caller.post("/auth/login", body).await) }
        });
        for (text, answer) in futures_util::future::join_all(tries).await {
            assert_decent(&answer, text);
            assert!(matches!(answer.status, 401 | 422), "{text:?} {}", answer.text);
        }
    }
    for text in strings.iter().step_by(16) {
        let body = json!({ "email": "new@example.com", "password": text, "name": "Ada", "organization_name": "Works" });
        assert_decent(&app.anonymous().post("/auth/signup", &body).await, text);
    }
}

const EVENTS: &str = "/api/v1/organizations/current/audit-events";

#[tokio::test]
async fn no_path_and_no_query_is_an_error_of_ours() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let (mut tried, mut at) = (std::collections::BTreeSet::new(), 0_usize);
    for (turn, text) in strings::all().iter().filter(|text| text.len() < 5_000).enumerate() {
        app.keep_up();
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        // Only what may stand in an address as it is.
        let plain: String = text
            .chars()
            .filter(|c| c.is_ascii_graphic() && !"?#\"<>\\^`{|}%".contains(*c))
            .collect();
        for part in [encoded, plain] {
            if part.len() > 7_000 {
                continue;
            }
            if !tried.insert(part.clone()) {
                continue;
            }
            for path in [
                format!("/api/v1/projects/{part}"),
                format!("/api/v1/organizations/{part}"),
                format!("/{part}"),
                format!("/auth/{part}"),
                format!("/api/v1/projects?limit={part}"),
                format!("/api/v1/projects?cursor={part}"),
                format!("/api/v1/organizations?{part}=1"),
                format!("/api/v1/projects/{part}/members"),
                format!("/api/v1/organizations/current/clients/{part}"),
                format!("/api/v1/organizations/current/members/{part}"),
                format!("/api/v1/organizations/current/members?search={part}"),
                format!("/api/v1/projects?client_id={part}"),
                format!("{}?action={part}", EVENTS),
                format!("{}?actor={part}&subject={part}", EVENTS),
                format!("{}?from={part}&until={part}", EVENTS),
            ] {
                // Each string in a third of the places, each place with a third of the strings.
                at += 1;
                if at % 3 == turn % 3 {
                    assert_decent(&owner.get(&path).await, text);
                }
            }
        }
    }
}
