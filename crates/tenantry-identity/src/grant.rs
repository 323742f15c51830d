//! What a successful sign-in hands out.

use jiff::Timestamp;
use tenantry_core::scope::Origin;
use tenantry_core::{OrganizationId, SessionId, UserId};
use tenantry_db::{AccountEvent, PlatformTx};
use tenantry_store::directory::{self, Membership};
use tenantry_store::users::User;
use tenantry_store::{refresh_tokens, sessions};

use crate::error::IdentityError;
use crate::identity::Identity;
use crate::token::{ActiveOrganization, IssuedToken, RefreshToken, Subject};

/// An access token, a refresh token, and whom they are for.
#[derive(Debug)]
pub struct Grant {
    /// Sent with each request.
    pub access: IssuedToken,
    /// Exchanged for the next pair; good once.
    pub refresh: RefreshToken,
    /// The account.
    pub user: User,
    /// The session.
    pub session: SessionId,
    /// The organization that the access token is for.
    pub membership: Option<Membership>,
}

/// The organization a new session or token is for.
pub(crate) async fn choose(
    tx: &mut PlatformTx,
    user: UserId,
    wanted: Option<OrganizationId>,
) -> Result<Option<Membership>, IdentityError> {
    match wanted {
        // SE-8: no session for an organization that the user is not in.
        Some(organization) => {
            directory::get(tx, user, organization).await?.map(Some).ok_or(IdentityError::NotAMember)
        }
        None => Ok(directory::first(tx, user).await?),
    }
}

impl Identity {
    /// Starts a session and hands out its first tokens, in the transaction of the sign-in.
    pub(crate) async fn start_session(
        &self,
        tx: &mut PlatformTx,
        user: User,
        membership: Option<Membership>,
        (action, origin): (&'static str, Origin),
    ) -> Result<Grant, IdentityError> {
        let now = self.now();
        let end = self.session_end(now);
        let active = membership.as_ref().map(|membership| membership.organization.id);
        let session = sessions::start(tx, user.id, active, (now, end)).await?;
        let refresh = RefreshToken::generate()?;
        let lifetime = (now, Self::refresh_end(now, end));
        refresh_tokens::store(tx, &refresh.hash(), (session, 1), lifetime).await?;
        tx.record(&AccountEvent { user: user.id, session: Some(session), action, origin }).await?;
        let access = self.issue(user.id, session, membership.as_ref())?;
        Ok(Grant { access, refresh, user, session, membership })
    }

    /// An access token of a session, for one organization or none.
    pub(crate) fn issue(
        &self,
        user: UserId,
        session: SessionId,
        membership: Option<&Membership>,
    ) -> Result<IssuedToken, IdentityError> {
        let organization = membership.map(|membership| ActiveOrganization {
            id: membership.organization.id,
            slug: membership.organization.slug.clone(),
            role: membership.role,
        });
        Ok(self.0.tokens.issue(&Subject { user, session, organization })?)
    }

    /// The successor of a refresh token. It follows from its parent and a secret, so that a client
    /// that lost the answer can be given the same successor again, which is stored only as a hash.
    pub(crate) fn successor(&self, parent: &RefreshToken) -> RefreshToken {
        RefreshToken::from_bytes(
            &self.0.refresh_key.authenticate(&[b"successor", parent.expose().as_bytes()]),
        )
    }

    /// The life of a refresh token that is made now.
    pub(crate) fn refresh_life(now: Timestamp, session_end: Timestamp) -> (Timestamp, Timestamp) {
        (now, Self::refresh_end(now, session_end))
    }
}
