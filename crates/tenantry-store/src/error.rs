//! What a store function can answer instead of a value. Constraints of the schema have names; here
//! they become words.

use tenantry_db::DbError;

/// A change that was refused, or a database that did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The slug is taken: a project's in its organization, an organization's among all.
    #[error("the slug is taken")]
    SlugTaken,
    /// There is an account with this e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The caller sees it, but may not change it, or not in this way.
    #[error("the caller may not do this here")]
    NotAllowed,
    /// The organization would be left without an owner.
    #[error("an organization keeps an owner")]
    LastOwner,
    /// The organization has as many as its limit allows.
    #[error("the limit of {limit} is reached")]
    LimitReached {
        /// How many there may be.
        limit: u64,
    },
    /// The client that a project is to be for is none of this organization.
    #[error("there is no such client")]
    UnknownClient,
    /// Who is to be added is no member of this organization.
    #[error("there is no such member")]
    UnknownMember,
    /// Who is to be added is there already.
    #[error("already a member")]
    AlreadyMember,
    /// Metadata or settings would be too large.
    #[error(transparent)]
    Metadata(#[from] tenantry_core::metadata::MetadataError),
    /// A request with this idempotency key is being worked on.
    #[error("the same request is in progress")]
    InProgress,
    /// The idempotency key was used for another body.
    #[error("the key was used for another request")]
    KeyReused,
    /// Something the change refers to does not exist any more.
    #[error("something the change refers to is gone")]
    Gone,
    /// The database.
    #[error(transparent)]
    Database(DbError),
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        if let Some(limit) = error.usage_limit() {
            return Self::LimitReached { limit };
        }
        match error.constraint() {
            Some("memberships_last_owner") => Self::LastOwner,
            Some("idempotency_keys_pkey" | "account_idempotency_keys_pkey") => Self::InProgress,
            Some("projects_organization_id_slug_key" | "organization_slugs_pkey") => {
                Self::SlugTaken
            }
            Some("users_email_key") => Self::EmailTaken,
            Some(name) if name.ends_with("_fkey") => Self::Gone,
            _ => Self::Database(error),
        }
    }
}
