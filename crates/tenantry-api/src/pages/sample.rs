//! A document for the tests of the pages, in the dialect the real one is generated in.
//!
//! It is written by hand on purpose: the tests hold the page to OpenAPI 3.1, not to one generator's habits.

use serde_json::{Map, Value, json};

/// How many operations the document has.
pub(super) const OPERATIONS: usize = 21;

/// The whole document.
pub(super) fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tenantry",
            "version": "0.1.0",
            "description": "Accounts, organizations and projects, each organization behind its own boundary.\n\nA request has one \
                organization or none. It is named by the path, the access token, `X-Organization-ID` (an id) or `X-Organization` \
                (a slug); all that are present must name the same one."
        },
        "servers": [{"url": "http://127.0.0.1:8000"}],
        "tags": [
            {"name": "Accounts", "description": "People, their sessions and their tokens."},
            {"name": "Organizations", "description": "The tenants. Every row of an application belongs to exactly one."},
            {"name": "Projects", "description": "Work inside an organization."},
            {"name": "Service", "description": "Whether the server lives, and what it signs with."}
        ],
        "paths": paths(),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                "description": "An access token from `POST /auth/login` or `POST /auth/signup`. It lives 15 minutes and names at most one organization."}},
            "schemas": schemas()
        }
    })
}

/// The ids of all operations.
pub(super) fn operation_ids(document: &Value) -> Vec<String> {
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    operations
        .filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned))
        .collect()
}

/// One operation in short: path, method, tag, id, summary, who may call, body, status, answer. Who may call is
/// `*` for everyone, `` for anyone signed in, else a permission.
type Row = [&'static str; 9];

const ACCOUNTS: [Row; 6] = [
    [
        "/auth/signup",
        "post",
        "Accounts",
        "account_signup",
        "Sign up",
        "*",
        "Signup",
        "201",
        "Session",
    ],
    ["/auth/login", "post", "Accounts", "account_login", "Sign in", "*", "Login", "200", "Session"],
    [
        "/auth/refresh",
        "post",
        "Accounts",
        "session_refresh",
        "Refresh a token",
        "*",
        "Refresh",
        "200",
        "Session",
    ],
    [
        "/auth/switch",
        "post",
        "Accounts",
        "session_switch",
        "Switch organization",
        "",
        "Switch",
        "200",
        "Session",
    ],
    ["/auth/logout", "post", "Accounts", "session_end", "Sign out", "", "", "204", ""],
    ["/auth/me", "get", "Accounts", "account_read", "Read your own account", "", "", "200", "Me"],
];

const ORGANIZATIONS: [Row; 6] = [
    [
        ALL_ORGANIZATIONS,
        "get",
        "Organizations",
        "organization_list",
        "List your organizations",
        "",
        "",
        "200",
        "OrganizationPage",
    ],
    [
        ALL_ORGANIZATIONS,
        "post",
        "Organizations",
        "organization_create",
        "Create an organization",
        "",
        "NewOrganization",
        "201",
        "Organization",
    ],
    [
        ORGANIZATION,
        "get",
        "Organizations",
        "organization_read",
        "Read an organization",
        "org:read",
        "",
        "200",
        "Organization",
    ],
    [
        ORGANIZATION,
        "put",
        "Organizations",
        "organization_replace",
        "Replace an organization",
        "org:update",
        "OrganizationChange",
        "200",
        "Organization",
    ],
    [
        ORGANIZATION,
        "patch",
        "Organizations",
        "organization_update",
        "Change an organization",
        "org:update",
        "OrganizationChange",
        "200",
        "Organization",
    ],
    [
        ORGANIZATION,
        "delete",
        "Organizations",
        "organization_delete",
        "Delete an organization",
        "org:delete",
        "",
        "204",
        "",
    ],
];

const PROJECTS: [Row; 6] = [
    [
        ALL_PROJECTS,
        "get",
        "Projects",
        "project_list",
        "List projects",
        "project:read",
        "",
        "200",
        "ProjectPage",
    ],
    [
        ALL_PROJECTS,
        "post",
        "Projects",
        "project_create",
        "Create a project",
        "project:create",
        "NewProject",
        "201",
        "Project",
    ],
    [
        PROJECT,
        "get",
        "Projects",
        "project_read",
        "Read a project",
        "project:read",
        "",
        "200",
        "Project",
    ],
    [
        PROJECT,
        "put",
        "Projects",
        "project_replace",
        "Replace a project",
        "project:update",
        "ProjectChange",
        "200",
        "Project",
    ],
    [
        PROJECT,
        "patch",
        "Projects",
        "project_update",
        "Change a project",
        "project:update",
        "ProjectChange",
        "200",
        "Project",
    ],
    [
        PROJECT,
        "delete",
        "Projects",
        "project_delete",
        "Delete a project",
        "project:delete",
        "",
        "204",
        "",
    ],
];

const SERVICE: [Row; 3] = [
    ["/livez", "get", "Service", "service_live", "Liveness", "*", "", "200", ""],
    ["/readyz", "get", "Service", "service_ready", "Readiness", "*", "", "200", ""],
    [
        "/.well-known/jwks.json",
        "get",
        "Service",
        "service_keys",
        "Signing keys",
        "*",
        "",
        "200",
        "Jwks",
    ],
];

const ALL_ORGANIZATIONS: &str = "/api/v1/organizations";
const ORGANIZATION: &str = "/api/v1/organizations/{organization}";
const ALL_PROJECTS: &str = "/api/v1/projects";
const PROJECT: &str = "/api/v1/projects/{project}";

fn paths() -> Value {
    let mut paths = Map::new();
    for row in ACCOUNTS.iter().chain(&ORGANIZATIONS).chain(&PROJECTS).chain(&SERVICE) {
        let [path, method, ..] = *row;
        paths.entry(path).or_insert_with(|| json!({}))[method] = operation(row);
    }
    Value::Object(paths)
}

fn operation(row: &Row) -> Value {
    let [path, _, tag, id, summary, who, body, status, answer] = *row;
    let content = |name: &str| json!({"application/json": {"schema": {"$ref": format!("#/components/schemas/{name}")}}});
    let mut operation = json!({"tags": [tag], "operationId": id, "summary": summary, "parameters": parameters(path, id)});
    let mut responses = json!({status: {"description": "Done."}});
    if !answer.is_empty() {
        responses[status]["content"] = content(answer);
    }
    if !body.is_empty() {
        operation["requestBody"] = json!({"content": content(body), "required": true});
        responses["422"] = problem(
            "The body is not acceptable.",
            "invalid_body",
            "A field is missing, unknown or out of its limits.",
        );
    }
    if who == "*" {
        operation["x-tenantry-public"] = json!(true);
    } else {
        operation["security"] = json!([{"bearer": []}]);
        responses["401"] = problem(
            "Not signed in.",
            "unauthenticated",
            "No credential, or one that is not valid any more.",
        );
    }
    if who.contains(':') {
        operation["x-tenantry-permission"] = json!(who);
        responses["403"] = problem(
            "Readable to you, but not permitted.",
            "forbidden",
            "Your role does not hold the permission; the answer names it.",
        );
        responses["404"] = problem(
            "Absent, or another organization's.",
            "not_found",
            "There is nothing here for this caller.",
        );
    }
    if id.ends_with("_create") {
        operation["description"] = json!(
            "The change and its audit event are committed together.\n\nThe slug is made from the name unless one is given:\n\n- lower case, words joined by `-`\n- unique in its scope, else **409**"
        );
        responses["409"] = problem(
            "It conflicts with what is there.",
            "slug_taken",
            "Another one in the same scope has this slug.",
        );
    }
    operation["responses"] = responses;
    operation
}

fn parameters(path: &str, id: &str) -> Value {
    let named = |name: &str, example: &str| {
        json!([{"in": "path", "name": name, "required": true, "example": example, "description": "An id, a UUID or a slug.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 63}}])
    };
    match path {
        ORGANIZATION => named("organization", "current"),
        PROJECT => named("project", "prj_01jd8v5xq2e7kr9m0a1b2c3d4e"),
        _ if id.ends_with("_list") => json!([
            {"in": "query", "name": "limit", "schema": {"type": "integer", "format": "uint8", "minimum": 1, "maximum": 100, "default": 20}, "description": "How many at most."},
            {"in": "query", "name": "cursor", "schema": {"type": ["string", "null"]}, "description": "`next_cursor` of the page before."}
        ]),
        _ => json!([]),
    }
}

fn problem(description: &str, code: &str, detail: &str) -> Value {
    json!({"description": description, "content": {"application/problem+json": {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {code: {"value": {"code": code, "title": detail, "detail": detail}}}}}})
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn schemas() -> Value {
    let email = json!({"type": "string", "format": "email", "maxLength": 254, "examples": ["user@example.com"], "description": "Compared without regard to case."});
    let password = json!({"type": "string", "minLength": 8, "maxLength": 1024, "examples": ["securepassword123"], "description": "Guessable ones are refused."});
    let time = json!({"type": "string", "format": "date-time"});
    let name = json!({"type": "string", "minLength": 1, "maxLength": 200, "examples": ["Marketing Campaign"], "description": "What people call it."});
    let text = json!({"type": ["string", "null"], "maxLength": 2000, "examples": ["Q1 2027 campaign"], "description": "For people."});
    let slug = json!({"type": ["string", "null"], "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 63, "description": "Its name in addresses."});
    let organization = json!({"$ref": "#/components/schemas/OrganizationId"});
    let role = json!({"$ref": "#/components/schemas/Role"});
    let page = |of: &str| {
        object(
            &["data"],
            &json!({
        "data": {"type": "array", "items": {"$ref": format!("#/components/schemas/{of}")}},
        "next_cursor": {"type": ["string", "null"], "description": "Absent on the last page."}}),
        )
    };
    json!({
        "OrganizationId": {"type": "string", "pattern": "^org_[0-9a-z]{26}$", "examples": ["org_01jd8v4m0gfp8s3ke4x5w6y7za"]},
        "Role": {"type": "string", "enum": ["owner", "admin", "member", "viewer"]},
        "Signup": object(&["email", "password", "name", "organization_name"], &json!({"email": email, "password": password,
            "name": {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["Ada Example"]},
            "organization_name": {"type": "string", "minLength": 1, "maxLength": 200, "examples": ["My Organization"]}})),
        "Login": object(&["email", "password"], &json!({"email": email, "password": password,
            "organization_id": {"anyOf": [organization, {"type": "null"}], "description": "The organization the token is for; without it, the last one used."}})),
        "Refresh": object(&["refresh_token"], &json!({"refresh_token": {"type": "string"}, "organization_id": {"anyOf": [organization, {"type": "null"}]}})),
        "Switch": object(&["organization_id"], &json!({"organization_id": organization})),
        "User": object(&["id", "email", "name"], &json!({"id": {"type": "string", "examples": ["usr_01jd8v4kzzf0r8q2w3e4t5y6va"]}, "email": email, "name": {"type": "string", "examples": ["Ada Example"]}})),
        "Session": object(&["access_token", "refresh_token", "token_type", "expires_in", "user"], &json!({
            "access_token": {"type": "string", "examples": ["eyJhbGciOiJFZERTQSJ9…"]}, "refresh_token": {"type": "string", "examples": ["rt_3Jx…"]},
            "token_type": {"const": "Bearer"}, "expires_in": {"type": "integer", "format": "uint32", "examples": [900], "description": "Seconds."},
            "user": {"$ref": "#/components/schemas/User"}, "organization": {"anyOf": [{"$ref": "#/components/schemas/Organization"}, {"type": "null"}]}})),
        "Me": object(&["user", "organizations", "permissions"], &json!({"user": {"$ref": "#/components/schemas/User"},
            "organizations": {"type": "array", "items": object(&["organization", "role", "joined_at"], &json!({"organization": {"$ref": "#/components/schemas/Organization"}, "role": role, "joined_at": time}))},
            "permissions": {"type": "array", "items": {"type": "string", "examples": ["project:create"]}}})),
        "Organization": object(&["id", "name", "slug"], &json!({"id": organization, "name": {"type": "string", "examples": ["My Organization"]}, "slug": {"type": "string", "examples": ["my-organization"]}, "created_at": time, "updated_at": time})),
        "NewOrganization": object(&["name"], &json!({"name": name, "slug": slug})),
        "OrganizationChange": object(&[], &json!({"name": {"anyOf": [name, {"type": "null"}]}, "slug": slug})),
        "OrganizationPage": page("Organization"),
        "Project": object(&["id", "organization_id", "name"], &json!({"id": {"type": "string", "examples": ["prj_01jd8v5xq2e7kr9m0a1b2c3d4e"]}, "organization_id": organization, "name": name, "description": text, "created_at": time, "updated_at": time})),
        "NewProject": object(&["name", "organization_id"], &json!({"name": name, "description": text, "organization_id": organization})),
        "ProjectChange": object(&[], &json!({"name": {"anyOf": [name, {"type": "null"}]}, "description": text})),
        "ProjectPage": page("Project"),
        "Jwks": object(&["keys"], &json!({"keys": {"type": "array", "items": {"type": "object", "additionalProperties": true}}})),
        "Problem": object(&["type", "title", "status", "code"], &json!({"type": {"type": "string", "format": "uri"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": ["string", "null"]}, "code": {"type": "string"}, "request_id": {"type": "string"}}))
    })
}
