//! The labels: each value is one of a few words of ours.

use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    route: String,
    method: &'static str,
    status: &'static str,
}

impl Request {
    pub(super) fn new(method: &Method, route: &str, status: StatusCode) -> Self {
        Self { route: route.to_owned(), method: word(method), status: class(status) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Route {
    pub(super) route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Limit {
    pub(super) policy: &'static str,
}

/// How an attempt to sign in ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Outcome {
    pub(super) outcome: &'static str,
}

impl Outcome {
    pub(super) const ALL: [&'static str; 5] =
        ["succeeded", "refused", "limited", "invalid", "failed"];

    pub(super) fn of(status: StatusCode) -> Self {
        let outcome = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => "refused",
            StatusCode::TOO_MANY_REQUESTS => "limited",
            _ if status.is_success() => "succeeded",
            _ if status.is_client_error() => "invalid",
            _ => "failed",
        };
        Self { outcome }
    }
}

/// A method by its name; a client can make up any number of others.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500.. => "5xx",
    }
}
