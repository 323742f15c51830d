//! Signing in, refreshing, switching, signing out.

use jiff::SignedDuration;
use tenantry_core::OrganizationId;
use tenantry_core::name::Email;
use tenantry_core::scope::{Origin, SignedIn};
use tenantry_db::{AccountEvent, Committed, PlatformTx};
use tenantry_store::directory::{self, Membership};
use tenantry_store::refresh_tokens::{self, Descent};
use tenantry_store::sessions::{self, EndReason};
use tenantry_store::users::{self, UserWithHash};

use crate::error::IdentityError;
use crate::grant::{Grant, choose};
use crate::identity::Identity;
use crate::password::{Password, PasswordHash, Verdict};
use crate::token::{IssuedToken, RefreshToken};

/// For how many seconds a client that lost the answer to a refresh may ask again (SE-3).
pub const REFRESH_GRACE: i64 = 10;

impl Identity {
    /// Signs in with address and password. Everything that is wrong has one answer, after one hash.
    ///
    /// # Errors
    /// [`IdentityError::InvalidCredentials`], [`IdentityError::NotAMember`], [`IdentityError::Busy`].
    pub async fn sign_in(
        &self,
        email: &Email,
        password: Password,
        organization: Option<OrganizationId>,
        origin: Origin,
    ) -> Result<Grant, IdentityError> {
        let found = users::find_by_email(&mut self.0.database.platform().await?, email).await?;
        let (account, upgrade) = self.check_password(found, password).await?;
        let mut tx = self.0.database.platform().await?;
        if let Some((old, new)) = upgrade {
            // The hash was replaced meanwhile, by another sign-in or a change: sign in again.
            if !users::upgrade_hash(&mut tx, account.user.id, old.as_str(), new.as_str()).await? {
                return Err(IdentityError::InvalidCredentials);
            }
        }
        let membership = choose(&mut tx, account.user.id, organization).await?;
        let grant = self
            .start_session(&mut tx, account.user, membership, ("session.started", origin))
            .await?;
        Ok(tx.commit(grant).await?.into_inner())
    }

    /// The account, when the password is its own. No connection is held while it is hashed.
    async fn check_password(
        &self,
        found: Option<UserWithHash>,
        password: Password,
    ) -> Result<(UserWithHash, Option<(PasswordHash, PasswordHash)>), IdentityError> {
        let usable = found.filter(|account| account.user.disabled_at.is_none());
        let stored = usable.as_ref().and_then(|account| account.password_hash.as_deref());
        // A stored hash that cannot be read lets nobody in, and takes as long.
        let stored = stored.and_then(|text| match PasswordHash::parse(text) {
            Ok(hash) => Some(hash),
            Err(error) => {
                tracing::error!(%error, "a stored password hash cannot be read");
                None
            }
        });
        let verdict = self.0.hasher.verify(password, stored.as_ref()).await?;
        match (usable, stored, verdict) {
            (Some(account), Some(_), Verdict::Right) => Ok((account, None)),
            (Some(account), Some(old), Verdict::RightButUpgrade(new)) => {
                Ok((account, Some((old, new))))
            }
            _ => Err(IdentityError::InvalidCredentials),
        }
    }

    /// Exchanges a refresh token for the next pair.
    ///
    /// # Errors
    /// [`IdentityError::InvalidRefreshToken`]; a token that was spent before ends its session.
    pub async fn refresh(
        &self,
        token: &str,
        organization: Option<OrganizationId>,
        origin: Origin,
    ) -> Result<Grant, IdentityError> {
        let parent = RefreshToken::parse(token).map_err(|_| IdentityError::InvalidRefreshToken)?;
        let now = self.now();
        let mut tx = self.0.database.platform().await?;
        let child = self.successor(&parent);
        let descent = match refresh_tokens::spend(&mut tx, &parent.hash(), now).await? {
            Some(descent) => {
                let line = (descent.session, descent.generation + 1);
                let life = Self::refresh_life(now, descent.session_expires_at);
                refresh_tokens::store(&mut tx, &child.hash(), line, life).await?;
                descent
            }
            None => return self.refresh_again(tx, &parent, child, organization, origin).await,
        };
        self.renew(tx, descent, child, organization).await
    }

    /// A token that is not spendable: the client lost the answer (within the grace), or it is reused.
    async fn refresh_again(
        &self,
        mut tx: PlatformTx,
        parent: &RefreshToken,
        child: RefreshToken,
        organization: Option<OrganizationId>,
        origin: Origin,
    ) -> Result<Grant, IdentityError> {
        let now = self.now();
        let Some(spent) = refresh_tokens::find_spent(&mut tx, &parent.hash()).await? else {
            return Err(IdentityError::InvalidRefreshToken);
        };
        if spent.session_ended || spent.descent.session_expires_at <= now {
            return Err(IdentityError::InvalidRefreshToken);
        }
        let grace = SignedDuration::from_secs(REFRESH_GRACE);
        let is_fresh = now.duration_since(spent.used_at) <= grace;
        let child_is_live = spent.live_child.as_deref() == Some(child.hash().as_slice());
        if is_fresh && child_is_live {
            return self.renew(tx, spent.descent, child, organization).await;
        }
        let Descent { session, user, .. } = spent.descent;
        sessions::end(&mut tx, session, now, EndReason::Reuse).await?;
        tx.record(&AccountEvent {
            user,
            session: Some(session),
            action: "session.reuse_detected",
            origin,
        })
        .await?;
        tx.commit(()).await?;
        tracing::warn!(%user, %session, "a refresh token was used twice: the session is ended");
        Err(IdentityError::InvalidRefreshToken)
    }

    /// The answer to a refresh: the same organization as before, unless another one is asked for.
    async fn renew(
        &self,
        mut tx: PlatformTx,
        descent: Descent,
        refresh: RefreshToken,
        wanted: Option<OrganizationId>,
    ) -> Result<Grant, IdentityError> {
        let membership = match (wanted, descent.active_organization) {
            (Some(_), _) => choose(&mut tx, descent.user, wanted).await?,
            (None, Some(active)) => directory::get(&mut tx, descent.user, active).await?,
            (None, None) => None,
        };
        let active = membership.as_ref().map(|membership| membership.organization.id);
        sessions::activate(&mut tx, descent.session, active, self.now()).await?;
        // Within the grace nothing was spent, and so nothing else looked at the account.
        let user = users::get(&mut tx, descent.user)
            .await?
            .filter(|user| user.disabled_at.is_none())
            .ok_or(IdentityError::InvalidRefreshToken)?;
        let access = self.issue(descent.user, descent.session, membership.as_ref())?;
        let grant = Grant { access, refresh, user, session: descent.session, membership };
        Ok(tx.commit(grant).await?.into_inner())
    }

    /// An access token of the same session for another organization.
    ///
    /// # Errors
    /// [`IdentityError::NotAMember`].
    pub async fn switch(
        &self,
        caller: &SignedIn,
        organization: OrganizationId,
    ) -> Result<(IssuedToken, Membership), IdentityError> {
        let mut tx = self.0.database.platform().await?;
        let membership = directory::get(&mut tx, caller.user(), organization)
            .await?
            .ok_or(IdentityError::NotAMember)?;
        sessions::activate(&mut tx, caller.session(), Some(organization), self.now()).await?;
        let access = self.issue(caller.user(), caller.session(), Some(&membership))?;
        Ok(tx.commit((access, membership)).await?.into_inner())
    }

    /// Ends the caller's session: its access and refresh tokens are refused from now on.
    ///
    /// # Errors
    /// The store's.
    pub async fn sign_out(&self, caller: &SignedIn) -> Result<Committed<()>, IdentityError> {
        let mut tx = self.0.database.platform().await?;
        sessions::end(&mut tx, caller.session(), self.now(), EndReason::Logout).await?;
        let (user, session, origin) = (caller.user(), Some(caller.session()), caller.origin());
        tx.record(&AccountEvent { user, session, action: "session.ended", origin }).await?;
        Ok(tx.commit(()).await?)
    }
}
