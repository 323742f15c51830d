//! Clients: the customers of the request's organization.

use aide::axum::ApiRouter;
use axum::extract::State;
use tenantry_core::Problem;
use tenantry_core::id::kind;
use tenantry_core::permission::client;
use tenantry_db::Event;
use tenantry_store::clients::{self, Client, ClientPatch, NewClient};
use tenantry_tower::{Authorized, route};

use crate::answer::{Created, Deleted, Listed, Shown, Updated};
use crate::body::Json;
use crate::etag::IfMatch;
use crate::failure::Failure;
use crate::idempotent::Idempotent;
use crate::path::Named;
use crate::query::{Asked, list_query};
use crate::service::Service;

/// The routes under `/api/v1/organizations/{organization}/clients`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/organizations/{organization}/clients",
            route::get("client_list", "List clients", list).merge(route::post(
                "client_create",
                "Create a client",
                create,
            )),
        )
        .api_route(
            "/organizations/{organization}/clients/{client}",
            route::get("client_get", "Show a client", get)
                .merge(route::patch("client_update", "Change a client", update))
                .merge(route::put("client_replace", "Change a client (the same as PATCH)", update))
                .merge(route::delete("client_delete", "Delete a client", delete)),
        )
        .api_route(
            "/organizations/{organization}/clients/{client}/restore",
            route::post("client_restore", "Restore a deleted client", restore),
        )
}

list_query! {
    /// Which clients.
    ClientQuery {
        /// `true` for those that were deleted and can be restored.
        deleted: bool,
    }
}

async fn list(
    caller: Authorized<client::Read>,
    State(service): State<Service>,
    Asked(query): Asked<ClientQuery>,
) -> Result<Listed<Client>, Failure> {
    let owner = caller.organization().uuid();
    let page = service.page(&query, "clients", owner)?;
    let mut tx = service.database().tenant(&caller).await?;
    let clients = clients::list(&mut tx, query.deleted, &page).await?;
    Ok(Listed(service.page_body(clients, "clients", owner)))
}

async fn create(
    caller: Authorized<client::Create>,
    State(service): State<Service>,
    new: Idempotent<NewClient>,
) -> Result<Created<Client>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    if let Some(earlier) = new.earlier(&mut tx).await? {
        return Ok(earlier);
    }
    let client = clients::create(&mut tx, &new.body).await?;
    let event = Event::new("client.created", client.id).after(&client);
    new.finish(tx, event, client).await
}

async fn get(
    caller: Authorized<client::Read>,
    State(service): State<Service>,
    Named(id): Named<kind::Client>,
) -> Result<Shown<Client>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(clients::get(&mut tx, id).await?.ok_or_else(|| Problem::not_found("client"))?))
}

async fn update(
    caller: Authorized<client::Update>,
    State(service): State<Service>,
    Named(id): Named<kind::Client>,
    if_match: IfMatch,
    Json(patch): Json<ClientPatch>,
) -> Result<Updated<Client>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = clients::update(&mut tx, id, &patch).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("client"))?;
    if_match.check(&before)?;
    let event = Event::new("client.updated", id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}

async fn delete(
    caller: Authorized<client::Delete>,
    State(service): State<Service>,
    Named(id): Named<kind::Client>,
    if_match: IfMatch,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let deleted = clients::delete(&mut tx, id).await?;
    let (before, after) = deleted.ok_or_else(|| Problem::not_found("client"))?;
    if_match.check(&before)?;
    let event = Event::new("client.deleted", id).before(&before).after(&after);
    Ok(Deleted(tx.commit(event, ()).await?))
}

async fn restore(
    caller: Authorized<client::Delete>,
    State(service): State<Service>,
    Named(id): Named<kind::Client>,
) -> Result<Updated<Client>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let restored = clients::restore(&mut tx, id).await?;
    let client = restored.ok_or_else(|| Problem::not_found("client"))?;
    let event = Event::new("client.restored", id).after(&client);
    Ok(Updated(tx.commit(event, client).await?))
}
