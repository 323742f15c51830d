//! The audit log of an organization, as it is read. It is written by the door itself, with each commit.

use jiff::Timestamp;
use serde::Serialize;
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::{Actor, EventId, Permission, ProjectId, RequestId};
use tenantry_db::{Row, Tenant, TenantTx, statements};
use uuid::Uuid;

use crate::error::StoreError;
use crate::projects;
use crate::row::Columns;

statements! { Tenant:
    LIST = "select id, created_at, actor, via, action, outcome, subject_kind, subject_id, request_id, address, before_sha256, after_sha256, details \
            from tenantry.audit_events where organization_id = $1 and (created_at, id) < ($2, $3) and created_at >= $4 \
            and ($5::text is null or outcome = $5) order by created_at desc, id desc limit $6";
    LIST_OF_ACTION = "select id, created_at, actor, via, action, outcome, subject_kind, subject_id, request_id, address, before_sha256, after_sha256, details \
            from tenantry.audit_events where organization_id = $1 and (created_at, id) < ($2, $3) and created_at >= $4 \
            and ($5::text is null or outcome = $5) and action = $7 order by created_at desc, id desc limit $6";
    LIST_OF_ACTOR = "select id, created_at, actor, via, action, outcome, subject_kind, subject_id, request_id, address, before_sha256, after_sha256, details \
            from tenantry.audit_events where organization_id = $1 and (created_at, id) < ($2, $3) and created_at >= $4 \
            and ($5::text is null or outcome = $5) and actor = $7 and ($8::text is null or action = $8) order by created_at desc, id desc limit $6";
    LIST_OF_SUBJECT = "select id, created_at, actor, via, action, outcome, subject_kind, subject_id, request_id, address, before_sha256, after_sha256, details \
            from tenantry.audit_events where organization_id = $1 and (created_at, id) < ($2, $3) and created_at >= $4 \
            and ($5::text is null or outcome = $5) and subject_id = $7 and ($8::text is null or action = $8) and ($9::text is null or actor = $9) \
            order by created_at desc, id desc limit $6";
}

/// One record of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct AuditEvent {
    /// Its id.
    pub id: EventId,
    /// When it happened.
    pub created_at: Timestamp,
    /// Who did it: an account (`usr_…`), an API key (`key_…`), or `system`.
    #[schemars(example = &"usr_01h455vb4pex5vsknk084sn02q")]
    pub actor: String,
    /// By what it was let in: a session (`ses_…`), an API key, or a job of the server.
    #[schemars(example = &"ses_01h455vb4pex5vsknk084sn02q")]
    pub via: String,
    /// What was done, or tried.
    #[schemars(example = &"project.created")]
    pub action: String,
    /// `done`, or `denied` when the role did not allow it.
    #[schemars(example = &"done")]
    pub outcome: String,
    /// The id of what it was done to.
    #[schemars(example = &"prj_01h455vb4pex5vsknk084sn02q")]
    pub subject: Option<String>,
    /// The request that did it.
    pub request_id: RequestId,
    /// Where the request came from. Left out where people without the right to the log read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// SHA-256 of how it was before, as JSON.
    pub before_sha256: Option<String>,
    /// SHA-256 of how it was afterwards, as JSON.
    pub after_sha256: Option<String>,
    /// More about it.
    pub details: serde_json::Value,
}

/// Which records a list shows.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Those of this action.
    pub action: Option<String>,
    /// Those of this actor.
    pub actor: Option<Actor>,
    /// Those about this thing.
    pub subject: Option<Uuid>,
    /// Those with this outcome: `done` or `denied`.
    pub outcome: Option<&'static str>,
    /// Those from this moment on.
    pub from: Option<Timestamp>,
    /// Those before this moment.
    pub until: Option<Timestamp>,
}

/// `usr:<uuid>` as `usr_<base 32>`, the form of the API; anything else as it is.
fn shown(text: &str) -> String {
    match text.split_once(':').and_then(|(kind, id)| Some((kind, id.parse::<Uuid>().ok()?))) {
        Some((kind, id)) => tenantry_core::id::shown(kind, id),
        None => text.to_owned(),
    }
}

fn read(row: &Row) -> Result<AuditEvent, StoreError> {
    let kind: Option<String> = row.column("subject_kind")?;
    let subject: Option<Uuid> = row.column("subject_id")?;
    let address: Option<std::net::IpAddr> = row.column("address")?;
    let hash = |name| -> Result<Option<String>, StoreError> {
        Ok(row.column::<Option<Vec<u8>>>(name)?.map(hex::encode))
    };
    Ok(AuditEvent {
        id: row.id("id")?,
        created_at: row.column("created_at")?,
        actor: shown(&row.column::<String>("actor")?),
        via: shown(&row.column::<String>("via")?),
        action: row.column("action")?,
        outcome: row.column("outcome")?,
        subject: kind.zip(subject).map(|(kind, id)| tenantry_core::id::shown(&kind, id)),
        request_id: row.id("request_id")?,
        address: address.map(|address| address.to_string()),
        before_sha256: hash("before_sha256")?,
        after_sha256: hash("after_sha256")?,
        details: row.column("details")?,
    })
}

/// A page of the organization's records, the newest first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list<P: Permission>(
    tx: &mut TenantTx<P>,
    filter: &EventFilter,
    page: &Page,
) -> Result<Paged<AuditEvent>, StoreError> {
    let behind = match (page.after, filter.until) {
        (Some(after), _) => after,
        (None, Some(until)) => Position { created_at: until, id: Uuid::nil() },
        (None, None) => Position::START,
    };
    let from = filter.from.unwrap_or(Timestamp::UNIX_EPOCH);
    let (outcome, limit) = (filter.outcome, page.fetch_limit());
    let actor = filter.actor.as_ref().map(Actor::to_string);
    let (created_at, id) = (behind.created_at, behind.id);
    let rows = match (filter.subject, &actor, &filter.action) {
        (Some(subject), actor, action) => {
            tx.query(
                &LIST_OF_SUBJECT,
                &[&created_at, &id, &from, &outcome, &limit, &subject, action, actor],
            )
            .await?
        }
        (None, Some(actor), action) => {
            tx.query(&LIST_OF_ACTOR, &[&created_at, &id, &from, &outcome, &limit, actor, action])
                .await?
        }
        (None, None, Some(action)) => {
            tx.query(&LIST_OF_ACTION, &[&created_at, &id, &from, &outcome, &limit, action]).await?
        }
        (None, None, None) => tx.query(&LIST, &[&created_at, &id, &from, &outcome, &limit]).await?,
    };
    let events = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Paged::from_rows(events, page, |event| Position {
        created_at: event.created_at,
        id: event.id.uuid(),
    }))
}

/// A page of a project's records, the newest first, without addresses; nothing when it is not visible.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn of_project<P: Permission>(
    tx: &mut TenantTx<P>,
    project: ProjectId,
    page: &Page,
) -> Result<Option<Paged<AuditEvent>>, StoreError> {
    if !projects::is_visible(tx, project).await? {
        return Ok(None);
    }
    let filter = EventFilter { subject: Some(project.uuid()), ..EventFilter::default() };
    let mut events = list(tx, &filter, page).await?;
    for event in &mut events.data {
        event.address = None;
    }
    Ok(Some(events))
}
