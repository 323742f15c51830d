//! Taking back what preparing installed. Where a control plane was there before, only the organizations that adopting made
//! are removed; their records in the audit log stay, as those of every removed organization.

use tenantry_db::DbError;
use tokio_postgres::Client;

use super::rights::RESTORE;
use crate::error::AdoptError;
use crate::task::session::{execute, is_there, transaction};
use crate::task::{Context, Done};

const REMOVE: &str = include_str!("remove.sql");
const FORGET: &str = include_str!("forget.sql");

/// What would be lost for good, a line each: what people made in the control plane after it was installed.
///
/// # Errors
/// [`AdoptError::Database`].
pub async fn losses(client: &Client) -> Result<Vec<String>, AdoptError> {
    let Some(before) = before(client).await? else { return Ok(Vec::new()) };
    if !is_there(client, "tenantry.usage_counts").await?
        || !is_there(client, "tenantry_adopt.founded").await?
    {
        return Ok(Vec::new());
    }
    let has_people = is_there(client, "tenantry_adopt.people").await?;
    let (member, account) = if has_people {
        (
            "exists (select from tenantry_adopt.members k where k.is_made and k.organization_id = m.organization_id and k.user_id = m.user_id)",
            "exists (select from tenantry_adopt.people k where k.user_id = u.id and k.is_made)",
        )
    } else {
        ("false", "false")
    };
    // Of an older control plane only our own organizations go, and what is in them.
    let (all, ours) = if before.is_empty() {
        ("true", "true")
    } else {
        ("false", "organization_id in (select organization_id from tenantry_adopt.founded)")
    };
    let counts = [
        (
            "organization",
            format!(
                "tenantry.organizations where {all} and organization_id not in (select organization_id from tenantry_adopt.founded)"
            ),
        ),
        ("member", format!("tenantry.memberships m where {ours} and not {member}")),
        ("account", format!("tenantry.users u where {all} and not {account}")),
        ("project", format!("tenantry.projects where {ours}")),
        ("client", format!("tenantry.clients where {ours}")),
    ];
    let mut lines = Vec::new();
    for (what, from) in counts {
        let sql = format!("select pg_catalog.count(*) from {from}");
        let count: i64 = client.query_one(&sql, &[]).await.map_err(DbError::from)?.get(0);
        if count > 0 {
            let ending = if count == 1 { "" } else { "s" };
            lines.push(format!("{count} {what}{ending} added to the control plane since"));
        }
    }
    Ok(lines)
}

/// The migrations that were there before; nothing when nothing was prepared.
async fn before(client: &Client) -> Result<Option<Vec<String>>, AdoptError> {
    if !is_there(client, "tenantry_adopt.prepared").await? {
        return Ok(None);
    }
    let read = "select before from tenantry_adopt.prepared";
    let row = client.query_opt(read, &[]).await.map_err(DbError::from)?;
    Ok(row.map(|row| row.get(0)))
}

/// Takes everything back. What would lose somebody's work is refused, although the engine has asked before: this is where
/// nothing can happen in between any more.
pub(in crate::task) async fn withdraw(context: &Context<'_>) -> Result<Done, AdoptError> {
    let client = context.client;
    let Some(before) = before(client).await? else { return Ok(Done::default()) };
    let obstacles = losses(client).await?;
    if !obstacles.is_empty() {
        let help =
            vec!["remove it in the control plane first, or keep what was adopted".to_owned()];
        return Err(AdoptError::Lossy { obstacles, help });
    }
    if !before.is_empty() && is_there(client, "tenantry_adopt.founded").await? {
        transaction(client, async || execute(client, REMOVE).await).await?;
    }
    let mut migrator = super::migrator(context).await?;
    let applied = migrator.status().await?.iter().filter(|step| step.applied_at.is_some()).count();
    migrator.down(applied.saturating_sub(before.len())).await?;
    // Its session holds nothing any more when the history goes.
    drop(migrator);
    transaction(client, async || {
        execute(client, RESTORE).await?;
        execute(client, FORGET).await
    })
    .await?;
    Ok(Done::default())
}
