//! What other services need to verify our tokens by themselves: keys and discovery.

use aide::axum::ApiRouter;
use axum::extract::State;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use schemars::JsonSchema;
use serde::Serialize;
use tenantry_identity::Jwks;
use tenantry_tower::{Public, route};

use crate::answer::Shown;
use crate::service::Service;

/// The routes under `/.well-known`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/jwks.json",
            route::get("service_keys", "The public keys that verify access tokens", keys),
        )
        .api_route(
            "/openid-configuration",
            route::get("service_discovery", "Where to find what", discovery),
        )
}

/// The members of OpenID Connect Discovery 1.0, section 3, that a verifier of tokens needs.
#[derive(Debug, Serialize, JsonSchema)]
struct Discovery {
    /// `iss` of our tokens.
    issuer: String,
    /// Where the keys are.
    jwks_uri: String,
    /// Where a refresh token is exchanged.
    token_endpoint: String,
    /// How our tokens are signed.
    id_token_signing_alg_values_supported: [&'static str; 1],
    /// Every user has one name everywhere.
    subject_types_supported: [&'static str; 1],
    /// There is no authorization endpoint.
    response_types_supported: [&'static str; 0],
}

/// The next key is published a day before it signs, so an answer may be some minutes old.
const KEYS_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

async fn keys(_: Public, State(service): State<Service>) -> Cached<Jwks> {
    Cached(Shown(service.identity().jwks()))
}

async fn discovery(_: Public, State(service): State<Service>) -> Cached<Discovery> {
    let url = &service.settings().public_url;
    Cached(Shown(Discovery {
        issuer: service.identity().issuer().to_owned(),
        jwks_uri: format!("{url}/.well-known/jwks.json"),
        token_endpoint: format!("{url}/auth/refresh"),
        id_token_signing_alg_values_supported: ["EdDSA"],
        subject_types_supported: ["public"],
        response_types_supported: [],
    }))
}

/// An answer that may be kept for a while.
#[derive(Debug)]
struct Cached<T>(Shown<T>);

impl<T: Serialize> axum::response::IntoResponse for Cached<T> {
    fn into_response(self) -> axum::response::Response {
        let mut response = self.0.into_response();
        response.headers_mut().insert(CACHE_CONTROL, KEYS_CACHE);
        response
    }
}

impl<T: JsonSchema> aide::OperationOutput for Cached<T> {
    type Inner = T;

    fn inferred_responses(
        ctx: &mut aide::generate::GenContext,
        operation: &mut aide::openapi::Operation,
    ) -> Vec<(Option<u16>, aide::openapi::Response)> {
        Shown::<T>::inferred_responses(ctx, operation)
    }
}
