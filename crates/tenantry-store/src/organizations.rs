//! Organizations: founded through the platform, read and changed through their own door.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenantry_core::name::{Description, DisplayName, Slug};
use tenantry_core::permission::organization;
use tenantry_core::{Metadata, MetadataPatch, OrganizationId, Settings, TenantScope, UserId};
use tenantry_db::{Parameters, Platform, PlatformTx, Row, Statement, Tenant, TenantTx, statements};

use crate::directory::{Membership, OrganizationSummary};
use crate::error::StoreError;
use crate::members;
use crate::row::Columns;
use crate::settings::SettingsChange;

statements! { Tenant:
    GET = "select organization_id, slug, name, description, metadata, created_at, updated_at, deleted_at from tenantry.organizations \
           where organization_id = $1 and deleted_at is null";
    LOCK = "select organization_id, slug, name, description, metadata, created_at, updated_at, deleted_at from tenantry.organizations \
            where organization_id = $1 and deleted_at is null for no key update";
    CLAIM_SLUG = "select tenantry.claim_slug($2) where $1::uuid is not null";
    UPDATE = "update tenantry.organizations set name = $2, slug = $3, description = $4, metadata = $5 where organization_id = $1 and deleted_at is null \
              returning organization_id, slug, name, description, metadata, created_at, updated_at, deleted_at";
    RESTORE = "update tenantry.organizations set deleted_at = null where organization_id = $1 and deleted_at is not null \
               returning organization_id, slug, name, description, metadata, created_at, updated_at, deleted_at";
    SETTINGS = "select settings from tenantry.organizations where organization_id = $1 and deleted_at is null";
    LOCK_SETTINGS = "select settings from tenantry.organizations where organization_id = $1 and deleted_at is null for no key update";
    SET_SETTINGS = "update tenantry.organizations set settings = $2 where organization_id = $1 returning settings";
    DELETE = "update tenantry.organizations set deleted_at = statement_timestamp() where organization_id = $1 and deleted_at is null \
              returning organization_id, slug, name, description, metadata, created_at, updated_at, deleted_at";
}

/// The statements of founding, under the seal of the organization that is founded.
pub mod founding {
    use super::{Platform, Statement};

    pub(super) const INSERT: Statement<Platform> = Statement::new(
        "INSERT",
        "insert into tenantry.organizations (organization_id, slug, name, created_at, updated_at) values ($1, $2, $3, $4, $4)",
    );
    pub(super) const INSERT_SLUG: Statement<Platform> = Statement::new(
        "INSERT_SLUG",
        "insert into tenantry.organization_slugs (slug, organization_id) values ($1, $2) on conflict (slug) do nothing returning slug",
    );
    pub(super) const INSERT_MEMBERSHIP: Statement<Platform> = Statement::new(
        "INSERT_MEMBERSHIP",
        "insert into tenantry.memberships (organization_id, user_id, role, created_at) values ($1, $2, $3, $4)",
    );

    /// Every statement of founding.
    pub const STATEMENTS: &[Statement<Platform>] = &[INSERT, INSERT_SLUG, INSERT_MEMBERSHIP];
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses, unique among all organizations.
    #[schemars(example = &"my-organization")]
    pub slug: Slug,
    /// Its name.
    #[schemars(example = &"My Organization")]
    pub name: DisplayName,
    /// What it is about.
    pub description: Description,
    /// What the application keeps about it.
    pub metadata: Metadata,
    /// When it was founded.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted; its owners can restore it for 30 days. Absent while it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

impl Organization {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("organization_id")?,
            slug: row.parsed("slug")?,
            name: row.parsed("name")?,
            description: row.parsed("description")?,
            metadata: Metadata::stored(row.column("metadata")?),
            created_at: row.column("created_at")?,
            updated_at: row.column("updated_at")?,
            deleted_at: row.column("deleted_at")?,
        })
    }
}

/// What a new organization is made of.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganization {
    /// Its name.
    #[schemars(example = &"My Organization")]
    pub name: DisplayName,
    /// Its name in addresses; made from the name when absent.
    #[serde(default)]
    pub slug: Option<Slug>,
}

/// What may be changed of an organization. Absent fields stay as they are.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<DisplayName>,
    /// Its name in addresses.
    #[serde(default)]
    pub slug: Option<Slug>,
    /// What it is about.
    #[serde(default)]
    pub description: Option<Description>,
    /// Keys to set; null removes one, the others stay.
    #[serde(default)]
    pub metadata: Option<MetadataPatch>,
}

/// Takes the wanted slug for an organization that is being founded, or a free one made from its name.
///
/// # Errors
/// [`StoreError::SlugTaken`] when the slug was asked for and is taken.
pub async fn free_slug(
    tx: &mut PlatformTx,
    id: OrganizationId,
    new: &NewOrganization,
) -> Result<Slug, StoreError> {
    let plain = new.slug.clone().unwrap_or_else(|| Slug::suggest(&new.name));
    for slug in plain.attempts(&id.to_string(), new.slug.is_some()) {
        if tx.query_opt(&founding::INSERT_SLUG, &[&slug.as_str(), &id.uuid()]).await?.is_some() {
            return Ok(slug);
        }
    }
    Err(StoreError::SlugTaken)
}

/// Founds the organization of `founder`'s scope with its user as the owner. From here on the
/// transaction is under the seal of the new organization.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn found(
    tx: &mut PlatformTx,
    founder: &TenantScope,
    user: UserId,
    membership: &Membership,
) -> Result<Organization, StoreError> {
    let Membership { organization: OrganizationSummary { id, slug, name }, role, joined_at } =
        membership;
    tx.found(founder).await?;
    tx.query(&founding::INSERT, &[&id.uuid(), &slug.as_str(), &name.as_str(), joined_at]).await?;
    tx.query(&founding::INSERT_MEMBERSHIP, &[&id.uuid(), &user.uuid(), &role.name(), joined_at])
        .await?;
    Ok(Organization {
        id: *id,
        slug: slug.clone(),
        name: name.clone(),
        description: Description::default(),
        metadata: Metadata::default(),
        created_at: *joined_at,
        updated_at: *joined_at,
        deleted_at: None,
    })
}

/// The organization of the transaction.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut TenantTx<organization::Read>,
) -> Result<Option<Organization>, StoreError> {
    tx.query_opt(&GET, &[]).await?.as_ref().map(Organization::read).transpose()
}

/// Changes the organization; answers how it was and how it is.
///
/// # Errors
/// [`StoreError::SlugTaken`].
pub async fn update(
    tx: &mut TenantTx<organization::Update>,
    patch: &OrganizationPatch,
) -> Result<Option<(Organization, Organization)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK, &[]).await? else { return Ok(None) };
    let before = Organization::read(&row)?;
    let name = patch.name.as_ref().unwrap_or(&before.name);
    let slug = patch.slug.as_ref().unwrap_or(&before.slug);
    let description = patch.description.as_ref().unwrap_or(&before.description);
    let metadata = match &patch.metadata {
        Some(patch) => before.metadata.patched(patch)?,
        None => before.metadata.clone(),
    };
    if slug != &before.slug {
        tx.query(&CLAIM_SLUG, &[&slug.as_str()]).await?;
    }
    let values: Parameters<'_> =
        &[&name.as_str(), &slug.as_str(), &description.as_str(), &metadata.to_value()];
    let row = tx.query_opt(&UPDATE, values).await?;
    Ok(row.as_ref().map(Organization::read).transpose()?.map(|after| (before, after)))
}

/// Deletes the organization: from now on nobody is a member of it. Answers how it was and how it is.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn delete(
    tx: &mut TenantTx<organization::Delete>,
) -> Result<Option<(Organization, Organization)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK, &[]).await? else { return Ok(None) };
    // The role may have been taken while this waited.
    members::own_role(tx).await?;
    let before = Organization::read(&row)?;
    let row = tx.query_opt(&DELETE, &[]).await?;
    Ok(row.as_ref().map(Organization::read).transpose()?.map(|after| (before, after)))
}

/// Takes the deletion back, while the grace period lasts.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn restore(
    tx: &mut TenantTx<organization::Delete>,
) -> Result<Option<Organization>, StoreError> {
    tx.query_opt(&RESTORE, &[]).await?.as_ref().map(Organization::read).transpose()
}

/// The settings of the organization.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn settings(
    tx: &mut TenantTx<organization::Read>,
) -> Result<Option<Settings>, StoreError> {
    let row = tx.query_opt(&SETTINGS, &[]).await?;
    Ok(row.map(|row| row.column("settings")).transpose()?.map(Settings::stored))
}

/// Changes the settings of the organization; answers how they were and how they are.
///
/// # Errors
/// [`StoreError::Metadata`] when they would be too large.
pub async fn change_settings(
    tx: &mut TenantTx<organization::Update>,
    change: &SettingsChange,
) -> Result<Option<(Settings, Settings)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK_SETTINGS, &[]).await? else { return Ok(None) };
    let before = Settings::stored(row.column("settings")?);
    let after = change.applied_to(&before)?;
    tx.query_one(&SET_SETTINGS, &[&after.to_value()]).await?;
    Ok(Some((before, after)))
}
