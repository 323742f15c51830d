//! The audit log of the request's organization, and the activity of one of its projects.

use aide::axum::ApiRouter;
use axum::extract::State;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use tenantry_core::id::{kind, parse_any};
use tenantry_core::permission::{audit, project};
use tenantry_core::{Actor, KeyId, Problem, UserId};
use tenantry_store::audit_events::{self, AuditEvent, EventFilter};
use tenantry_tower::{Authorized, route};

use crate::answer::Listed;
use crate::failure::Failure;
use crate::path::Named;
use crate::query::{Asked, ListQuery, list_query};
use crate::service::Service;

/// The two routes.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/organizations/{organization}/audit-events",
            route::get("audit_event_list", "List the records of the audit log", list),
        )
        .api_route(
            "/projects/{project}/activity",
            route::get("project_activity_list", "List what happened to a project", activity),
        )
}

/// How it ended.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It was done.
    Done,
    /// The role did not allow it.
    Denied,
}

list_query! {
    /// Which records.
    EventQuery {
        /// Those of this action, such as `project.created`.
        #[schemars(length(max = 100))]
        action: Option<String>,
        /// Those of this account (`usr_…`) or API key (`key_…`).
        #[schemars(length(max = 100))]
        actor: Option<String>,
        /// Those about the thing with this id, such as `prj_…`.
        #[schemars(length(max = 100))]
        subject: Option<String>,
        /// Those that ended like this.
        outcome: Option<Outcome>,
        /// Those from this moment on (RFC 3339).
        from: Option<Timestamp>,
        /// Those before this moment (RFC 3339).
        until: Option<Timestamp>,
    }
}

impl EventQuery {
    fn filter(&self) -> Result<EventFilter, Problem> {
        let is_action = |text: &str| {
            text.len() <= 100 && text.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c))
        };
        if self.action.as_deref().is_some_and(|text| !is_action(text)) {
            return Err(Problem::field("action", "must look like project.created"));
        }
        let actor = self.actor.as_deref().map(|text| {
            text.parse::<UserId>()
                .map(Actor::User)
                .or_else(|_| text.parse::<KeyId>().map(Actor::Key))
                .map_err(|_| Problem::field("actor", "must be the id of an account or an API key"))
        });
        let subject = self.subject.as_deref().map(|text| {
            parse_any(text).ok_or_else(|| Problem::field("subject", "must be an id, such as prj_…"))
        });
        Ok(EventFilter {
            action: self.action.clone(),
            actor: actor.transpose()?,
            subject: subject.transpose()?,
            outcome: self.outcome.map(|outcome| match outcome {
                Outcome::Done => "done",
                Outcome::Denied => "denied",
            }),
            from: self.from,
            until: self.until,
        })
    }
}

async fn list(
    caller: Authorized<audit::Read>,
    State(service): State<Service>,
    Asked(query): Asked<EventQuery>,
) -> Result<Listed<AuditEvent>, Failure> {
    let owner = caller.organization().uuid();
    let page = service.page(&query, "audit_events", owner)?;
    let filter = query.filter()?;
    let mut tx = service.database().tenant(&caller).await?;
    let events = audit_events::list(&mut tx, &filter, &page).await?;
    Ok(Listed(service.page_body(events, "audit_events", owner)))
}

async fn activity(
    caller: Authorized<project::Read>,
    State(service): State<Service>,
    Named(id): Named<kind::Project>,
    Asked(query): Asked<ListQuery>,
) -> Result<Listed<AuditEvent>, Failure> {
    let page = service.page(&query, "project_activity", id.uuid())?;
    let mut tx = service.database().tenant(&caller).await?;
    let events = audit_events::of_project(&mut tx, id, &page).await?;
    let events = events.ok_or_else(|| Problem::not_found("project"))?;
    Ok(Listed(service.page_body(events, "project_activity", id.uuid())))
}
