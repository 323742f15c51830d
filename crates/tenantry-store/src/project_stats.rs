//! A project in figures, from its members and its records in the audit log.

use jiff::Timestamp;
use serde::Serialize;
use tenantry_core::ProjectId;
use tenantry_core::permission::project;
use tenantry_db::{Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::projects::is_visible;
use crate::row::Columns;

statements! { Tenant:
    STATS = "select (select count(*) from tenantry.project_members where organization_id = $1 and project_id = $2) as members, \
             count(*) as events, count(*) filter (where created_at > statement_timestamp() - interval '30 days') as recent, \
             count(distinct actor) as actors, max(created_at) as last_at \
             from tenantry.audit_events where organization_id = $1 and subject_id = $2";
}

/// A project in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ProjectStats {
    /// Members of the project itself.
    pub members: i64,
    /// Records of it in the audit log.
    pub events: i64,
    /// Those of the last 30 days.
    pub events_last_30_days: i64,
    /// How many people and keys left a record.
    pub actors: i64,
    /// When the last record was made.
    pub last_activity_at: Option<Timestamp>,
}

/// A project in figures.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut TenantTx<project::Read>,
    id: ProjectId,
) -> Result<Option<ProjectStats>, StoreError> {
    if !is_visible(tx, id).await? {
        return Ok(None);
    }
    let row = tx.query_one(&STATS, &[&id.uuid()]).await?;
    Ok(Some(ProjectStats {
        members: row.column("members")?,
        events: row.column("events")?,
        events_last_30_days: row.column("recent")?,
        actors: row.column("actors")?,
        last_activity_at: row.column("last_at")?,
    }))
}
