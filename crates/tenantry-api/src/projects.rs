//! Projects of the request's organization.

use aide::OperationInput;
use aide::axum::ApiRouter;
use axum::extract::{FromRequestParts, RawPathParams, State};
use http::request::Parts;
use tenantry_core::permission::project;
use tenantry_core::{OrganizationId, Problem, ProjectId, TenantScope};
use tenantry_db::Event;
use tenantry_store::projects::{self, NewProject, Project, ProjectPatch};
use tenantry_tower::{Authorized, Refusal, route};

use crate::answer::{Created, Deleted, Listed, Shown, Updated};
use crate::body::Json;
use crate::failure::Failure;
use crate::query::ListQuery;
use crate::service::Service;

/// The routes under `/api/v1/projects`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/projects",
            route::get("project_list", "List projects", list).merge(route::post(
                "project_create",
                "Create a project",
                create,
            )),
        )
        .api_route(
            "/projects/{project}",
            route::get("project_get", "Show a project", get)
                .merge(route::patch("project_update", "Change a project", update))
                .merge(route::put(
                    "project_replace",
                    "Change a project (the same as PATCH)",
                    update,
                ))
                .merge(route::delete("project_delete", "Delete a project", delete)),
        )
}

/// `{project}` of the path. What is not an id names nothing, like an id that nobody has.
#[derive(Debug, Clone, Copy)]
struct ProjectName(ProjectId);

impl<S: Send + Sync> FromRequestParts<S> for ProjectName {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let id = parameters.ok().and_then(|parameters| {
            parameters
                .iter()
                .find(|(name, _)| *name == "project")
                .and_then(|(_, value)| value.parse().ok())
        });
        id.map(Self).ok_or_else(|| Problem::not_found("project").into())
    }
}

impl OperationInput for ProjectName {}

/// The organization of a body, when it names one, must be the request's.
async fn agree(
    service: &Service,
    scope: &TenantScope,
    named: Option<OrganizationId>,
) -> Result<(), Failure> {
    match named {
        Some(other) if other != scope.organization() => {
            Err(service.identity().refuse_other_organization(scope, other).await.into())
        }
        _ => Ok(()),
    }
}

async fn list(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    query: ListQuery,
) -> Result<Listed<Project>, Failure> {
    let owner = caller.organization().uuid();
    let page = service.page(&query, "projects", owner)?;
    let mut tx = service.database().tenant(&caller).await?;
    let projects = projects::list(&mut tx, &page).await?;
    Ok(Listed(service.page_body(projects, "projects", owner)))
}

async fn create(
    caller: Authorized<project::Create>,
    State(service): State<Service>,
    Json(new): Json<NewProject>,
) -> Result<Created<Project>, Failure> {
    agree(&service, caller.scope(), new.organization_id).await?;
    let mut tx = service.database().tenant(&caller).await?;
    let project = projects::create(&mut tx, &new).await?;
    let event = Event::new("project.created", project.id).after(&project);
    Ok(Created(tx.commit(event, project).await?))
}

async fn get(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    ProjectName(id): ProjectName,
) -> Result<Shown<Project>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(projects::get(&mut tx, id).await?.ok_or_else(|| Problem::not_found("project"))?))
}

async fn update(
    caller: Authorized<project::Update>,
    State(service): State<Service>,
    ProjectName(id): ProjectName,
    Json(patch): Json<ProjectPatch>,
) -> Result<Updated<Project>, Failure> {
    agree(&service, caller.scope(), patch.organization_id).await?;
    let mut tx = service.database().tenant(&caller).await?;
    let changed = projects::update(&mut tx, id, &patch).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("project"))?;
    let event = Event::new("project.updated", after.id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}

async fn delete(
    caller: Authorized<project::Delete>,
    State(service): State<Service>,
    ProjectName(id): ProjectName,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let gone = projects::delete(&mut tx, id).await?.ok_or_else(|| Problem::not_found("project"))?;
    let event = Event::new("project.deleted", gone.id).before(&gone);
    Ok(Deleted(tx.commit(event, ()).await?))
}
