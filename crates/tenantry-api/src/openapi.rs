//! The OpenAPI document, made of the routes themselves.

use std::sync::OnceLock;

use aide::openapi::{Info, OpenApi};
use serde_json::{Value, json};
use tenantry_core::{ErrorCode, Problem};

use crate::router;

/// Problems of single operations that follow from what they do, not from their arguments.
const EXTRA_PROBLEMS: &[(&str, ErrorCode)] = &[
    ("account_signup", ErrorCode::EmailTaken),
    ("account_signup", ErrorCode::Unavailable),
    ("account_login", ErrorCode::InvalidCredentials),
    ("account_login", ErrorCode::NotFound),
    ("account_login", ErrorCode::Unavailable),
    ("account_refresh", ErrorCode::InvalidRefreshToken),
    ("account_refresh", ErrorCode::NotFound),
    ("account_refresh", ErrorCode::Unavailable),
    ("account_switch", ErrorCode::NotFound),
    ("organization_create", ErrorCode::SlugTaken),
    ("organization_update", ErrorCode::SlugTaken),
    ("organization_replace", ErrorCode::SlugTaken),
    ("project_create", ErrorCode::SlugTaken),
    ("project_update", ErrorCode::SlugTaken),
    ("project_replace", ErrorCode::SlugTaken),
    ("service_ready", ErrorCode::Unavailable),
    ("client_create", ErrorCode::PlanLimitReached),
    ("client_restore", ErrorCode::PlanLimitReached),
    ("project_create", ErrorCode::PlanLimitReached),
    ("project_restore", ErrorCode::PlanLimitReached),
    ("organization_restore", ErrorCode::NotFound),
    ("member_update", ErrorCode::LastOwner),
    ("member_replace", ErrorCode::LastOwner),
    ("member_remove", ErrorCode::LastOwner),
    ("member_leave", ErrorCode::LastOwner),
    ("project_member_add", ErrorCode::AlreadyMember),
];

/// The document of a server at this address.
#[must_use]
pub fn document(public_url: &str) -> Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let mut document = DOCUMENT.get_or_init(build).clone();
    if let Some(members) = document.as_object_mut() {
        members.insert("servers".to_owned(), json!([{ "url": public_url }]));
    }
    document
}

fn build() -> Value {
    let mut api = OpenApi {
        info: Info {
            title: "Tenantry".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            description: Some("Organizations, projects and accounts. What is another organization's is not found.".to_owned()),
            ..Info::default()
        },
        ..OpenApi::default()
    };
    let _documented: axum::Router<crate::Service> = router::documented().finish_api(&mut api);
    let mut document = serde_json::to_value(&api).unwrap_or_default();
    let schemes = json!({ "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "An access token of POST /auth/signup, /auth/login, /auth/refresh or /auth/switch." } });
    document["components"]["securitySchemes"] = schemes;
    document["components"]["responses"] = every_problem();
    document["tags"] = json!([
        { "name": "Accounts", "description": "Signing up, in, over and out." },
        { "name": "Organizations", "description": "The organizations you are in." },
        { "name": "Members", "description": "Who is in an organization, and as what." },
        { "name": "Clients", "description": "The customers of an organization." },
        { "name": "Audit and usage", "description": "What was done, and how much is used." },
        { "name": "Projects", "description": "Work inside an organization." },
        { "name": "Service", "description": "Health, keys and discovery." },
    ]);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            complete_path(path, item);
        }
    }
    document
}

/// Adds what the types cannot say: tags, path parameters, and the problems of single operations.
fn complete_path(path: &str, item: &mut Value) {
    let parameters = path_parameters(path);
    for operation in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
        let Some(id) = operation["operationId"].as_str().map(str::to_owned) else { continue };
        let tag = match id.split('_').next() {
            Some("account") => "Accounts",
            Some("organization") => "Organizations",
            Some("project") => "Projects",
            Some("member" | "permission") => "Members",
            Some("client") => "Clients",
            Some("audit" | "usage") => "Audit and usage",
            _ => "Service",
        };
        operation["tags"] = json!([tag]);
        if !parameters.is_empty() {
            let mut all = parameters.clone();
            all.extend(operation["parameters"].as_array().cloned().unwrap_or_default());
            operation["parameters"] = all.into();
        }
        for (_, code) in EXTRA_PROBLEMS.iter().filter(|(operation, _)| *operation == id) {
            add_problem(operation, *code);
        }
        show_problems(operation);
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let known = [
        (
            "organization",
            "An id (org_…), a bare UUID, a slug, or `current` for the organization of token or header.",
        ),
        ("project", "An id (prj_…) or a bare UUID."),
        ("client", "An id (cli_…) or a bare UUID."),
        ("user", "An id (usr_…) or a bare UUID."),
    ];
    let in_path = known.into_iter().filter(|(name, _)| path.contains(&format!("{{{name}}}")));
    in_path
        .map(|(name, description)| {
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": { "type": "string" } })
        })
        .collect()
}

fn add_problem(operation: &mut Value, code: ErrorCode) {
    let response = &mut operation["responses"][code.status().to_string()];
    if response.is_null() {
        *response = json!({ "description": "", "x-tenantry-codes": [], "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    }
    let Some(codes) = response["x-tenantry-codes"].as_array_mut() else { return };
    if codes.iter().any(|known| known == code.code()) {
        return;
    }
    codes.push(code.code().into());
    let description = response["description"].as_str().unwrap_or_default();
    let separator = if description.is_empty() { "" } else { "; " };
    response["description"] = format!("{description}{separator}{}", code.title()).into();
}

/// Every problem there is, by status: some may be answered by any operation, or by none of them.
fn every_problem() -> Value {
    let mut operation = json!({ "responses": {} });
    for code in ErrorCode::ALL {
        add_problem(&mut operation, *code);
    }
    show_problems(&mut operation);
    operation["responses"].take()
}

/// Gives every problem response one example a code, so that readers see what each looks like.
fn show_problems(operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for response in responses.values_mut() {
        let named = tenantry_tower::problem_codes(response);
        let codes =
            ErrorCode::ALL.iter().filter(|code| named.iter().any(|name| name == code.code()));
        let examples: serde_json::Map<String, Value> = codes
            .map(|code| {
                let body = Problem::new(*code, code.explanation().trim()).body(None);
                (code.code().to_owned(), json!({ "summary": code.title(), "value": body }))
            })
            .collect();
        if !examples.is_empty() {
            response["content"]["application/problem+json"]["examples"] = examples.into();
        }
    }
}
