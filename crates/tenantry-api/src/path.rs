//! Ids in the path. What is not an id names nothing, like an id that nobody has.

use aide::OperationInput;
use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use tenantry_core::Problem;
use tenantry_core::id::{Id, IdKind};
use tenantry_identity::OrganizationName;
use tenantry_tower::Refusal;

/// `{project}`, `{client}` or `{user}` of the path, by the noun of its kind.
#[derive(Debug)]
pub(crate) struct Named<K: IdKind>(pub(crate) Id<K>);

impl<S: Send + Sync, K: IdKind> FromRequestParts<S> for Named<K> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let id = parameters.ok().and_then(|parameters| {
            let mut named = parameters.iter().filter(|(name, _)| *name == K::NOUN);
            named.next().and_then(|(_, value)| value.parse().ok())
        });
        id.map(Self).ok_or_else(|| Problem::not_found(K::NOUN).into())
    }
}

impl<K: IdKind> OperationInput for Named<K> {}

/// `{organization}` of the path, where the caller is let in without one.
#[derive(Debug)]
pub(crate) struct NamedOrganization(pub(crate) OrganizationName);

impl<S: Send + Sync> FromRequestParts<S> for NamedOrganization {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let name = parameters.ok().and_then(|parameters| {
            let mut named = parameters.iter().filter(|(name, _)| *name == "organization");
            named.next().and_then(|(_, value)| OrganizationName::parse(value))
        });
        name.map(Self).ok_or_else(|| Problem::not_found("organization").into())
    }
}

impl OperationInput for NamedOrganization {}
