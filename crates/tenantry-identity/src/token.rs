//! Access tokens: short-lived, signed statements of who is signed in, and where.
//!
//! They are checked without a database, so they cannot be taken back: whether the session still
//! lives, and what its person may do, is asked elsewhere, of the database.

mod claims;
mod compact;
mod error;
mod key_set;
mod refresh;
mod verified;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tenantry_core::name::Slug;
use tenantry_core::{Clock, OrganizationId, SessionId, SystemRole, UserId};

pub use claims::AccessClaims;
pub use error::{IssueError, TokenError};
pub use key_set::{KeySet, KeySetError, ScheduledKey};
pub use refresh::{RefreshToken, RefreshTokenInvalid};

use crate::memory::MemoryStatus;
use crate::secret_text::SecretText;
use claims::Claims;
use verified::{TokenHash, VerifiedTokens};

/// The organization that a token is for. A hint: membership and role are read from the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveOrganization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in addresses, when the token was issued.
    pub slug: Slug,
    /// The person's role there, when the token was issued.
    pub role: SystemRole,
}

/// Whom a token is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The account.
    pub user: UserId,
    /// The session that the token belongs to.
    pub session: SessionId,
    /// The organization they act in, if any.
    pub organization: Option<ActiveOrganization>,
}

/// A fresh access token.
#[derive(Debug, Clone)]
pub struct IssuedToken {
    /// What the client sends as `Authorization: Bearer`.
    pub token: SecretText,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// Seconds from now until then.
    pub expires_in: u64,
}

/// Who issues tokens, for whom, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSettings {
    /// `iss`: the public address of this server.
    pub issuer: String,
    /// `aud`: what the tokens are for.
    pub audience: String,
    /// How long a token lasts; whole seconds, at least one.
    pub lifetime: Duration,
}

/// Issues access tokens and checks them.
pub struct TokenIssuer {
    settings: TokenSettings,
    keys: RwLock<Arc<KeySet>>,
    /// Of this issuer and audience, which never change while it lives.
    verified: VerifiedTokens,
    clock: Clock,
}

impl TokenIssuer {
    /// An issuer with these keys.
    #[must_use]
    pub fn new(settings: TokenSettings, keys: KeySet, clock: Clock) -> Self {
        let keys = RwLock::new(Arc::new(keys));
        Self { settings, keys, verified: VerifiedTokens::default(), clock }
    }

    /// The settings it was made with.
    #[must_use]
    pub const fn settings(&self) -> &TokenSettings {
        &self.settings
    }

    /// The keys as they are now.
    #[must_use]
    pub fn keys(&self) -> Arc<KeySet> {
        // Nothing can panic while the lock is held, and a set is replaced as a whole.
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes on with other keys: after a rotation, or when another process has rotated.
    pub fn replace_keys(&self, keys: KeySet) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }

    /// A token for this subject, valid from now on.
    ///
    /// # Errors
    /// No key of the set signs yet, or the cryptographic library refuses.
    pub fn issue(&self, subject: &Subject) -> Result<IssuedToken, IssueError> {
        let now = self.clock.now();
        let keys = self.keys();
        let key = keys.signing(now).ok_or(IssueError::NoKey)?;
        let expires_in = self.settings.lifetime.as_secs().max(1);
        let claims = Claims::new(subject, &self.settings, now.as_second(), expires_in)?;
        let expires_at = Timestamp::from_second(claims.exp).map_err(|_| IssueError::Lifetime)?;
        let token = compact::encode(key, &claims)?;
        Ok(IssuedToken { token: SecretText::new(token), expires_at, expires_in })
    }

    /// What a token says, if it is one of ours and is valid now.
    ///
    /// # Errors
    /// Why it is refused. All of these are 401; only [`TokenError::Expired`] is worth telling apart,
    /// because a refresh helps.
    pub fn verify(&self, token: &str) -> Result<Arc<AccessClaims>, TokenError> {
        let now = self.clock.now();
        let parts = compact::Parts::split(token)?;
        let keys = self.keys();
        let hash = TokenHash::of(token);
        if let Some(claims) = self.verified.find(hash, &keys, now) {
            return Ok(claims);
        }
        let header = parts.header()?;
        let key = keys.verifying(&header.kid, now).ok_or(TokenError::UnknownKey)?;
        if !key.verifies(parts.signed, &parts.signature()?) {
            return Err(TokenError::Signature);
        }
        let payload = parts.payload()?;
        let claims: Claims<'_> =
            serde_json::from_slice(&payload).map_err(|_| TokenError::Claims)?;
        let believed = claims.check(&self.settings, now.as_second())?;
        Ok(self.verified.keep(hash, header.kid, believed))
    }

    /// The numbers of the tokens that are remembered.
    #[must_use]
    pub fn memory(&self) -> MemoryStatus {
        self.verified.status()
    }
}

impl fmt::Debug for TokenIssuer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenIssuer")
            .field("settings", &self.settings)
            .field("keys", &self.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
