//! Which pages of other origins may read our answers (WB-3): an exact list, and nothing is reflected. A newcomer's
//! usual surprise: this refuses no request, it only withholds the headers without which a browser shows nothing.

mod origin;

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

pub use origin::{AllowedOrigin, OriginError};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Organization, X-Organization-ID, \
     X-Project, X-Project-ID, X-API-Key",
);
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID, Idempotent-Replayed",
);
/// Seconds for which a browser remembers what a preflight said.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// What the headers of one request mean for the headers of its answer.
#[derive(Debug)]
pub(crate) struct Cors {
    is_configured: bool,
    /// The request's origin, when it is on the list.
    allowed: Option<HeaderValue>,
    is_preflight: bool,
}

impl Cors {
    /// Reads the request.
    pub(crate) fn of(origins: &[AllowedOrigin], method: &Method, headers: &HeaderMap) -> Self {
        let mut named = headers.get_all(ORIGIN).iter();
        // A second origin makes the first one a guess.
        let one = named.next().filter(|_| named.next().is_none());
        let is_listed = |value: &&HeaderValue| {
            origins.iter().any(|origin| origin.as_str().as_bytes() == value.as_bytes())
        };
        Self {
            is_configured: !origins.is_empty(),
            allowed: one.filter(is_listed).cloned(),
            is_preflight: *method == Method::OPTIONS
                && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
        }
    }

    /// The answer to a browser that asks before it sends a request; nothing when the router answers.
    pub(crate) fn preflight(&self) -> Option<Response> {
        if !self.is_preflight || self.allowed.is_none() {
            return None;
        }
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        Some(response)
    }

    /// Writes what a browser needs into any answer, problems included.
    pub(crate) fn mark(&self, response: &mut Response) {
        if !self.is_configured {
            return;
        }
        let headers = response.headers_mut();
        // A cache must not hand one origin's answer to another.
        headers.append(VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = &self.allowed {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            if !self.is_preflight {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
            }
        }
    }
}
