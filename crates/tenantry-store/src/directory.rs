//! Which organizations a user is in, and which organization a slug names: the two questions that are
//! asked before there is a scope. Answered by definer functions that only the platform may call.

use jiff::Timestamp;
use serde::Serialize;
use tenantry_core::name::{DisplayName, Slug};
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::{OrganizationId, SystemRole, UserId};
use tenantry_db::{Database, Platform, PlatformTx, Row, statements};
use uuid::Uuid;

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    LIST = "select organization_id, slug, name, role, joined_at from tenantry.memberships_of($1) \
            where $2::timestamptz is null or (joined_at, organization_id) < ($2, $3) \
            order by joined_at desc, organization_id desc limit $4";
    FIRST = "select organization_id, slug, name, role, joined_at from tenantry.memberships_of($1) order by joined_at, organization_id limit 1";
    ONE = "select $2::uuid as organization_id, slug, name, role, joined_at from tenantry.membership_of($1, $2)";
    DELETED = "select organization_id, slug, name, role, joined_at, deleted_at from tenantry.deleted_organizations_of($1) \
               order by deleted_at desc, organization_id limit 100";
    BY_SLUG = "select organization_id from tenantry.organization_slugs where slug = $1";
}

/// An organization as one of its members sees it in a list.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct OrganizationSummary {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses.
    #[schemars(example = &"my-organization")]
    pub slug: Slug,
    /// Its name.
    #[schemars(example = &"My Organization")]
    pub name: DisplayName,
}

/// One membership of a user.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationSummary,
    /// The user's role there.
    pub role: SystemRole,
    /// Since when.
    pub joined_at: Timestamp,
}

impl Membership {
    pub(crate) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organization: OrganizationSummary {
                id: row.id("organization_id")?,
                slug: row.parsed("slug")?,
                name: row.parsed("name")?,
            },
            role: row.parsed("role")?,
            joined_at: row.column("joined_at")?,
        })
    }
}

/// A user's memberships, the newest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(
    tx: &mut PlatformTx,
    user: UserId,
    page: &Page,
) -> Result<Paged<Membership>, StoreError> {
    let after = page.after.map(|position| position.created_at);
    let after_id = page.after.map(|position| position.id);
    let rows = tx.query(&LIST, &[&user.uuid(), &after, &after_id, &page.fetch_limit()]).await?;
    let memberships = rows.iter().map(Membership::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Paged::from_rows(memberships, page, |membership| Position {
        created_at: membership.joined_at,
        id: membership.organization.id.uuid(),
    }))
}

/// A deleted organization that can be restored.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct DeletedOrganization {
    /// The organization and the role that restores it.
    #[serde(flatten)]
    pub membership: Membership,
    /// When it was deleted.
    pub deleted_at: Timestamp,
}

/// The deleted organizations that a user owns, the last one first; at most 100.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn deleted(
    tx: &mut PlatformTx,
    user: UserId,
) -> Result<Vec<DeletedOrganization>, StoreError> {
    let rows = tx.query(&DELETED, &[&user.uuid()]).await?;
    let read = |row: &Row| -> Result<DeletedOrganization, StoreError> {
        Ok(DeletedOrganization {
            membership: Membership::read(row)?,
            deleted_at: row.column("deleted_at")?,
        })
    };
    rows.iter().map(read).collect()
}

/// A user's membership in one organization. An unknown role is an error, and whoever meets it denies.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut PlatformTx,
    user: UserId,
    organization: OrganizationId,
) -> Result<Option<Membership>, StoreError> {
    tx.query_opt(&ONE, &[&user.uuid(), &organization.uuid()])
        .await?
        .as_ref()
        .map(Membership::read)
        .transpose()
}

/// The organization that a user joined first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn first(tx: &mut PlatformTx, user: UserId) -> Result<Option<Membership>, StoreError> {
    tx.query_opt(&FIRST, &[&user.uuid()]).await?.as_ref().map(Membership::read).transpose()
}

/// The organization that a slug names.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn find_slug(
    database: &Database,
    slug: &Slug,
) -> Result<Option<OrganizationId>, StoreError> {
    let rows = database.look_up(&BY_SLUG, &[&slug.as_str()]).await?;
    let id = rows.first().map(|row| row.column::<Uuid>("organization_id")).transpose()?;
    Ok(id.map(OrganizationId::from_uuid))
}
