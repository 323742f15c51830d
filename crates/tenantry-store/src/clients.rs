//! Clients: the customers of an organization.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenantry_core::name::DisplayName;
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::permission::client;
use tenantry_core::{ClientId, Metadata, MetadataPatch, OrganizationId};
use tenantry_db::{Row, Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Tenant:
    INSERT = "insert into tenantry.clients (organization_id, id, name, metadata, created_by) values ($1, $2, $3, $4, $5) \
              returning organization_id, id, name, metadata, created_at, updated_at, deleted_at";
    GET = "select organization_id, id, name, metadata, created_at, updated_at, deleted_at from tenantry.clients \
           where organization_id = $1 and id = $2 and deleted_at is null";
    LOCK = "select organization_id, id, name, metadata, created_at, updated_at, deleted_at from tenantry.clients \
            where organization_id = $1 and id = $2 and deleted_at is null for update";
    LIST = "select organization_id, id, name, metadata, created_at, updated_at, deleted_at from tenantry.clients \
            where organization_id = $1 and deleted_at is null and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4";
    LIST_DELETED = "select organization_id, id, name, metadata, created_at, updated_at, deleted_at from tenantry.clients \
                    where organization_id = $1 and deleted_at is not null and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4";
    UPDATE = "update tenantry.clients set name = $3, metadata = $4 where organization_id = $1 and id = $2 and deleted_at is null \
              returning organization_id, id, name, metadata, created_at, updated_at, deleted_at";
    DELETE = "update tenantry.clients set deleted_at = statement_timestamp() where organization_id = $1 and id = $2 and deleted_at is null \
              returning organization_id, id, name, metadata, created_at, updated_at, deleted_at";
    RESTORE = "update tenantry.clients set deleted_at = null where organization_id = $1 and id = $2 and deleted_at is not null \
               returning organization_id, id, name, metadata, created_at, updated_at, deleted_at";
}

/// A client: a customer of the organization.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The organization whose client it is.
    pub organization_id: OrganizationId,
    /// Its name.
    #[schemars(example = &"Acme Retail")]
    pub name: DisplayName,
    /// What the application keeps about it.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; it can be restored for 30 days. Absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl Client {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            organization_id: row.id("organization_id")?,
            name: row.parsed("name")?,
            metadata: Metadata::stored(row.column("metadata")?),
            created_at: row.column("created_at")?,
            updated_at: row.column("updated_at")?,
            deleted_at: row.column("deleted_at")?,
        })
    }

    fn position(&self) -> Position {
        Position { created_at: self.created_at, id: self.id.uuid() }
    }
}

/// What a new client is made of.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// Its name.
    #[schemars(example = &"Acme Retail")]
    pub name: DisplayName,
    /// What the application keeps about it: at most 50 keys.
    #[serde(default)]
    pub metadata: Metadata,
}

/// What may be changed of a client. Absent fields stay as they are.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientPatch {
    /// Its name.
    #[serde(default)]
    #[schemars(example = &"Acme Retail")]
    pub name: Option<DisplayName>,
    /// Keys to set; null removes one, the others stay.
    #[serde(default)]
    pub metadata: Option<MetadataPatch>,
}

/// Makes a client.
///
/// # Errors
/// [`StoreError::LimitReached`].
pub async fn create(
    tx: &mut TenantTx<client::Create>,
    new: &NewClient,
) -> Result<Client, StoreError> {
    let (id, author) = (ClientId::new().uuid(), tx.scope().actor().to_string());
    let row = tx
        .query_one(&INSERT, &[&id, &new.name.as_str(), &new.metadata.to_value(), &author])
        .await?;
    Client::read(&row)
}

/// One client of the organization.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut TenantTx<client::Read>,
    id: ClientId,
) -> Result<Option<Client>, StoreError> {
    tx.query_opt(&GET, &[&id.uuid()]).await?.as_ref().map(Client::read).transpose()
}

/// A page of the organization's clients, the newest first; those that were deleted when asked for.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(
    tx: &mut TenantTx<client::Read>,
    are_deleted: bool,
    page: &Page,
) -> Result<Paged<Client>, StoreError> {
    let statement = if are_deleted { &LIST_DELETED } else { &LIST };
    let behind = page.behind();
    let rows = tx.query(statement, &[&behind.created_at, &behind.id, &page.fetch_limit()]).await?;
    let clients = rows.iter().map(Client::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Paged::from_rows(clients, page, Client::position))
}

/// Changes a client; answers how it was and how it is.
///
/// # Errors
/// [`StoreError::Metadata`] when there would be too many keys.
pub async fn update(
    tx: &mut TenantTx<client::Update>,
    id: ClientId,
    patch: &ClientPatch,
) -> Result<Option<(Client, Client)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK, &[&id.uuid()]).await? else { return Ok(None) };
    let before = Client::read(&row)?;
    let name = patch.name.as_ref().unwrap_or(&before.name);
    let metadata = match &patch.metadata {
        Some(patch) => before.metadata.patched(patch)?,
        None => before.metadata.clone(),
    };
    let row = tx.query_opt(&UPDATE, &[&id.uuid(), &name.as_str(), &metadata.to_value()]).await?;
    Ok(row.as_ref().map(Client::read).transpose()?.map(|after| (before, after)))
}

/// Deletes a client; answers how it was and how it is. Its projects keep naming it until it is removed for good.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn delete(
    tx: &mut TenantTx<client::Delete>,
    id: ClientId,
) -> Result<Option<(Client, Client)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK, &[&id.uuid()]).await? else { return Ok(None) };
    let before = Client::read(&row)?;
    let row = tx.query_opt(&DELETE, &[&id.uuid()]).await?;
    Ok(row.as_ref().map(Client::read).transpose()?.map(|after| (before, after)))
}

/// Takes a deletion back, while the grace period lasts.
///
/// # Errors
/// [`StoreError::LimitReached`].
pub async fn restore(
    tx: &mut TenantTx<client::Delete>,
    id: ClientId,
) -> Result<Option<Client>, StoreError> {
    tx.query_opt(&RESTORE, &[&id.uuid()]).await?.as_ref().map(Client::read).transpose()
}
