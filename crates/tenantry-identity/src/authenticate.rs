//! Credentials become a scope here, and nowhere else.
//!
//! What the token says about organization and role is a hint: the session and the membership are asked
//! for at each request. What was read a moment ago is believed only while nothing is known to have changed.

use std::sync::Arc;

use tenantry_core::name::Slug;
use tenantry_core::scope::{Admission, Origin, SignedIn, Via};
use tenantry_core::{Actor, OrganizationId, SessionId, TenantScope, UserId};
use tenantry_store::directory;

use crate::error::IdentityError;
use crate::identity::Identity;
use crate::token::AccessClaims;

/// How a request names an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganizationName {
    /// By its id.
    Id(OrganizationId),
    /// By its slug.
    Slug(Slug),
}

impl OrganizationName {
    /// An id or a slug; `None` when it can be neither, and so names nothing that exists.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().map(Self::Id).or_else(|_| text.parse().map(Self::Slug)).ok()
    }
}

/// An access token whose signature and times are good. Nothing was looked up yet.
#[derive(Debug, Clone)]
pub struct VerifiedToken(Arc<AccessClaims>);

impl VerifiedToken {
    /// The session that it was made for.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.0.subject.session
    }
}

impl Identity {
    /// Verifies a token by itself, without a look at the database.
    ///
    /// # Errors
    /// [`IdentityError::Token`].
    pub fn verify(&self, token: &str) -> Result<VerifiedToken, IdentityError> {
        Ok(VerifiedToken(self.0.tokens.verify(token)?))
    }

    /// The person that an access token stands for, when its session is alive.
    ///
    /// # Errors
    /// [`IdentityError::SessionEnded`].
    pub async fn recognise(
        &self,
        token: &VerifiedToken,
        origin: Origin,
    ) -> Result<SignedIn, IdentityError> {
        let claims = &token.0;
        let who = (claims.subject.user, claims.subject.session);
        self.session(who).await?.ok_or(IdentityError::SessionEnded)?;
        let organization = claims.subject.organization.as_ref().map(|active| active.id);
        Ok(self.0.keys.recognise(who, organization, origin))
    }

    /// The scope of a token's user in the one organization that the request names: by path and
    /// headers (`names`) and by the token itself. All that are there must agree.
    ///
    /// # Errors
    /// [`IdentityError::NotAMember`] also for an organization that does not exist;
    /// [`IdentityError::OrganizationMismatch`], [`IdentityError::OrganizationRequired`].
    pub async fn admit(
        &self,
        token: &VerifiedToken,
        names: &[OrganizationName],
        origin: Origin,
    ) -> Result<TenantScope, IdentityError> {
        let claims = &token.0;
        let wanted = match self.resolve(claims, names).await {
            // Whoever is not signed in learns nothing about organizations.
            Err(refusal) => return Err(self.refuse(claims, refusal).await),
            Ok(wanted) => wanted,
        };
        let who = (claims.subject.user, claims.subject.session);
        let admission = self.admission(who, wanted).await?.ok_or(IdentityError::SessionEnded)?;
        let membership = admission.membership.as_ref().ok_or(IdentityError::NotAMember)?;
        let expires_at = claims.expires_at.min(admission.session_expires_at).as_second();
        Ok(self.0.keys.admit(Admission {
            actor: Actor::User(claims.subject.user),
            organization: wanted,
            role: membership.role,
            project: None,
            via: Via::Session(claims.subject.session),
            origin,
            expires_at,
        }))
    }

    /// The scope of an owner in an organization that was deleted and can be restored.
    ///
    /// # Errors
    /// [`IdentityError::NotAMember`] for every other organization, whether it exists or not.
    pub async fn admit_to_deleted(
        &self,
        caller: &SignedIn,
        named: &OrganizationName,
    ) -> Result<TenantScope, IdentityError> {
        let mut tx = self.0.database.platform().await?;
        let deleted = directory::deleted(&mut tx, caller.user()).await?;
        let is_named = |membership: &directory::Membership| match named {
            OrganizationName::Id(id) => membership.organization.id == *id,
            OrganizationName::Slug(slug) => membership.organization.slug == *slug,
        };
        let found = deleted.into_iter().map(|deleted| deleted.membership).find(is_named);
        let membership = found.ok_or(IdentityError::NotAMember)?;
        Ok(self.0.keys.admit(Admission {
            actor: Actor::User(caller.user()),
            organization: membership.organization.id,
            role: membership.role,
            project: None,
            via: Via::Session(caller.session()),
            origin: caller.origin(),
            expires_at: self.now().as_second() + 60,
        }))
    }

    /// The one organization that all names agree on.
    async fn resolve(
        &self,
        claims: &AccessClaims,
        names: &[OrganizationName],
    ) -> Result<OrganizationId, IdentityError> {
        let mut wanted: Vec<OrganizationId> =
            claims.subject.organization.iter().map(|active| active.id).collect();
        for name in names {
            wanted.push(match name {
                OrganizationName::Id(id) => *id,
                OrganizationName::Slug(slug) => {
                    self.organization_of(slug).await?.ok_or(IdentityError::NotAMember)?
                }
            });
        }
        let first = *wanted.first().ok_or(IdentityError::OrganizationRequired)?;
        match wanted.iter().find(|other| **other != first) {
            None => Ok(first),
            Some(other) => Err(self.mismatch(claims.subject.user, first, *other).await?),
        }
    }

    /// Two organizations are named: that is a conflict for a member of both, and nothing to see for
    /// anybody else.
    async fn mismatch(
        &self,
        user: UserId,
        one: OrganizationId,
        other: OrganizationId,
    ) -> Result<IdentityError, IdentityError> {
        let mut tx = self.0.database.platform().await?;
        let both = directory::get(&mut tx, user, one).await?.is_some()
            && directory::get(&mut tx, user, other).await?.is_some();
        Ok(if both { IdentityError::OrganizationMismatch } else { IdentityError::NotAMember })
    }

    /// 401 before 404 and 409: an ended session is refused as such, whatever it asked for.
    async fn refuse(&self, claims: &AccessClaims, refusal: IdentityError) -> IdentityError {
        let who = (claims.subject.user, claims.subject.session);
        match self.session(who).await {
            Ok(Some(_)) => refusal,
            Ok(None) => IdentityError::SessionEnded,
            Err(error) => error,
        }
    }

    /// What to answer when a body names another organization than the request: 409 for a member of
    /// both, else not found.
    ///
    /// # Errors
    /// Always: this is the refusal.
    pub async fn refuse_other_organization(
        &self,
        scope: &TenantScope,
        other: OrganizationId,
    ) -> IdentityError {
        let answer = async {
            let user = scope.user().ok_or(IdentityError::NotAMember)?;
            self.mismatch(user, scope.organization(), other).await
        };
        answer.await.unwrap_or_else(|error| error)
    }
}
