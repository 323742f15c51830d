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
    /// Something the change refers to does not exist any more.
    #[error("something the change refers to is gone")]
    Gone,
    /// The database.
    #[error(transparent)]
    Database(DbError),
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match error.constraint() {
            Some("projects_organization_id_slug_key" | "organization_slugs_pkey") => {
                Self::SlugTaken
            }
            Some("users_email_key") => Self::EmailTaken,
            Some(name) if name.ends_with("_fkey") => Self::Gone,
            _ => Self::Database(error),
        }
    }
}
