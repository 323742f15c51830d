//! The base of "the price of tenancy": the same server, envelope, wire, pool and statements without a token, a
//! membership, a context and row security. The organization is whatever the request says: nothing to copy anywhere.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use tenantry_api::{Failure, Service, Shown};
use tenantry_core::Problem;
use tenantry_tower::{Public, route};
use uuid::Uuid;

use super::document::Document;
use super::statements::UNTENANTED_LIST;

/// The routes.
pub(super) fn router() -> Router<Service> {
    Router::new()
        .route("/bench/documents", route::get("document_list", "List documents", list).into())
        .route("/bench/me", route::get("me", "Nobody", me).into())
}

async fn list(
    _: Public,
    State(service): State<Service>,
    headers: HeaderMap,
) -> Result<Shown<Vec<Document>>, Failure> {
    let organization = named(&headers)?;
    let rows = service.database().look_up(&UNTENANTED_LIST, &[&organization]).await?;
    Ok(Shown(rows.iter().map(Document::read).collect::<Result<_, _>>()?))
}

/// What the envelope alone costs.
async fn me(_: Public) -> Shown<&'static str> {
    Shown("nobody")
}

fn named(headers: &HeaderMap) -> Result<Uuid, Problem> {
    let value = headers.get("x-bench-organization").and_then(|value| value.to_str().ok());
    let parsed = value.and_then(|value| value.parse().ok());
    parsed.ok_or_else(|| Problem::field("x-bench-organization", "must be an organization's id"))
}
