//! What stands around every request: limits, its id, one line in the log, the security headers, and
//! the one place where problems become `application/problem+json`.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tenantry_core::{ErrorCode, Problem};
use tenantry_tower::render_problem;
use tracing::Instrument;

use crate::service::Service;
use crate::{etag, framing, origin};

/// How long a request may take in all, body included (LM-1).
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_URI: usize = 8 * 1024;
const MAX_HEADERS: usize = 16 * 1024;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps every request.
pub(crate) async fn around(
    State(service): State<Service>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let origin = origin::of(&request, &service.settings().trusted_proxies);
    request.extensions_mut().insert(origin);
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!(
        "request",
        request = %origin.request,
        organization = tracing::field::Empty,
        method = %method,
        route = route.as_deref().unwrap_or("none"),
    );
    let wanted = conditions(&request);
    let fault = framing::fault(&request);
    let is_last = fault.is_some() || framing::is_last(&request);
    let response = match fault.or_else(|| refuse_oversized(&request)) {
        Some(problem) => render_problem(&problem, Some(origin.request)),
        None => answer(request, next).instrument(span.clone()).await,
    };
    let mut response = as_problem(response, origin.request);
    if is_known(&wanted, &response) {
        response = unchanged(&response);
    }
    if is_last {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let is_page = response.headers().contains_key(header::CONTENT_SECURITY_POLICY);
    harden(&mut response, is_page);
    if let Ok(id) = HeaderValue::from_str(&origin.request.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    span.in_scope(|| tracing::info!(status, milliseconds, path, "answered"));
    response
}

/// The versions that a reader has already (RFC 9110, section 13.1.2).
fn conditions(request: &Request) -> HeaderMap {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let values = request.headers().get_all(header::IF_NONE_MATCH).iter();
    values.filter(|_| is_read).map(|value| (header::IF_NONE_MATCH, value.clone())).collect()
}

fn is_known(wanted: &HeaderMap, response: &Response) -> bool {
    let tag = response.headers().get(header::ETAG);
    response.status() == StatusCode::OK
        && tag.is_some_and(|tag| etag::is_named(wanted, header::IF_NONE_MATCH, tag))
}

/// 304 with the headers of the answer that it stands for (RFC 9110, section 15.4.5).
fn unchanged(response: &Response) -> Response {
    let mut bare = Response::new(axum::body::Body::empty());
    *bare.status_mut() = StatusCode::NOT_MODIFIED;
    *bare.headers_mut() = response.headers().clone();
    bare.headers_mut().remove(header::CONTENT_TYPE);
    bare.headers_mut().remove(header::CONTENT_LENGTH);
    bare
}

/// Runs the handler within the time limit. A panic is a 500 like any other, and the server goes on.
async fn answer(request: Request, next: Next) -> Response {
    let guarded = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(REQUEST_TIMEOUT, guarded).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a handler panicked");
            problem_response(Problem::new(
                ErrorCode::Internal,
                "The log has the cause under the request id.",
            ))
        }
        Err(_) => problem_response(Problem::new(
            ErrorCode::Timeout,
            "The request took more than 30 seconds.",
        )),
    }
}

fn problem_response(problem: Problem) -> Response {
    axum::response::IntoResponse::into_response(tenantry_tower::Refusal(problem))
}

fn refuse_oversized(request: &Request) -> Option<Problem> {
    let uri = request.uri();
    let uri_length = uri.path_and_query().map_or(0, |path| path.as_str().len());
    if uri_length > MAX_URI {
        return Some(Problem::new(
            ErrorCode::UriTooLong,
            format!("An address has at most {MAX_URI} bytes."),
        ));
    }
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    (headers > MAX_HEADERS).then(|| {
        Problem::new(
            ErrorCode::HeadersTooLarge,
            format!("Headers have at most {MAX_HEADERS} bytes in all."),
        )
    })
}

/// Renders the problem that a response carries, or gives a bare error of the framework its words.
fn as_problem(mut response: Response, request: tenantry_core::RequestId) -> Response {
    let status = response.status();
    let carried = response.extensions_mut().remove::<Problem>();
    let is_rendered = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|media| media.as_bytes().starts_with(b"application/problem+json"));
    let problem = match carried {
        Some(problem) => problem,
        None if is_rendered || !(status.is_client_error() || status.is_server_error()) => {
            return response;
        }
        None => bare(status),
    };
    let mut rendered = render_problem(&problem, Some(request));
    for name in [header::ALLOW, header::CONNECTION] {
        if let Some(value) = response.headers().get(&name) {
            rendered.headers_mut().insert(name, value.clone());
        }
    }
    rendered
}

fn bare(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => {
            Problem::new(ErrorCode::NotFound, "There is nothing at this address.")
        }
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            ErrorCode::MethodNotAllowed,
            "The header Allow lists the methods of this address.",
        ),
        _ if status.is_client_error() => {
            Problem::new(ErrorCode::MalformedRequest, "The request could not be read.")
        }
        _ => Problem::new(ErrorCode::Internal, "The log has the cause under the request id."),
    }
}

fn harden(response: &mut Response, is_page: bool) {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if !is_page {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        );
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
