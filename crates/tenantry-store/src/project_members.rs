//! Members of a project: who sees a restricted one, and who may change it.
//!
//! The database's own policies hold the same rules; the checks here turn what they would refuse into
//! words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenantry_core::name::{DisplayName, Email};
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::permission::{PermissionInfo, project, project_member};
use tenantry_core::{Permission, ProjectId, ProjectRole, SystemRole, UserId};
use tenantry_db::{DbError, Row, Statement, Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::row::Columns;
use crate::{members, projects};

statements! { Tenant:
    PAGE = "select project_id, user_id, email, name, role, created_at, updated_at from tenantry.members_of_project($1, $2, $3, $4, $5)";
    ROLE = "select role, created_at, updated_at from tenantry.project_members where organization_id = $1 and project_id = $2 and user_id = $3";
    STANDING = "select p.is_restricted, m.role from tenantry.projects p left join tenantry.project_members m \
                on m.organization_id = p.organization_id and m.project_id = p.id and m.user_id = $3 \
                where p.organization_id = $1 and p.id = $2 and p.deleted_at is null";
    LOCK = "select role, created_at, updated_at from tenantry.project_members where organization_id = $1 and project_id = $2 and user_id = $3 for update";
    INSERT = "insert into tenantry.project_members (organization_id, project_id, user_id, role) values ($1, $2, $3, $4) \
              on conflict do nothing returning role, created_at, updated_at";
    UPDATE = "update tenantry.project_members set role = $4 where organization_id = $1 and project_id = $2 and user_id = $3 \
              returning role, created_at, updated_at";
    DELETE = "delete from tenantry.project_members where organization_id = $1 and project_id = $2 and user_id = $3 returning role";
}

/// A member of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ProjectMember {
    /// The project.
    pub project_id: ProjectId,
    /// The account.
    pub user_id: UserId,
    /// What the person is called.
    #[schemars(example = &"Test User")]
    pub name: DisplayName,
    /// The account's address.
    pub email: Email,
    /// The role in this project.
    pub role: ProjectRole,
    /// Since when.
    pub joined_at: Timestamp,
    /// When the role was last changed.
    pub updated_at: Timestamp,
}

impl ProjectMember {
    fn position(&self) -> Position {
        Position { created_at: self.joined_at, id: self.user_id.uuid() }
    }
}

/// How a caller stands to a project that it sees.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    is_restricted: bool,
    role: Option<ProjectRole>,
}

impl Standing {
    /// Whether the project lets a caller of this role use a permission that the role holds: who changes
    /// something in a restricted project is at least a member of it, and its members are chosen by its
    /// managers. What is not about a project stays as it is.
    #[must_use]
    pub fn allows(&self, role: SystemRole, permission: &PermissionInfo) -> bool {
        let least = match permission.name.split_once(':') {
            Some(("project_member", _)) => ProjectRole::Manager,
            Some(("project", "update" | "delete") | ("content" | "agent", _))
                if permission.writes && self.is_restricted =>
            {
                ProjectRole::Member
            }
            _ => return true,
        };
        role >= SystemRole::Admin || self.role.is_some_and(|role| role >= least)
    }
}

/// How the caller stands to a project; nothing when it is not visible.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn standing(
    tx: &mut TenantTx<project::Read>,
    project: ProjectId,
) -> Result<Option<Standing>, StoreError> {
    let user = tx.scope().user().map(UserId::uuid);
    let Some(row) = tx.query_opt(&STANDING, &[&project.uuid(), &user]).await? else {
        return Ok(None);
    };
    let role = row.column::<Option<String>>("role")?;
    let role = role.map(|role| role.parse().map_err(|_| DbError::Value("role"))).transpose()?;
    Ok(Some(Standing { is_restricted: row.column("is_restricted")?, role }))
}

/// Who is added to a project.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProjectMember {
    /// A member of the organization.
    pub user_id: UserId,
    /// The role in the project; `member` when absent.
    #[serde(default = "member")]
    #[schemars(example = &"member")]
    pub role: ProjectRole,
}

const fn member() -> ProjectRole {
    ProjectRole::Member
}

/// What may be changed of a project's member.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectMemberPatch {
    /// The role in the project.
    #[schemars(example = &"manager")]
    pub role: ProjectRole,
}

/// A page of a project's members, who joined last first; nothing when the project is not visible.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(
    tx: &mut TenantTx<project::Read>,
    project: ProjectId,
    page: &Page,
) -> Result<Option<Paged<ProjectMember>>, StoreError> {
    if projects::get(tx, project).await?.is_none() {
        return Ok(None);
    }
    let behind = page.behind();
    let rows = tx
        .query(&PAGE, &[&project.uuid(), &behind.created_at, &behind.id, &page.fetch_limit()])
        .await?;
    let read = |row: &Row| -> Result<ProjectMember, StoreError> {
        Ok(ProjectMember {
            project_id: row.id("project_id")?,
            user_id: row.id("user_id")?,
            name: row.parsed("name")?,
            email: row.parsed("email")?,
            role: row.parsed("role")?,
            joined_at: row.column("created_at")?,
            updated_at: row.column("updated_at")?,
        })
    };
    let members = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(Paged::from_rows(members, page, ProjectMember::position)))
}

/// Adds a member of the organization to a project; nothing when the project is not visible.
///
/// # Errors
/// [`StoreError::NotAllowed`] unless the caller manages the project; [`StoreError::UnknownMember`] when
/// the account is no member of the organization; [`StoreError::AlreadyMember`].
pub async fn add(
    tx: &mut TenantTx<project_member::Update>,
    project: ProjectId,
    new: &NewProjectMember,
) -> Result<Option<ProjectMember>, StoreError> {
    if !projects::is_visible(tx, project).await? {
        return Ok(None);
    }
    demand_manager(tx, project).await?;
    let Some(person) = members::get(tx, new.user_id).await? else {
        return Err(StoreError::UnknownMember);
    };
    let row = tx
        .query_opt(&INSERT, &[&project.uuid(), &new.user_id.uuid(), &new.role.name()])
        .await?
        .ok_or(StoreError::AlreadyMember)?;
    named(project, person, &row).map(Some)
}

/// Makes the caller the manager of a project that it has just made.
pub(crate) async fn add_founder<P: Permission>(
    tx: &mut TenantTx<P>,
    project: ProjectId,
    user: UserId,
) -> Result<(), StoreError> {
    let role = ProjectRole::Manager.name();
    tx.query_one(&INSERT, &[&project.uuid(), &user.uuid(), &role]).await?;
    Ok(())
}

/// Changes the role of a project's member; answers how it was and how it is.
///
/// # Errors
/// [`StoreError::NotAllowed`] unless the caller manages the project.
pub async fn update(
    tx: &mut TenantTx<project_member::Update>,
    project: ProjectId,
    user: UserId,
    patch: &ProjectMemberPatch,
) -> Result<Option<(ProjectMember, ProjectMember)>, StoreError> {
    if get(tx, project, user).await?.is_none() {
        return Ok(None);
    }
    demand_manager(tx, project).await?;
    // Only now: of two who change the same membership, the second sees what the first one did.
    let Some(before) = get_alone(tx, project, user).await? else { return Ok(None) };
    tx.query_one(&UPDATE, &[&project.uuid(), &user.uuid(), &patch.role.name()]).await?;
    Ok(get(tx, project, user).await?.map(|after| (before, after)))
}

/// Takes somebody out of a project; answers who it was. Who may change projects may take themselves out.
///
/// # Errors
/// [`StoreError::NotAllowed`] unless the caller manages the project.
pub async fn remove(
    tx: &mut TenantTx<project_member::Update>,
    project: ProjectId,
    user: UserId,
) -> Result<Option<ProjectMember>, StoreError> {
    let Some(mut before) = get(tx, project, user).await? else { return Ok(None) };
    if tx.scope().user() != Some(user) {
        demand_manager(tx, project).await?;
        before = match get_alone(tx, project, user).await? {
            Some(before) => before,
            None => return Ok(None),
        };
    }
    let gone = tx.query_opt(&DELETE, &[&project.uuid(), &user.uuid()]).await?;
    Ok(gone.map(|_| before))
}

/// One member of a project that is visible.
async fn get<P: Permission>(
    tx: &mut TenantTx<P>,
    project: ProjectId,
    user: UserId,
) -> Result<Option<ProjectMember>, StoreError> {
    if !projects::is_visible(tx, project).await? {
        return Ok(None);
    }
    read(tx, &ROLE, project, user).await
}

/// The same for whoever is about to change it: nobody else does meanwhile.
async fn get_alone<P: Permission>(
    tx: &mut TenantTx<P>,
    project: ProjectId,
    user: UserId,
) -> Result<Option<ProjectMember>, StoreError> {
    read(tx, &LOCK, project, user).await
}

async fn read<P: Permission>(
    tx: &mut TenantTx<P>,
    statement: &Statement<Tenant>,
    project: ProjectId,
    user: UserId,
) -> Result<Option<ProjectMember>, StoreError> {
    let Some(row) = tx.query_opt(statement, &[&project.uuid(), &user.uuid()]).await? else {
        return Ok(None);
    };
    let Some(person) = members::get(tx, user).await? else { return Ok(None) };
    named(project, person, &row).map(Some)
}

fn named(
    project: ProjectId,
    person: members::Member,
    row: &Row,
) -> Result<ProjectMember, StoreError> {
    Ok(ProjectMember {
        project_id: project,
        user_id: person.user_id,
        name: person.name,
        email: person.email,
        role: row.parsed("role")?,
        joined_at: row.column("created_at")?,
        updated_at: row.column("updated_at")?,
    })
}

/// Who sees a project and who is in it is decided by its managers, and by the organization's owners and admins.
pub(crate) async fn demand_manager<P: Permission>(
    tx: &mut TenantTx<P>,
    project: ProjectId,
) -> Result<(), StoreError> {
    if tx.scope().role() >= SystemRole::Admin {
        return Ok(());
    }
    let Some(user) = tx.scope().user() else { return Err(StoreError::NotAllowed) };
    let row = tx.query_opt(&ROLE, &[&project.uuid(), &user.uuid()]).await?;
    match row.as_ref().map(|row| row.parsed::<ProjectRole>("role")).transpose()? {
        Some(ProjectRole::Manager) => Ok(()),
        _ => Err(StoreError::NotAllowed),
    }
}
