//! The application behind the gate: documents as `examples/quickstart-axum` has its notes. The routes of accounts,
//! members and projects are the server's own.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tenantry_api::{Created, Deleted, Failure, Json, Service, Shown, Updated};
use tenantry_core::permission::content;
use tenantry_core::{ErrorCode, Problem};
use tenantry_db::{DbError, Event, Statement, Tenant};
use tenantry_tower::{Authorized, Public, route};
use uuid::Uuid;

use super::document::{Document, DocumentPatch, NewDocument};
use super::statements::{KEY, tenant};

/// The routes.
pub(super) fn router() -> Router<Service> {
    let all = route::get("document_list", "List documents", list).merge(route::post(
        "document_create",
        "Write a document",
        create,
    ));
    let one = route::get("document_get", "Show a document", get)
        .merge(route::patch("document_update", "Change a document", update))
        .merge(route::delete("document_delete", "Delete a document", delete));
    Router::new()
        .route("/bench/documents", all.into())
        .route("/bench/documents/{document}", one.into())
        .route(
            "/bench/documents/newest",
            route::get("document_newest", "A shorter list", newest).into(),
        )
        .route("/bench/scan", route::get("document_scan", "Search every document", scan).into())
        .route("/bench/key", route::get("key", "Whose key is it?", key).into())
}

/// The document of the path.
#[derive(Debug, Deserialize, JsonSchema)]
struct Named {
    #[schemars(with = "String")]
    document: Uuid,
}

async fn list(
    caller: Authorized<content::Read>,
    State(service): State<Service>,
) -> Result<Shown<Vec<Document>>, Failure> {
    documents(&caller, &service, &tenant::LIST).await
}

async fn newest(
    caller: Authorized<content::Read>,
    State(service): State<Service>,
) -> Result<Shown<Vec<Document>>, Failure> {
    documents(&caller, &service, &tenant::NEWEST).await
}

async fn documents(
    caller: &Authorized<content::Read>,
    service: &Service,
    statement: &Statement<Tenant>,
) -> Result<Shown<Vec<Document>>, Failure> {
    let rows = service.database().tenant(caller).await?.query(statement, &[]).await?;
    Ok(Shown(rows.iter().map(Document::read).collect::<Result<_, _>>()?))
}

async fn get(
    caller: Authorized<content::Read>,
    State(service): State<Service>,
    Path(named): Path<Named>,
) -> Result<Shown<Document>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let row = tx.query_opt(&tenant::GET, &[&named.document]).await?;
    let row = row.ok_or_else(|| Problem::not_found("document"))?;
    Ok(Shown(Document::read(&row)?))
}

async fn create(
    caller: Authorized<content::Create>,
    State(service): State<Service>,
    Json(new): Json<NewDocument>,
) -> Result<Created<Document>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let id = new_id();
    let row = tx.query_one(&tenant::INSERT, &[&id, &new.title, &new.body]).await?;
    let created_at = row.try_get(0).map_err(DbError::Row)?;
    let document = Document { id, title: new.title, body: new.body, created_at };
    let event = Event::new("document.created", caller.organization()).after(&document);
    Ok(Created(tx.commit(event, document).await?))
}

async fn update(
    caller: Authorized<content::Update>,
    State(service): State<Service>,
    Path(named): Path<Named>,
    Json(patch): Json<DocumentPatch>,
) -> Result<Updated<Document>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let row = tx.query_opt(&tenant::UPDATE, &[&named.document, &patch.title]).await?;
    let row = row.ok_or_else(|| Problem::not_found("document"))?;
    let document = Document::read(&row)?;
    let event = Event::new("document.updated", caller.organization()).after(&document);
    Ok(Updated(tx.commit(event, document).await?))
}

async fn delete(
    caller: Authorized<content::Delete>,
    State(service): State<Service>,
    Path(named): Path<Named>,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let row = tx.query_opt(&tenant::DELETE, &[&named.document]).await?;
    row.ok_or_else(|| Problem::not_found("document"))?;
    let event = Event::new("document.deleted", caller.organization());
    Ok(Deleted(tx.commit(event, ()).await?))
}

/// What a query without an index does: reads every document of the organization.
async fn scan(
    caller: Authorized<content::Read>,
    State(service): State<Service>,
) -> Result<Shown<i64>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let row = tx.query_one(&tenant::SCAN, &[&"%no such word%"]).await?;
    Ok(Shown(row.try_get(0).map_err(DbError::Row)?))
}

#[derive(Debug, Serialize, JsonSchema)]
struct Owner {
    #[schemars(with = "String")]
    organization: Uuid,
    #[schemars(with = "String")]
    user: Uuid,
}

/// Looks a key's hash up, as a server with API keys would. The product has none yet.
async fn key(
    _: Public,
    State(service): State<Service>,
    headers: HeaderMap,
) -> Result<Shown<Owner>, Failure> {
    let shown = headers.get("x-bench-key").map_or(&[][..], |value| value.as_bytes());
    let hash = Sha256::digest(shown);
    let rows = service.database().look_up(&KEY, &[&hash.as_slice()]).await?;
    let row = rows.first();
    let row = row.ok_or_else(|| Problem::new(ErrorCode::Unauthenticated, "No such key."))?;
    Ok(Shown(Owner {
        organization: row.try_get(0).map_err(DbError::Row)?,
        user: row.try_get(1).map_err(DbError::Row)?,
    }))
}

/// An id that grows with time, as the application's own would.
#[expect(clippy::disallowed_methods, reason = "documents are the application's, not ours")]
fn new_id() -> Uuid {
    Uuid::now_v7()
}
