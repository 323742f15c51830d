//! Projects of the request's organization.

use aide::axum::ApiRouter;
use axum::extract::State;
use tenantry_core::id::kind;
use tenantry_core::permission::project;
use tenantry_core::{ClientId, OrganizationId, Problem, TenantScope};
use tenantry_db::Event;
use tenantry_store::projects::{
    self, NewProject, Project, ProjectFilter, ProjectPatch, ProjectStats,
};
use tenantry_tower::{Authorized, route};

use crate::answer::{Created, Deleted, Listed, Shown, Updated};
use crate::body::Json;
use crate::denial::judged;
use crate::etag::IfMatch;
use crate::failure::Failure;
use crate::idempotent::Idempotent;
use crate::path::Named;
use crate::query::{Asked, list_query};
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
        .api_route(
            "/projects/{project}/restore",
            route::post("project_restore", "Restore a deleted project", restore),
        )
        .api_route(
            "/projects/{project}/stats",
            route::get("project_stats_get", "Show a project in figures", stats),
        )
}

list_query! {
    /// Which projects.
    ProjectQuery {
        /// Those for this client.
        client_id: Option<ClientId>,
        /// `true` for those that were deleted and can be restored; `client_id` is not looked at then.
        deleted: bool,
        /// The organization, when the client likes to name it here: it must be the request's.
        organization_id: Option<OrganizationId>,
    }
}

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
    Asked(query): Asked<ProjectQuery>,
) -> Result<Listed<Project>, Failure> {
    agree(&service, caller.scope(), query.organization_id).await?;
    let owner = caller.organization().uuid();
    let page = service.page(&query, "projects", owner)?;
    let filter = ProjectFilter { client: query.client_id, are_deleted: query.deleted };
    let mut tx = service.database().tenant(&caller).await?;
    let projects = projects::list(&mut tx, filter, &page).await?;
    Ok(Listed(service.page_body(projects, "projects", owner)))
}

async fn create(
    caller: Authorized<project::Create>,
    State(service): State<Service>,
    new: Idempotent<NewProject>,
) -> Result<Created<Project>, Failure> {
    agree(&service, caller.scope(), new.body.organization_id).await?;
    let mut tx = service.database().tenant(&caller).await?;
    if let Some(earlier) = new.earlier(&mut tx).await? {
        return Ok(earlier);
    }
    let project = projects::create(&mut tx, &new.body).await?;
    let event = Event::new("project.created", project.id).after(&project);
    new.finish(tx, event, project).await
}

async fn get(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
) -> Result<Shown<Project>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(projects::get(&mut tx, id).await?.ok_or_else(|| Problem::not_found("project"))?))
}

async fn update(
    caller: Authorized<project::Update>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
    if_match: IfMatch,
    Json(patch): Json<ProjectPatch>,
) -> Result<Updated<Project>, Failure> {
    agree(&service, caller.scope(), patch.organization_id).await?;
    let mut tx = service.database().tenant(&caller).await?;
    let changed = projects::update(&mut tx, id, &patch).await;
    let (tx, changed) = judged(&service, tx, changed).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("project"))?;
    if_match.check(&before)?;
    let event = Event::new("project.updated", after.id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}

async fn delete(
    caller: Authorized<project::Delete>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
    if_match: IfMatch,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let deleted = projects::delete(&mut tx, id).await;
    let (tx, deleted) = judged(&service, tx, deleted).await?;
    let (before, after) = deleted.ok_or_else(|| Problem::not_found("project"))?;
    if_match.check(&before)?;
    let event = Event::new("project.deleted", id).before(&before).after(&after);
    Ok(Deleted(tx.commit(event, ()).await?))
}

async fn restore(
    caller: Authorized<project::Delete>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
) -> Result<Updated<Project>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let restored = projects::restore(&mut tx, id).await?;
    let project = restored.ok_or_else(|| Problem::not_found("project"))?;
    let event = Event::new("project.restored", id).after(&project);
    Ok(Updated(tx.commit(event, project).await?))
}

async fn stats(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
) -> Result<Shown<ProjectStats>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(projects::stats(&mut tx, id).await?.ok_or_else(|| Problem::not_found("project"))?))
}
