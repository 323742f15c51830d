//! Settings of the request's organization, and of one of its projects: JSON objects of the application.

use aide::axum::ApiRouter;
use axum::extract::State;
use tenantry_core::id::kind;
use tenantry_core::permission::{organization, project};
use tenantry_core::{Problem, Settings, SettingsPatch};
use tenantry_db::Event;
use tenantry_store::settings::SettingsChange;
use tenantry_store::{organizations, projects};
use tenantry_tower::{Authorized, route};

use crate::answer::{Shown, Updated};
use crate::body::Json;
use crate::denial::judged;
use crate::etag::IfMatch;
use crate::failure::Failure;
use crate::path::Named;
use crate::service::Service;

/// The two routes.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/organizations/{organization}/settings",
            route::get(
                "organization_settings_get",
                "Show the settings of an organization",
                of_organization,
            )
            .merge(route::put(
                "organization_settings_replace",
                "Replace the settings of an organization",
                replace_organizations,
            ))
            .merge(route::patch(
                "organization_settings_update",
                "Change some settings of an organization",
                merge_organizations,
            )),
        )
        .api_route(
            "/projects/{project}/settings",
            route::get("project_settings_get", "Show the settings of a project", of_project)
                .merge(route::put(
                    "project_settings_replace",
                    "Replace the settings of a project",
                    replace_projects,
                ))
                .merge(route::patch(
                    "project_settings_update",
                    "Change some settings of a project",
                    merge_projects,
                )),
        )
}

async fn of_organization(
    caller: Authorized<organization::Read>,
    State(service): State<Service>,
) -> Result<Shown<Settings>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let settings = organizations::settings(&mut tx).await?;
    Ok(Shown(settings.ok_or_else(|| Problem::not_found("organization"))?))
}

async fn replace_organizations(
    caller: Authorized<organization::Update>,
    State(service): State<Service>,
    if_match: IfMatch,
    Json(settings): Json<Settings>,
) -> Result<Updated<Settings>, Failure> {
    change_organizations(&service, caller, &if_match, SettingsChange::Replace(settings)).await
}

async fn merge_organizations(
    caller: Authorized<organization::Update>,
    State(service): State<Service>,
    if_match: IfMatch,
    Json(patch): Json<SettingsPatch>,
) -> Result<Updated<Settings>, Failure> {
    change_organizations(&service, caller, &if_match, SettingsChange::Merge(patch)).await
}

async fn change_organizations(
    service: &Service,
    caller: Authorized<organization::Update>,
    if_match: &IfMatch,
    change: SettingsChange,
) -> Result<Updated<Settings>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = organizations::change_settings(&mut tx, &change).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("organization"))?;
    if_match.check(&before)?;
    let event = Event::new("organization.settings_updated", caller.organization())
        .before(&before)
        .after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}

async fn of_project(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
) -> Result<Shown<Settings>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let settings = projects::settings(&mut tx, id).await?;
    Ok(Shown(settings.ok_or_else(|| Problem::not_found("project"))?))
}

async fn replace_projects(
    caller: Authorized<project::Update>,
    State(service): State<Service>,
    id: Named<kind::Project>,
    if_match: IfMatch,
    Json(settings): Json<Settings>,
) -> Result<Updated<Settings>, Failure> {
    change_projects(&service, caller, id, &if_match, SettingsChange::Replace(settings)).await
}

async fn merge_projects(
    caller: Authorized<project::Update>,
    State(service): State<Service>,
    id: Named<kind::Project>,
    if_match: IfMatch,
    Json(patch): Json<SettingsPatch>,
) -> Result<Updated<Settings>, Failure> {
    change_projects(&service, caller, id, &if_match, SettingsChange::Merge(patch)).await
}

async fn change_projects(
    service: &Service,
    caller: Authorized<project::Update>,
    Named(id): Named<kind::Project>,
    if_match: &IfMatch,
    change: SettingsChange,
) -> Result<Updated<Settings>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = projects::change_settings(&mut tx, id, &change).await;
    let (tx, changed) = judged(service, tx, changed).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("project"))?;
    if_match.check(&before)?;
    let event = Event::new("project.settings_updated", id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}
