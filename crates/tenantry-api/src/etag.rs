//! Versions of single objects (RFC 9110, section 8.8.3): what is shown carries an `ETag`, and a change may
//! say with `If-Match` which version it is meant for.

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::header::IF_MATCH;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tenantry_core::{ErrorCode, Problem};
use tenantry_tower::{Refusal, document_header, document_problem};

/// The version of an object as it is shown: a hash of its JSON.
pub(crate) fn of_bytes(json: &[u8]) -> Option<HeaderValue> {
    let digest = Sha256::digest(json);
    HeaderValue::from_str(&format!("\"{}\"", hex::encode(&digest[..16]))).ok()
}

/// Whether a list of versions in a header names this one; `*` names every version there is.
pub(crate) fn is_named(headers: &HeaderMap, name: http::HeaderName, tag: &HeaderValue) -> bool {
    let lists = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).map(str::trim).any(|named| {
        named == "*" || named.strip_prefix("W/").unwrap_or(named).as_bytes() == tag.as_bytes()
    })
}

/// `If-Match` of a change, if it is there.
#[derive(Debug, Clone, Default)]
pub(crate) struct IfMatch(HeaderMap);

impl IfMatch {
    /// Refuses the change when it is meant for another version than this one.
    pub(crate) fn check<T: Serialize>(&self, before: &T) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let json = serde_json::to_vec(before).unwrap_or_default();
        match of_bytes(&json) {
            Some(tag) if is_named(&self.0, IF_MATCH, &tag) => Ok(()),
            _ => Err(Problem::new(
                ErrorCode::PreconditionFailed,
                "If-Match names another version than the present one. Nothing was changed.",
            )),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let values = parts.headers.get_all(IF_MATCH).iter().cloned();
        Ok(Self(values.map(|value| (IF_MATCH, value)).collect()))
    }
}

impl OperationInput for IfMatch {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        let about = "The `ETag` of the version that the change is meant for; without it, the present one whatever it is.";
        document_header(ctx, operation, "If-Match", about);
        document_problem(ctx, operation, ErrorCode::PreconditionFailed);
    }
}
