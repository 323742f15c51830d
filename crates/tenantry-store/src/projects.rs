//! Projects: work inside an organization.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenantry_core::name::{Description, DisplayName, Slug};
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::permission::project;
use tenantry_core::{OrganizationId, ProjectId};
use tenantry_db::{Row, Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Tenant:
    INSERT = "insert into tenantry.projects (organization_id, id, slug, name, description, created_by) values ($1, $2, $3, $4, $5, $6) \
              on conflict (organization_id, slug) do nothing \
              returning organization_id, id, slug, name, description, created_at, updated_at";
    GET = "select organization_id, id, slug, name, description, created_at, updated_at from tenantry.projects \
           where organization_id = $1 and id = $2";
    LOCK = "select organization_id, id, slug, name, description, created_at, updated_at from tenantry.projects \
            where organization_id = $1 and id = $2 for update";
    LIST = "select organization_id, id, slug, name, description, created_at, updated_at from tenantry.projects \
            where organization_id = $1 order by created_at desc, id desc limit $2";
    LIST_AFTER = "select organization_id, id, slug, name, description, created_at, updated_at from tenantry.projects \
                  where organization_id = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4";
    UPDATE = "update tenantry.projects set name = $3, slug = $4, description = $5 where organization_id = $1 and id = $2 \
              returning organization_id, id, slug, name, description, created_at, updated_at";
    DELETE = "delete from tenantry.projects where organization_id = $1 and id = $2 \
              returning organization_id, id, slug, name, description, created_at, updated_at";
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Project {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            organization_id: row.id("organization_id")?,
            slug: row.parsed("slug")?,
            name: row.parsed("name")?,
            description: row.parsed("description")?,
            created_at: row.column("created_at")?,
            updated_at: row.column("updated_at")?,
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
    /// Its name in addresses; made from the name when absent.
    #[serde(default)]
    pub slug: Option<Slug>,
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
    /// The organization, when the client sends it along: it must be the request's.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
}

/// Makes a project.
///
/// # Errors
/// [`StoreError::SlugTaken`] when the slug was asked for and is taken in this organization.
pub async fn create(
    tx: &mut TenantTx<project::Create>,
    new: &NewProject,
) -> Result<Project, StoreError> {
    let id = ProjectId::new();
    let author = tx.scope().actor().to_string();
    let plain = new.slug.clone().unwrap_or_else(|| Slug::suggest(&new.name));
    for slug in plain.attempts(&id.to_string(), new.slug.is_some()) {
        let (name, description) = (new.name.as_str(), new.description.as_str());
        let row = tx
            .query_opt(&INSERT, &[&id.uuid(), &slug.as_str(), &name, &description, &author])
            .await?;
        if let Some(row) = row {
            return Project::read(&row);
        }
    }
    Err(StoreError::SlugTaken)
}

/// One project of the organization.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut TenantTx<project::Read>,
    id: ProjectId,
) -> Result<Option<Project>, StoreError> {
    tx.query_opt(&GET, &[&id.uuid()]).await?.as_ref().map(Project::read).transpose()
}

/// A page of the organization's projects, the newest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(
    tx: &mut TenantTx<project::Read>,
    page: &Page,
) -> Result<Paged<Project>, StoreError> {
    let rows = match page.after {
        None => tx.query(&LIST, &[&page.fetch_limit()]).await?,
        Some(after) => {
            tx.query(&LIST_AFTER, &[&after.created_at, &after.id, &page.fetch_limit()]).await?
        }
    };
    let projects = rows.iter().map(Project::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Paged::from_rows(projects, page, Project::position))
}

/// Changes a project; answers how it was and how it is.
///
/// # Errors
/// [`StoreError::SlugTaken`].
pub async fn update(
    tx: &mut TenantTx<project::Update>,
    id: ProjectId,
    patch: &ProjectPatch,
) -> Result<Option<(Project, Project)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK, &[&id.uuid()]).await? else { return Ok(None) };
    let before = Project::read(&row)?;
    let name = patch.name.as_ref().unwrap_or(&before.name);
    let slug = patch.slug.as_ref().unwrap_or(&before.slug);
    let description = patch.description.as_ref().unwrap_or(&before.description);
    let row = tx
        .query_opt(&UPDATE, &[&id.uuid(), &name.as_str(), &slug.as_str(), &description.as_str()])
        .await?;
    Ok(row.as_ref().map(Project::read).transpose()?.map(|after| (before, after)))
}

/// Deletes a project; answers what it was.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn delete(
    tx: &mut TenantTx<project::Delete>,
    id: ProjectId,
) -> Result<Option<Project>, StoreError> {
    tx.query_opt(&DELETE, &[&id.uuid()]).await?.as_ref().map(Project::read).transpose()
}
