//! The extractor of a person who is signed in.

use std::ops::Deref;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::request::Parts;
use tenantry_core::{ErrorCode, Problem};

use crate::document::{document_problem, require_bearer};
use crate::gate::Gatekeeper;
use crate::knock::Knock;
use crate::problem::Refusal;
use crate::route::Guard;

/// The caller is signed in; no organization is involved. For what belongs to the account itself.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn(tenantry_core::scope::SignedIn);

impl Deref for SignedIn {
    type Target = tenantry_core::scope::SignedIn;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(Gatekeeper(gate)) = parts.extensions.get::<Gatekeeper>().cloned() else {
            return Err(Refusal(Problem::new(ErrorCode::Internal, "The server has no gate.")));
        };
        let signed_in = gate.recognise(Knock::read(parts).await).await?;
        // The log names the organization of the token; whether it still counts is not asked here.
        if let Some(named) = signed_in.named_organization() {
            tracing::Span::current().record("organization", tracing::field::display(named));
        }
        Ok(Self(signed_in))
    }
}

impl OperationInput for SignedIn {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        require_bearer(operation);
        operation.extensions.insert("x-tenantry-signed-in".to_owned(), true.into());
        for code in [ErrorCode::Unauthenticated, ErrorCode::RateLimited, ErrorCode::Unavailable] {
            document_problem(ctx, operation, code);
        }
    }
}

impl Guard for SignedIn {}
