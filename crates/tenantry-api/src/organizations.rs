//! Organizations: a caller's own, and the one that the request names.

use aide::axum::ApiRouter;
use axum::extract::State;
use tenantry_core::Problem;
use tenantry_core::permission::organization;
use tenantry_db::Event;
use tenantry_store::directory::{self, Membership};
use tenantry_store::organizations::{self, NewOrganization, Organization, OrganizationPatch};
use tenantry_tower::{Authorized, SignedIn, route};

use crate::answer::{Created, Deleted, Listed, Shown, Updated};
use crate::body::Json;
use crate::failure::Failure;
use crate::query::ListQuery;
use crate::service::Service;

/// The routes under `/api/v1/organizations`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/organizations",
            route::get("organization_list", "List the organizations you are in", list)
                .merge(route::post("organization_create", "Found an organization", create)),
        )
        .api_route(
            "/organizations/{organization}",
            route::get("organization_get", "Show an organization", get)
                .merge(route::patch("organization_update", "Change an organization", update))
                .merge(route::put(
                    "organization_replace",
                    "Change an organization (the same as PATCH)",
                    update,
                ))
                .merge(route::delete("organization_delete", "Delete an organization", delete)),
        )
}

async fn list(
    caller: SignedIn,
    State(service): State<Service>,
    query: ListQuery,
) -> Result<Listed<Membership>, Failure> {
    let owner = caller.user().uuid();
    let page = service.page(&query, "organizations", owner)?;
    let mut tx = service.database().platform().await?;
    let memberships = directory::list(&mut tx, caller.user(), &page).await?;
    Ok(Listed(service.page_body(memberships, "organizations", owner)))
}

async fn create(
    caller: SignedIn,
    State(service): State<Service>,
    Json(new): Json<NewOrganization>,
) -> Result<Created<Organization>, Failure> {
    Ok(Created(service.identity().found(&caller, &new).await?))
}

async fn get(
    caller: Authorized<organization::Read>,
    State(service): State<Service>,
) -> Result<Shown<Organization>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(organizations::get(&mut tx).await?.ok_or_else(|| Problem::not_found("organization"))?))
}

async fn update(
    caller: Authorized<organization::Update>,
    State(service): State<Service>,
    Json(patch): Json<OrganizationPatch>,
) -> Result<Updated<Organization>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = organizations::update(&mut tx, &patch).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("organization"))?;
    let event = Event::new("organization.updated", after.id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}

async fn delete(
    caller: Authorized<organization::Delete>,
    State(service): State<Service>,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let gone =
        organizations::delete(&mut tx).await?.ok_or_else(|| Problem::not_found("organization"))?;
    let event = Event::new("organization.deleted", gone.id).before(&gone);
    Ok(Deleted(tx.commit(event, ()).await?))
}
