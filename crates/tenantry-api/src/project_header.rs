//! `X-Project-ID` and `X-Project`: the project that a request is about, for applications whose addresses
//! do not name it. It must be one that the caller sees in the request's organization.

use tenantry_core::name::Slug;
use tenantry_core::permission::project;
use tenantry_core::{Problem, ProjectId, TenantScope};
use tenantry_store::projects::{self, Project};
use tenantry_tower::Knock;

use crate::failure::Failure;
use crate::service::Service;

fn not_found() -> Problem {
    Problem::not_found("project")
}

/// The scope with the project that the headers name, when they name one; path and headers must agree.
pub(crate) async fn named(
    service: &Service,
    scope: TenantScope,
    knock: &Knock<'_>,
) -> Result<TenantScope, Problem> {
    let (id, slug) = (knock.header("x-project-id")?, knock.header("x-project")?);
    if id.is_none() && slug.is_none() {
        return Ok(scope);
    }
    let id: Option<ProjectId> = id.map(str::parse).transpose().map_err(|_| not_found())?;
    let slug: Option<Slug> = slug.map(str::parse).transpose().map_err(|_| not_found())?;
    let in_path: Option<ProjectId> =
        knock.path_project.as_deref().map(str::parse).transpose().map_err(|_| not_found())?;
    let project = find(service, &scope, id, slug.as_ref())
        .await
        .map_err(Failure::into_problem)?
        .filter(|project| id.is_none_or(|id| id == project.id))
        .filter(|project| slug.as_ref().is_none_or(|slug| *slug == project.slug))
        .filter(|project| in_path.is_none_or(|id| id == project.id))
        .ok_or_else(not_found)?;
    Ok(scope.in_project(project.id))
}

async fn find(
    service: &Service,
    scope: &TenantScope,
    id: Option<ProjectId>,
    slug: Option<&Slug>,
) -> Result<Option<Project>, Failure> {
    // Whoever may not see projects at all learns nothing of this one either.
    let caller = scope.authorize::<project::Read>().map_err(|_| not_found())?;
    let mut tx = service.database().tenant(&caller).await?;
    Ok(match (id, slug) {
        (Some(id), _) => projects::get(&mut tx, id).await?,
        (None, Some(slug)) => projects::find_slug(&mut tx, slug).await?,
        (None, None) => None,
    })
}
