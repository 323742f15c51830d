//! Why somebody is not recognised, or is not let in.

use std::time::Duration;

use tenantry_db::DbError;
use tenantry_store::StoreError;

use crate::password::{HashError, PasswordRefused};
use crate::signing::SigningKeyError;
use crate::token::{IssueError, TokenError};

/// What identity functions answer instead of a value.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The address and the password do not belong together, or the account is disabled.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The refresh token is unknown, expired, revoked or was used before.
    #[error("the refresh token is not valid")]
    InvalidRefreshToken,
    /// The link that makes the first operator is wrong, was used, or has expired.
    #[error("the setup link is not valid")]
    SetupClosed,
    /// The access token is not one of ours, or is expired.
    #[error("the access token is refused")]
    Token(#[from] TokenError),
    /// The access token is genuine, but its session has ended.
    #[error("the session has ended")]
    SessionEnded,
    /// The caller is no member of the organization, or there is none.
    #[error("no member of the organization")]
    NotAMember,
    /// The request names two organizations, and the caller is a member of both.
    #[error("the request names two organizations")]
    OrganizationMismatch,
    /// The request needs an organization and names none.
    #[error("the request names no organization")]
    OrganizationRequired,
    /// The password cannot be chosen.
    #[error("the password cannot be chosen")]
    Password(#[from] PasswordRefused),
    /// Too many sign-ins are waiting.
    #[error("too many sign-ins are waiting")]
    Busy {
        /// After which time another try is likely to be let in.
        retry_after: Duration,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A setting is out of bounds.
    #[error("{0}")]
    Settings(&'static str),
    /// A token could not be issued.
    #[error("a token could not be issued")]
    Issue(#[from] IssueError),
    /// A signing key could not be made or wrapped.
    #[error("a signing key could not be made")]
    SigningKey(#[from] SigningKeyError),
    /// A password could not be hashed.
    #[error("a password could not be hashed")]
    Hash(#[source] HashError),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random(#[from] getrandom::Error),
}

impl From<HashError> for IdentityError {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy { retry_after } => Self::Busy { retry_after },
            other => Self::Hash(other),
        }
    }
}

impl From<DbError> for IdentityError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}
