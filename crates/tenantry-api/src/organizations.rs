//! Organizations: a caller's own, and the one that the request names.

use aide::axum::ApiRouter;
use axum::extract::State;
use tenantry_core::Problem;
use tenantry_core::page::PageBody;
use tenantry_core::permission::organization;
use tenantry_db::Event;
use tenantry_identity::Founding;
use tenantry_store::directory::{self, DeletedOrganization, Membership};
use tenantry_store::organizations::{self, NewOrganization, Organization, OrganizationPatch};
use tenantry_tower::{Authorized, SignedIn, route};

use crate::answer::{CreatedOnce, Deleted, Listed, Shown, Updated};
use crate::body::Json;
use crate::denial::judged;
use crate::etag::IfMatch;
use crate::failure::Failure;
use crate::idempotent::Idempotent;
use crate::path::NamedOrganization;
use crate::query::{Asked, ListQuery};
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
        .api_route(
            "/organizations/{organization}/restore",
            route::post("organization_restore", "Restore a deleted organization", restore),
        )
        .api_route(
            "/organizations/deleted",
            route::get(
                "organization_list_deleted",
                "List the organizations you can restore",
                deleted,
            ),
        )
}

async fn list(
    caller: SignedIn,
    State(service): State<Service>,
    Asked(query): Asked<ListQuery>,
) -> Result<Listed<Membership>, Failure> {
    let owner = caller.user().uuid();
    let page = service.page(&query, "organizations", owner)?;
    let mut tx = service.database().platform().await?;
    let memberships = directory::list(&mut tx, caller.user(), &page).await?;
    Ok(Listed(service.page_body(memberships, "organizations", owner)))
}

async fn deleted(
    caller: SignedIn,
    State(service): State<Service>,
) -> Result<Listed<DeletedOrganization>, Failure> {
    let mut tx = service.database().platform().await?;
    let data = directory::deleted(&mut tx, caller.user()).await?;
    Ok(Listed(PageBody { data, next_cursor: None }))
}

async fn create(
    caller: SignedIn,
    State(service): State<Service>,
    new: Idempotent<NewOrganization>,
) -> Result<CreatedOnce<Organization>, Failure> {
    let founded = service.identity().found(&caller, &new.body, new.attempt.as_ref()).await?;
    Ok(match founded {
        Founding::New(organization) => CreatedOnce::now(organization),
        Founding::Earlier(answered) => CreatedOnce::earlier(answered),
    })
}

async fn restore(
    caller: SignedIn,
    State(service): State<Service>,
    NamedOrganization(name): NamedOrganization,
) -> Result<Updated<Organization>, Failure> {
    let scope = service.identity().admit_to_deleted(&caller, &name).await?;
    let caller = scope.authorize::<organization::Delete>().map_err(|_| not_found())?;
    let mut tx = service.database().tenant(&caller).await?;
    let organization = organizations::restore(&mut tx).await?.ok_or_else(not_found)?;
    let event = Event::new("organization.restored", organization.id).after(&organization);
    Ok(Updated(tx.commit(event, organization).await?))
}

fn not_found() -> Problem {
    Problem::not_found("organization")
}

async fn get(
    caller: Authorized<organization::Read>,
    State(service): State<Service>,
) -> Result<Shown<Organization>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(organizations::get(&mut tx).await?.ok_or_else(not_found)?))
}

async fn update(
    caller: Authorized<organization::Update>,
    State(service): State<Service>,
    if_match: IfMatch,
    Json(patch): Json<OrganizationPatch>,
) -> Result<Updated<Organization>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = organizations::update(&mut tx, &patch).await?;
    let (before, after) = changed.ok_or_else(not_found)?;
    if_match.check(&before)?;
    let event = Event::new("organization.updated", after.id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}

async fn delete(
    caller: Authorized<organization::Delete>,
    State(service): State<Service>,
    if_match: IfMatch,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let deleted = organizations::delete(&mut tx).await;
    let (tx, deleted) = judged(&service, tx, deleted).await?;
    let (before, after) = deleted.ok_or_else(not_found)?;
    if_match.check(&before)?;
    let event = Event::new("organization.deleted", before.id).before(&before).after(&after);
    Ok(Deleted(tx.commit(event, ()).await?))
}
