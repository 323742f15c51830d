//! The mark of a handler that is open on purpose.

use std::convert::Infallible;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::request::Parts;
use tenantry_core::scope::Origin;
use tenantry_core::{ErrorCode, RequestId};

use crate::document::document_problem;
use crate::route::Guard;

/// Anybody may call the handler. Written out, so that it can be searched for.
#[derive(Debug, Clone, Copy)]
pub struct Public {
    /// Where the request came from.
    pub origin: Origin,
}

impl<S: Sync> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let unknown = || Origin { request: RequestId::new(), address: None };
        Ok(Self { origin: parts.extensions.get::<Origin>().copied().unwrap_or_else(unknown) })
    }
}

impl OperationInput for Public {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        operation.extensions.insert("x-tenantry-public".to_owned(), true.into());
        document_problem(ctx, operation, ErrorCode::RateLimited);
    }
}

impl Guard for Public {}
