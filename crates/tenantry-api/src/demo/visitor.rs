//! Somebody of the demo who sends requests to the router, as a client outside would.

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use serde_json::{Value, json};
use tenantry_identity::SecretText;
use tower::ServiceExt as _;

use super::{DemoError, Person};

const MOST: usize = 1 << 20;

/// A signed-in person.
pub(super) struct Visitor<'a> {
    router: &'a Router,
    token: SecretText,
    /// The account's id.
    pub(super) id: String,
}

impl<'a> Visitor<'a> {
    /// Signs in.
    pub(super) async fn sign_in(
        router: &'a Router,
        person: &Person,
        password: &SecretText,
    ) -> Result<Self, DemoError> {
        let body = json!({ "email": person.email, "password": password.expose() });
        let nobody = Self { router, token: SecretText::new(String::new()), id: String::new() };
        let answer = nobody.ask(Method::POST, "/auth/login", Some(body), 200).await?;
        let token = SecretText::new(text(&answer, "/access_token"));
        Ok(Self { router, token, id: text(&answer, "/user/id") })
    }

    /// Makes something; answers its id.
    pub(super) async fn create(&self, path: &str, body: Value) -> Result<String, DemoError> {
        Ok(text(&self.ask(Method::POST, path, Some(body), 201).await?, "/id"))
    }

    /// Makes something that has no id of its own.
    pub(super) async fn add(&self, path: &str, body: Value) -> Result<(), DemoError> {
        self.ask(Method::POST, path, Some(body), 201).await.map(drop)
    }

    /// Changes something.
    pub(super) async fn change(&self, path: &str, body: Value) -> Result<(), DemoError> {
        self.ask(Method::PATCH, path, Some(body), 200).await.map(drop)
    }

    /// Deletes something.
    pub(super) async fn delete(&self, path: &str) -> Result<(), DemoError> {
        self.ask(Method::DELETE, path, None, 204).await.map(drop)
    }

    /// Tries what is not allowed; the attempt is on record.
    pub(super) async fn try_in_vain(&self, path: &str, body: Value) -> Result<(), DemoError> {
        self.ask(Method::POST, path, Some(body), 403).await.map(drop)
    }

    /// Signs out.
    pub(super) async fn sign_out(&self) -> Result<(), DemoError> {
        self.ask(Method::POST, "/auth/logout", None, 204).await.map(drop)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        wanted: u16,
    ) -> Result<Value, DemoError> {
        let name = format!("{method} {path}");
        let refused = |status: u16, answer: String| DemoError::Answer {
            request: name.clone(),
            status,
            answer,
        };
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.expose().is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.token.expose()));
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request.body(body).map_err(|error| refused(0, error.to_string()))?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), MOST).await;
        let bytes = bytes.map_err(|error| refused(status, error.to_string()))?;
        if status != wanted {
            return Err(refused(status, String::from_utf8_lossy(&bytes).into_owned()));
        }
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|error| refused(status, error.to_string()))
    }
}

fn text(answer: &Value, place: &str) -> String {
    answer.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}
