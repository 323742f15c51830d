//! How a problem leaves: first as an extension of a bare response, then rendered once, in one place,
//! together with the request's id.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use tenantry_core::{ErrorCode, Problem, RequestId};

/// A problem as the answer of an extractor or a handler.
#[derive(Debug, Clone)]
pub struct Refusal(pub Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// `application/problem+json` (RFC 9457) for a problem.
#[must_use]
pub fn render_problem(problem: &Problem, request: Option<RequestId>) -> Response {
    let status =
        StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem.body(request))).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        // RFC 9110, section 11.6.1: a 401 always says how to authenticate; RFC 6750, section 3.1,
        // tells a missing token from a bad one.
        let challenge = match problem.code {
            ErrorCode::Unauthenticated if problem.detail.starts_with("Send ") => {
                "Bearer realm=\"tenantry\""
            }
            _ => "Bearer realm=\"tenantry\", error=\"invalid_token\"",
        };
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
