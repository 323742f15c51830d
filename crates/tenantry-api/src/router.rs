//! The whole surface on one page.

use std::sync::Arc;

use aide::axum::ApiRouter;
use axum::{Extension, Router, middleware};
use tenantry_tower::Gatekeeper;

use crate::admission::{self, Admission};
use crate::doorkeeper::Doorkeeper;
use crate::service::Service;
use crate::{
    accounts, audit_events, clients, envelope, health, members, organizations, permissions,
    project_members, projects, settings, setup, site, usage, watch, well_known,
};

/// Everything that is documented, under its canonical addresses.
pub(crate) fn documented() -> ApiRouter<Service> {
    ApiRouter::new()
        .nest("/auth", accounts::routes())
        .nest("/api/v1", current_version())
        .nest("/.well-known", well_known::routes())
        .merge(health::routes())
}

/// The resources of the current version. `/api` is its other name.
fn current_version() -> ApiRouter<Service> {
    ApiRouter::new()
        .merge(organizations::routes())
        .merge(members::routes())
        .merge(permissions::routes())
        .merge(clients::routes())
        .merge(projects::routes())
        .merge(project_members::routes())
        .merge(settings::routes())
        .merge(usage::routes())
        .merge(audit_events::routes())
}

/// The router of a service, with what stands around every request.
pub(crate) fn build(service: &Service, own: Router<Service>) -> Router {
    let gatekeeper = Gatekeeper(Arc::new(Doorkeeper(service.clone())));
    let admission = Admission::new(service.settings().trusted_proxies.clone());
    let router: Router<Service> = documented().into();
    router
        .nest("/api", Router::from(current_version()))
        .merge(site::routes())
        .merge(watch::routes())
        .merge(setup::routes())
        .merge(own)
        .layer(Extension(gatekeeper))
        .layer(middleware::from_fn_with_state(admission, admission::admit))
        .layer(middleware::from_fn_with_state(service.clone(), envelope::around))
        .with_state(service.clone())
}
