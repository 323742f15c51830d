//! Members of a project of the request's organization.

use aide::axum::ApiRouter;
use aide::{OperationInput, generate::GenContext, openapi::Operation};
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use tenantry_core::id::kind;
use tenantry_core::permission::{project, project_member};
use tenantry_core::{Problem, ProjectId, UserId};
use tenantry_db::Event;
use tenantry_store::project_members::{self, NewProjectMember, ProjectMember, ProjectMemberPatch};
use tenantry_tower::{Authorized, Refusal, route};

use crate::answer::{Created, Deleted, Listed, Updated};
use crate::body::Json;
use crate::denial::judged;
use crate::etag::IfMatch;
use crate::failure::Failure;
use crate::idempotent::Idempotent;
use crate::path::Named;
use crate::query::{Asked, ListQuery};
use crate::service::Service;

/// The routes under `/api/v1/projects/{project}/members`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/projects/{project}/members",
            route::get("project_member_list", "List the members of a project", list)
                .merge(route::post("project_member_add", "Add a member to a project", add)),
        )
        .api_route(
            "/projects/{project}/members/{user}",
            route::patch("project_member_update", "Change the role of a project's member", update)
                .merge(route::put(
                    "project_member_replace",
                    "Change the role of a project's member (the same as PATCH)",
                    update,
                ))
                .merge(route::delete(
                    "project_member_remove",
                    "Take a member out of a project",
                    remove,
                )),
        )
}

/// `{project}` and `{user}` of the path.
#[derive(Debug)]
struct Place {
    project: ProjectId,
    user: UserId,
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Named(project) = Named::<kind::Project>::from_request_parts(parts, state).await?;
        let Named(user) = Named::<kind::User>::from_request_parts(parts, state).await?;
        Ok(Self { project, user })
    }
}

impl OperationInput for Place {
    fn operation_input(_: &mut GenContext, _: &mut Operation) {}
}

fn not_found() -> Problem {
    Problem::not_found("member of a project")
}

async fn list(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
    Asked(query): Asked<ListQuery>,
) -> Result<Listed<ProjectMember>, Failure> {
    let page = service.page(&query, "project_members", id.uuid())?;
    let mut tx = service.database().tenant(&caller).await?;
    let members = project_members::list(&mut tx, id, &page).await?;
    let members = members.ok_or_else(|| Problem::not_found("project"))?;
    Ok(Listed(service.page_body(members, "project_members", id.uuid())))
}

async fn add(
    caller: Authorized<project_member::Update>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
    new: Idempotent<NewProjectMember>,
) -> Result<Created<ProjectMember>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    if let Some(earlier) = new.earlier(&mut tx).await? {
        return Ok(earlier);
    }
    let added = project_members::add(&mut tx, id, &new.body).await;
    let (tx, added) = judged(&service, tx, added).await?;
    let added = added.ok_or_else(|| Problem::not_found("project"))?;
    let event = Event::new("project_member.added", id)
        .after(&added)
        .with("user_id", added.user_id.to_string())
        .with("role", added.role.name());
    new.finish(tx, event, added).await
}

async fn update(
    caller: Authorized<project_member::Update>,
    State(service): State<Service>,
    Place { project, user }: Place,
    if_match: IfMatch,
    Json(patch): Json<ProjectMemberPatch>,
) -> Result<Updated<ProjectMember>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = project_members::update(&mut tx, project, user, &patch).await;
    let (tx, changed) = judged(&service, tx, changed).await?;
    let (before, after) = changed.ok_or_else(not_found)?;
    if_match.check(&before)?;
    let event = Event::new("project_member.updated", project)
        .before(&before)
        .after(&after)
        .with("user_id", user.to_string())
        .with("role", after.role.name());
    Ok(Updated(tx.commit(event, after).await?))
}

async fn remove(
    caller: Authorized<project_member::Update>,
    State(service): State<Service>,
    Place { project, user }: Place,
    if_match: IfMatch,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let removed = project_members::remove(&mut tx, project, user).await;
    let (tx, removed) = judged(&service, tx, removed).await?;
    let before = removed.ok_or_else(not_found)?;
    if_match.check(&before)?;
    let event = Event::new("project_member.removed", project)
        .before(&before)
        .with("user_id", user.to_string());
    Ok(Deleted(tx.commit(event, ()).await?))
}
