//! The extractor of a caller who may do `P`.

use std::ops::Deref;

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::FromRequestParts;
use http::request::Parts;
use tenantry_core::{Access, ErrorCode, Permission, Problem};

use crate::document::{document_organization_headers, document_problem, require_bearer};
use crate::gate::Gatekeeper;
use crate::knock::Knock;
use crate::problem::Refusal;
use crate::route::Guard;

/// The caller is a member of the request's organization and may do `P` there. As a handler's first
/// argument it is checked before the body is read, and documents the operation.
#[derive(Debug, Clone)]
pub struct Authorized<P: Permission>(tenantry_core::Authorized<P>);

impl<P: Permission> Deref for Authorized<P> {
    type Target = tenantry_core::Authorized<P>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Sync, P: Permission> FromRequestParts<S> for Authorized<P> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(Gatekeeper(gate)) = parts.extensions.get::<Gatekeeper>().cloned() else {
            return Err(Refusal(Problem::new(ErrorCode::Internal, "The server has no gate.")));
        };
        let scope = gate.admit(Knock::read(parts).await).await?;
        // Every line of the log that follows names the organization.
        tracing::Span::current()
            .record("organization", tracing::field::display(scope.organization()));
        match scope.authorize::<P>() {
            Ok(authorized) => Ok(Self(authorized)),
            Err(denied) => {
                if <P::Access as Access>::WRITES {
                    gate.refused(&scope, denied).await;
                }
                let detail = format!(
                    "Your role {} does not hold the permission {}.",
                    scope.role(),
                    denied.permission
                );
                Err(Refusal(Problem::new(ErrorCode::Forbidden, detail)))
            }
        }
    }
}

impl<P: Permission> OperationInput for Authorized<P> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        require_bearer(operation);
        document_organization_headers(ctx, operation);
        operation.extensions.insert("x-tenantry-permission".to_owned(), P::NAME.into());
        for code in [
            ErrorCode::Unauthenticated,
            ErrorCode::Forbidden,
            ErrorCode::NotFound,
            ErrorCode::OrganizationRequired,
            ErrorCode::OrganizationMismatch,
            ErrorCode::RateLimited,
            ErrorCode::Unavailable,
        ] {
            document_problem(ctx, operation, code);
        }
    }
}

impl<P: Permission> Guard for Authorized<P> {}
