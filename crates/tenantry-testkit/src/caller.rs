//! Somebody who sends requests, and what comes back.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request};
use serde_json::Value;
use tenantry_core::{OrganizationId, UserId};
use tower::ServiceExt;
use uuid::Uuid;

/// An answer of the service.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON, null when it is none.
    pub json: Value,
}

impl Answer {
    /// The text of a member of the body.
    pub fn str(&self, member: &str) -> &str {
        self.json
            .pointer(member)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no {member} in {}", self.text))
    }

    /// The body without what differs between two requests for the same thing.
    pub fn redacted(&self) -> String {
        let mut json = self.json.clone();
        if let Some(members) = json.as_object_mut() {
            members.remove("request_id");
            members.remove("instance");
        }
        json.to_string()
    }
}

/// Somebody with or without a token.
#[derive(Debug, Clone)]
pub struct Caller {
    router: Router,
    /// The access token.
    pub token: Option<String>,
    /// The refresh token.
    pub refresh: String,
    /// The account; nil for nobody.
    pub user: UserId,
    /// The organization that was founded at sign-up; nil for nobody.
    pub organization: OrganizationId,
    headers: Vec<(&'static str, String)>,
}

impl Caller {
    pub(crate) fn new(router: Router) -> Self {
        let (user, organization) =
            (UserId::from_uuid(Uuid::nil()), OrganizationId::from_uuid(Uuid::nil()));
        Self {
            router,
            token: None,
            refresh: String::new(),
            user,
            organization,
            headers: Vec::new(),
        }
    }

    pub(crate) fn signed_in(router: Router, answer: &Answer) -> Self {
        let mut caller = Self::new(router);
        caller.token = Some(answer.str("/access_token").to_owned());
        caller.refresh = answer.str("/refresh_token").to_owned();
        caller.user = answer.str("/user/id").parse().unwrap();
        caller.organization = answer.str("/organization/id").parse().unwrap();
        caller
    }

    /// Goes on with the access token of an answer.
    pub fn use_token(&mut self, answer: &Answer) {
        self.token = Some(answer.str("/access_token").to_owned());
    }

    pub(crate) fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// The same caller with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same caller with one more header on every request.
    pub fn with_header(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut other = self.clone();
        other.headers.push((name, value.into()));
        other
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// PATCH of JSON.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, Some(body.to_string())).await
    }

    /// PUT of JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body.to_string())).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Any request; a body is sent as `application/json`.
    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        self.exchange(request.body(body.map_or_else(Body::empty, Body::from)).unwrap()).await
    }

    /// A request that was put together by hand.
    pub async fn exchange(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 16 * 1024 * 1024).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    /// Creates a project and answers its id.
    pub async fn project(&self, name: &str) -> String {
        let answer = self.post("/api/v1/projects", &serde_json::json!({ "name": name })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.str("/id").to_owned()
    }
}
