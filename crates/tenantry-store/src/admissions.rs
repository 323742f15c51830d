//! The question of every request: is the session alive, and is its user a member? One round trip.

use jiff::Timestamp;
use tenantry_core::{OrganizationId, SessionId, UserId};
use tenantry_db::{Database, Platform, statements};

use crate::directory::Membership;
use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    SESSION = "select s.expires_at from tenantry.sessions s join tenantry.users u on u.id = s.user_id \
               where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.expires_at > $3 and u.disabled_at is null";
    MEMBER = "select s.expires_at as session_expires_at, $4::uuid as organization_id, m.slug, m.name, m.role, m.joined_at \
              from tenantry.sessions s join tenantry.users u on u.id = s.user_id \
              left join lateral tenantry.membership_of(u.id, $4) m on true \
              where s.id = $1 and s.user_id = $2 and s.ended_at is null and s.expires_at > $3 and u.disabled_at is null";
}

/// A live session and what was asked about it.
#[derive(Debug)]
pub struct Admission {
    /// When the session ends at the latest.
    pub session_expires_at: Timestamp,
    /// The user's membership in the organization that was asked for.
    pub membership: Option<Membership>,
}

/// Whether a session of this user is alive, and until when.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn session(
    database: &Database,
    (user, session): (UserId, SessionId),
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let rows = database.look_up(&SESSION, &[&session.uuid(), &user.uuid(), &now]).await?;
    Ok(rows.first().map(|row| row.column("expires_at")).transpose()?)
}

/// Whether a session of this user is alive, and the user's membership in one organization.
///
/// # Errors
/// [`StoreError::Database`]; also for a role that this version does not know.
pub async fn member(
    database: &Database,
    (user, session): (UserId, SessionId),
    organization: OrganizationId,
    now: Timestamp,
) -> Result<Option<Admission>, StoreError> {
    let parameters: tenantry_db::Parameters<'_> =
        &[&session.uuid(), &user.uuid(), &now, &organization.uuid()];
    let rows = database.look_up(&MEMBER, parameters).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let is_member = row.column::<Option<String>>("role")?.is_some();
    let membership = if is_member { Some(Membership::read(row)?) } else { None };
    Ok(Some(Admission { session_expires_at: row.column("session_expires_at")?, membership }))
}
