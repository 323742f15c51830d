//! Signed-in sessions. Requests do not all read theirs here, because servers remember for a while that one lives: ending
//! one holds at once on the server that ends it, and within two seconds on every other
//! (`docs/explanation/what-is-remembered.md`).

use jiff::Timestamp;
use tenantry_core::{OrganizationId, SessionId, UserId};
use tenantry_db::{Platform, PlatformTx, statements};

use crate::error::StoreError;

statements! { Platform:
    INSERT = "insert into tenantry.sessions (id, user_id, active_organization_id, created_at, last_used_at, expires_at) values ($1, $2, $3, $4, $4, $5)";
    END = "update tenantry.sessions set ended_at = $2, end_reason = $3 where id = $1 and ended_at is null returning id";
    ACTIVATE = "update tenantry.sessions set active_organization_id = $2, last_used_at = $3 where id = $1";
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// Its user signed out.
    Logout,
    /// A refresh token of it was used twice: somebody else has a copy.
    Reuse,
}

impl EndReason {
    const fn name(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Reuse => "reuse",
        }
    }
}

/// Starts a session. Its id is new each time (SE-7).
///
/// # Errors
/// [`StoreError::Gone`] when the account is gone.
pub async fn start(
    tx: &mut PlatformTx,
    user: UserId,
    active: Option<OrganizationId>,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<SessionId, StoreError> {
    let id = SessionId::new();
    let active = active.map(OrganizationId::uuid);
    tx.query(&INSERT, &[&id.uuid(), &user.uuid(), &active, &now, &expires_at]).await?;
    Ok(id)
}

/// Ends a session; false when it had ended before.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn end(
    tx: &mut PlatformTx,
    id: SessionId,
    now: Timestamp,
    reason: EndReason,
) -> Result<bool, StoreError> {
    Ok(tx.query_opt(&END, &[&id.uuid(), &now, &reason.name()]).await?.is_some())
}

/// Remembers for which organization the session was last given a token.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn activate(
    tx: &mut PlatformTx,
    id: SessionId,
    active: Option<OrganizationId>,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.query(&ACTIVATE, &[&id.uuid(), &active.map(OrganizationId::uuid), &now]).await?;
    Ok(())
}
