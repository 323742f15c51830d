//! Projects: work inside an organization, for all of it or for the project's own members.
//!
//! A restricted project does not exist for whoever is not in it: the policies of the table say so, and
//! the code here only turns what they refuse into words.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use tenantry_core::name::{Description, DisplayName, Slug};
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::permission::project;
use tenantry_core::{
    ClientId, Metadata, MetadataPatch, OrganizationId, Permission, ProjectId, Settings,
};
use tenantry_db::{Parameters, Row, Tenant, TenantTx, statements};
use uuid::Uuid;

use crate::error::StoreError;
use crate::project_members;
use crate::row::Columns;
use crate::settings::SettingsChange;

statements! { Tenant:
    INSERT = "insert into tenantry.projects (organization_id, id, slug, name, description, client_id, metadata, created_by) \
              values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (organization_id, slug) do nothing \
              returning organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at";
    GET = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
           where organization_id = $1 and id = $2 and deleted_at is null";
    BY_SLUG = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
           where organization_id = $1 and slug = $2 and deleted_at is null";
    LOCK = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
            where organization_id = $1 and id = $2 and deleted_at is null for update";
    LIST = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
            where organization_id = $1 and deleted_at is null and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4";
    LIST_OF_CLIENT = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
                      where organization_id = $1 and client_id = $2 and deleted_at is null and (created_at, id) < ($3, $4) \
                      order by created_at desc, id desc limit $5";
    LIST_DELETED = "select organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at from tenantry.projects \
                    where organization_id = $1 and deleted_at is not null and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4";
    UPDATE = "update tenantry.projects set name = $3, slug = $4, description = $5, client_id = $6, is_restricted = $7, metadata = $8 \
              where organization_id = $1 and id = $2 \
              returning organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at";
    DELETE = "update tenantry.projects set deleted_at = statement_timestamp() where organization_id = $1 and id = $2 and deleted_at is null \
              returning organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at";
    RESTORE = "update tenantry.projects set deleted_at = null where organization_id = $1 and id = $2 and deleted_at is not null \
               returning organization_id, id, slug, name, description, client_id, is_restricted, metadata, created_at, updated_at, deleted_at";
    FIND_CLIENT = "select id from tenantry.clients where organization_id = $1 and id = $2 and deleted_at is null for key share";
    SETTINGS = "select settings from tenantry.projects where organization_id = $1 and id = $2 and deleted_at is null";
    LOCK_SETTINGS = "select settings from tenantry.projects where organization_id = $1 and id = $2 and deleted_at is null for update";
    SET_SETTINGS = "update tenantry.projects set settings = $3 where organization_id = $1 and id = $2 returning settings";
    STATS = "select (select count(*) from tenantry.project_members where organization_id = $1 and project_id = $2) as members, \
             count(*) as events, count(*) filter (where created_at > statement_timestamp() - interval '30 days') as recent, \
             count(distinct actor) as actors, max(created_at) as last_at \
             from tenantry.audit_events where organization_id = $1 and subject_id = $2";
}

/// Who sees a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Every member of the organization, as their role there says.
    Organization,
    /// The members of the project, and owners and admins of the organization. For anybody else it does not exist.
    Restricted,
}

impl Visibility {
    const fn of(is_restricted: bool) -> Self {
        if is_restricted { Self::Restricted } else { Self::Organization }
    }

    fn is_restricted(self) -> bool {
        self == Self::Restricted
    }
}

/// A project.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// Its name in addresses, unique in its organization.
    #[schemars(example = &"marketing-campaign")]
    pub slug: Slug,
    /// Its name.
    pub name: DisplayName,
    /// What it is about.
    pub description: Description,
    /// The client it is for, if it is for one.
    pub client_id: Option<ClientId>,
    /// Who sees it.
    #[schemars(example = &"organization")]
    pub visibility: Visibility,
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

impl Project {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            organization_id: row.id("organization_id")?,
            slug: row.parsed("slug")?,
            name: row.parsed("name")?,
            description: row.parsed("description")?,
            client_id: row.column::<Option<Uuid>>("client_id")?.map(ClientId::from_uuid),
            visibility: Visibility::of(row.column("is_restricted")?),
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

/// What a new project is made of.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProject {
    /// Its name.
    pub name: DisplayName,
    /// What it is about.
    #[serde(default)]
    pub description: Description,
    /// Its name in addresses; made from the name when absent. A deleted project keeps its own for 30 days.
    #[serde(default)]
    pub slug: Option<Slug>,
    /// The client it is for.
    #[serde(default)]
    pub client_id: Option<ClientId>,
    /// Who sees it; the whole organization when absent. Whoever makes it becomes its manager.
    #[serde(default)]
    #[schemars(example = &"organization")]
    pub visibility: Option<Visibility>,
    /// What the application keeps about it: at most 50 keys.
    #[serde(default)]
    pub metadata: Metadata,
    /// The organization, when the client likes to name it here: it must be the request's.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
}

/// What may be changed of a project. Absent fields stay as they are.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<DisplayName>,
    /// What it is about.
    #[serde(default)]
    pub description: Option<Description>,
    /// Its name in addresses.
    #[serde(default)]
    pub slug: Option<Slug>,
    /// The client it is for; null for none.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Option<ClientId>")]
    pub client_id: Option<Option<ClientId>>,
    /// Who sees it; changed by its managers, and by owners and admins.
    #[serde(default)]
    #[schemars(example = &"restricted")]
    pub visibility: Option<Visibility>,
    /// Keys to set; null removes one, the others stay.
    #[serde(default)]
    pub metadata: Option<MetadataPatch>,
    /// The organization, when the client sends it along: it must be the request's.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
}

/// A field that is there, be it null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A project in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ProjectStats {
    /// Members of the project itself.
    pub members: i64,
    /// Records of it in the audit log.
    pub events: i64,
    /// Those of the last 30 days.
    pub events_last_30_days: i64,
    /// How many people and keys left a record.
    pub actors: i64,
    /// When the last record was made.
    pub last_activity_at: Option<Timestamp>,
}

/// Makes a project; a person who makes one becomes its manager.
///
/// # Errors
/// [`StoreError::SlugTaken`] when the slug was asked for and is taken in this organization;
/// [`StoreError::UnknownClient`]; [`StoreError::LimitReached`].
pub async fn create(
    tx: &mut TenantTx<project::Create>,
    new: &NewProject,
) -> Result<Project, StoreError> {
    demand_client(tx, new.client_id).await?;
    let project = insert(tx, new).await?;
    if let Some(user) = tx.scope().user() {
        project_members::add_founder(tx, project.id, user).await?;
    }
    // Only now: a restricted project is not there for whoever is not in it.
    if new.visibility.is_some_and(Visibility::is_restricted) {
        let restricted = Project { visibility: Visibility::Restricted, ..project };
        return write(tx, &restricted).await?.ok_or(StoreError::Gone);
    }
    Ok(project)
}

async fn insert(
    tx: &mut TenantTx<project::Create>,
    new: &NewProject,
) -> Result<Project, StoreError> {
    let id = ProjectId::new();
    let author = tx.scope().actor().to_string();
    let client = new.client_id.map(ClientId::uuid);
    let (metadata, description) = (new.metadata.to_value(), new.description.as_str());
    let plain = new.slug.clone().unwrap_or_else(|| Slug::suggest(&new.name));
    for slug in plain.attempts(&id.to_string(), new.slug.is_some()) {
        let (id, slug, name) = (id.uuid(), slug.as_str(), new.name.as_str());
        let values: Parameters<'_> =
            &[&id, &slug, &name, &description, &client, &metadata, &author];
        if let Some(row) = tx.query_opt(&INSERT, values).await? {
            return Project::read(&row);
        }
    }
    Err(StoreError::SlugTaken)
}

/// The client that a project is to be for must be there, and stay while the project is written.
async fn demand_client<P: Permission>(
    tx: &mut TenantTx<P>,
    client: Option<ClientId>,
) -> Result<(), StoreError> {
    let Some(client) = client else { return Ok(()) };
    tx.query_opt(&FIND_CLIENT, &[&client.uuid()]).await?.map(drop).ok_or(StoreError::UnknownClient)
}

async fn write<P: Permission>(
    tx: &mut TenantTx<P>,
    project: &Project,
) -> Result<Option<Project>, StoreError> {
    let Project { id, slug, name, description, client_id, visibility, metadata, .. } = project;
    let (id, client, metadata) = (id.uuid(), client_id.map(ClientId::uuid), metadata.to_value());
    let (slug, name, description) = (slug.as_str(), name.as_str(), description.as_str());
    let values: Parameters<'_> =
        &[&id, &name, &slug, &description, &client, &visibility.is_restricted(), &metadata];
    tx.query_opt(&UPDATE, values).await?.as_ref().map(Project::read).transpose()
}

/// One project of the organization, if the caller sees it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut TenantTx<project::Read>,
    id: ProjectId,
) -> Result<Option<Project>, StoreError> {
    find(tx, id).await
}

/// The project of this slug, if the caller sees it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn find_slug(
    tx: &mut TenantTx<project::Read>,
    slug: &Slug,
) -> Result<Option<Project>, StoreError> {
    tx.query_opt(&BY_SLUG, &[&slug.as_str()]).await?.as_ref().map(Project::read).transpose()
}

async fn find<P: Permission>(
    tx: &mut TenantTx<P>,
    id: ProjectId,
) -> Result<Option<Project>, StoreError> {
    tx.query_opt(&GET, &[&id.uuid()]).await?.as_ref().map(Project::read).transpose()
}

/// Whether the caller sees the project.
pub(crate) async fn is_visible<P: Permission>(
    tx: &mut TenantTx<P>,
    id: ProjectId,
) -> Result<bool, StoreError> {
    Ok(tx.query_opt(&GET, &[&id.uuid()]).await?.is_some())
}

/// Which projects a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProjectFilter {
    /// Those for this client.
    pub client: Option<ClientId>,
    /// Those that were deleted and can be restored.
    pub are_deleted: bool,
}

/// A page of the organization's projects that the caller sees, the newest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(
    tx: &mut TenantTx<project::Read>,
    filter: ProjectFilter,
    page: &Page,
) -> Result<Paged<Project>, StoreError> {
    let Position { created_at, id } = page.behind();
    let limit = page.fetch_limit();
    let rows = match filter {
        ProjectFilter { are_deleted: true, .. } => {
            tx.query(&LIST_DELETED, &[&created_at, &id, &limit]).await?
        }
        ProjectFilter { client: Some(client), .. } => {
            tx.query(&LIST_OF_CLIENT, &[&client.uuid(), &created_at, &id, &limit]).await?
        }
        ProjectFilter { client: None, .. } => tx.query(&LIST, &[&created_at, &id, &limit]).await?,
    };
    let projects = rows.iter().map(Project::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Paged::from_rows(projects, page, Project::position))
}

/// Changes a project; answers how it was and how it is.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the caller only views the project, or changes who sees it without
/// managing it; [`StoreError::SlugTaken`], [`StoreError::UnknownClient`], [`StoreError::Metadata`].
pub async fn update(
    tx: &mut TenantTx<project::Update>,
    id: ProjectId,
    patch: &ProjectPatch,
) -> Result<Option<(Project, Project)>, StoreError> {
    let Some(before) = lock(tx, id).await? else { return Ok(None) };
    let mut after = before.clone();
    if let Some(visibility) = patch.visibility.filter(|wanted| *wanted != before.visibility) {
        project_members::demand_manager(tx, id).await?;
        after.visibility = visibility;
    }
    if let Some(client) = patch.client_id.filter(|wanted| *wanted != before.client_id) {
        demand_client(tx, client).await?;
        after.client_id = client;
    }
    if let Some(change) = &patch.metadata {
        after.metadata = before.metadata.patched(change)?;
    }
    after.name = patch.name.clone().unwrap_or(after.name);
    after.slug = patch.slug.clone().unwrap_or(after.slug);
    after.description = patch.description.clone().unwrap_or(after.description);
    Ok(write(tx, &after).await?.map(|after| (before, after)))
}

/// The project, locked for a change. The database hides it from whoever may see but not change it.
async fn lock<P: Permission>(
    tx: &mut TenantTx<P>,
    id: ProjectId,
) -> Result<Option<Project>, StoreError> {
    match tx.query_opt(&LOCK, &[&id.uuid()]).await? {
        Some(row) => Project::read(&row).map(Some),
        None if is_visible(tx, id).await? => Err(StoreError::NotAllowed),
        None => Ok(None),
    }
}

/// Deletes a project; answers how it was and how it is. It can be restored until it is removed for good.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn delete(
    tx: &mut TenantTx<project::Delete>,
    id: ProjectId,
) -> Result<Option<(Project, Project)>, StoreError> {
    let Some(before) = lock(tx, id).await? else { return Ok(None) };
    let row = tx.query_opt(&DELETE, &[&id.uuid()]).await?;
    Ok(row.as_ref().map(Project::read).transpose()?.map(|after| (before, after)))
}

/// Takes a deletion back, while the grace period lasts.
///
/// # Errors
/// [`StoreError::LimitReached`].
pub async fn restore(
    tx: &mut TenantTx<project::Delete>,
    id: ProjectId,
) -> Result<Option<Project>, StoreError> {
    tx.query_opt(&RESTORE, &[&id.uuid()]).await?.as_ref().map(Project::read).transpose()
}

/// The settings of a project.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn settings(
    tx: &mut TenantTx<project::Read>,
    id: ProjectId,
) -> Result<Option<Settings>, StoreError> {
    let row = tx.query_opt(&SETTINGS, &[&id.uuid()]).await?;
    Ok(row.map(|row| row.column("settings")).transpose()?.map(Settings::stored))
}

/// Changes the settings of a project; answers how they were and how they are.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the caller only views the project; [`StoreError::Metadata`] when they
/// would be too large.
pub async fn change_settings(
    tx: &mut TenantTx<project::Update>,
    id: ProjectId,
    change: &SettingsChange,
) -> Result<Option<(Settings, Settings)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK_SETTINGS, &[&id.uuid()]).await? else {
        let is_visible = is_visible(tx, id).await?;
        return if is_visible { Err(StoreError::NotAllowed) } else { Ok(None) };
    };
    let before = Settings::stored(row.column("settings")?);
    let after = change.applied_to(&before)?;
    tx.query_one(&SET_SETTINGS, &[&id.uuid(), &after.to_value()]).await?;
    Ok(Some((before, after)))
}

/// A project in figures.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn stats(
    tx: &mut TenantTx<project::Read>,
    id: ProjectId,
) -> Result<Option<ProjectStats>, StoreError> {
    if !is_visible(tx, id).await? {
        return Ok(None);
    }
    let row = tx.query_one(&STATS, &[&id.uuid()]).await?;
    Ok(Some(ProjectStats {
        members: row.column("members")?,
        events: row.column("events")?,
        events_last_30_days: row.column("recent")?,
        actors: row.column("actors")?,
        last_activity_at: row.column("last_at")?,
    }))
}
