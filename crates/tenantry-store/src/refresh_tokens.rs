//! Refresh tokens, by their hashes. The swap of a rotation is one statement on one row (SE-2).

use jiff::Timestamp;
use tenantry_core::{OrganizationId, SessionId, UserId};
use tenantry_db::{Platform, PlatformTx, Row, statements};

use uuid::Uuid;

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    INSERT = "insert into tenantry.refresh_tokens (token_hash, session_id, generation, created_at, expires_at) values ($1, $2, $3, $4, $5)";
    SPEND = "update tenantry.refresh_tokens t set used_at = $2 from tenantry.sessions s join tenantry.users u on u.id = s.user_id \
             where t.token_hash = $1 and t.used_at is null and t.expires_at > $2 \
               and s.id = t.session_id and s.ended_at is null and s.expires_at > $2 and u.disabled_at is null \
             returning t.session_id, t.generation, s.user_id, s.expires_at, s.active_organization_id";
    SPENT = "select t.session_id, t.generation, t.used_at, s.user_id, s.ended_at, s.expires_at, s.active_organization_id, \
                    (select child.token_hash from tenantry.refresh_tokens child \
                      where child.session_id = t.session_id and child.generation = t.generation + 1 and child.used_at is null) as live_child \
             from tenantry.refresh_tokens t join tenantry.sessions s on s.id = t.session_id \
             where t.token_hash = $1 and t.used_at is not null";
}

/// What a spent or presented token belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Descent {
    /// Its session.
    pub session: SessionId,
    /// The session's user.
    pub user: UserId,
    /// The token's place in the session's line of tokens, from 1.
    pub generation: i32,
    /// For which organization the session was last given a token.
    pub active_organization: Option<OrganizationId>,
    /// When the session ends at the latest.
    pub session_expires_at: Timestamp,
}

impl Descent {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            session: row.id("session_id")?,
            user: row.id("user_id")?,
            generation: row.column("generation")?,
            active_organization: row
                .column::<Option<Uuid>>("active_organization_id")?
                .map(OrganizationId::from_uuid),
            session_expires_at: row.column("expires_at")?,
        })
    }
}

/// A token that was spent before.
#[derive(Debug)]
pub struct Spent {
    /// What it belongs to.
    pub descent: Descent,
    /// When it was spent.
    pub used_at: Timestamp,
    /// Whether its session has ended.
    pub session_ended: bool,
    /// The hash of its successor, while that is unspent: then the presented one is the parent of the
    /// live token.
    pub live_child: Option<Vec<u8>>,
}

/// Stores a token of a session.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn store(
    tx: &mut PlatformTx,
    hash: &[u8],
    (session, generation): (SessionId, i32),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), StoreError> {
    tx.query(&INSERT, &[&hash, &session.uuid(), &generation, &now, &expires_at]).await?;
    Ok(())
}

/// Spends a token: at most one caller ever gets an answer for it.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn spend(
    tx: &mut PlatformTx,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Descent>, StoreError> {
    tx.query_opt(&SPEND, &[&hash, &now]).await?.as_ref().map(Descent::read).transpose()
}

/// Finds a token that was spent before.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn find_spent(tx: &mut PlatformTx, hash: &[u8]) -> Result<Option<Spent>, StoreError> {
    let Some(row) = tx.query_opt(&SPENT, &[&hash]).await? else { return Ok(None) };
    Ok(Some(Spent {
        descent: Descent::read(&row)?,
        used_at: row.column("used_at")?,
        session_ended: row.column::<Option<Timestamp>>("ended_at")?.is_some(),
        live_child: row.column("live_child")?,
    }))
}
