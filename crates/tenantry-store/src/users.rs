//! Accounts.

use jiff::Timestamp;
use serde::Serialize;
use tenantry_core::UserId;
use tenantry_core::name::{DisplayName, Email};
use tenantry_db::{Platform, PlatformTx, Row, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    INSERT = "insert into tenantry.users (id, email, name, password_hash) values ($1, $2, $3, $4) \
              returning id, email, name, created_at, updated_at, disabled_at";
    BY_EMAIL = "select id, email, name, created_at, updated_at, disabled_at, password_hash from tenantry.users where email = $1";
    BY_ID = "select id, email, name, created_at, updated_at, disabled_at from tenantry.users where id = $1";
    REHASH = "update tenantry.users set password_hash = $3 where id = $1 and password_hash = $2 returning id";
}

/// An account.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its name for signing in.
    pub email: Email,
    /// What the person is called.
    #[schemars(example = &"Test User")]
    pub name: DisplayName,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was disabled: nobody signs in to it any more.
    #[serde(skip)]
    pub disabled_at: Option<Timestamp>,
}

impl User {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            email: row.parsed("email")?,
            name: row.parsed("name")?,
            created_at: row.column("created_at")?,
            updated_at: row.column("updated_at")?,
            disabled_at: row.column("disabled_at")?,
        })
    }
}

/// An account with what is needed to check its password.
pub struct UserWithHash {
    /// The account.
    pub user: User,
    /// The stored hash, absent for accounts without a password.
    pub password_hash: Option<String>,
}

impl std::fmt::Debug for UserWithHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("UserWithHash").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Makes an account.
///
/// # Errors
/// [`StoreError::EmailTaken`].
pub async fn create(
    tx: &mut PlatformTx,
    email: &Email,
    name: &DisplayName,
    password_hash: &str,
) -> Result<User, StoreError> {
    let id = UserId::new().uuid();
    let row =
        tx.query_opt(&INSERT, &[&id, &email.as_str(), &name.as_str(), &password_hash]).await?;
    User::read(&row.ok_or(StoreError::Gone)?)
}

/// The account of an address, with its password's hash.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn find_by_email(
    tx: &mut PlatformTx,
    email: &Email,
) -> Result<Option<UserWithHash>, StoreError> {
    let Some(row) = tx.query_opt(&BY_EMAIL, &[&email.as_str()]).await? else { return Ok(None) };
    Ok(Some(UserWithHash { user: User::read(&row)?, password_hash: row.column("password_hash")? }))
}

/// One account.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(tx: &mut PlatformTx, id: UserId) -> Result<Option<User>, StoreError> {
    tx.query_opt(&BY_ID, &[&id.uuid()]).await?.as_ref().map(User::read).transpose()
}

/// Replaces a password's hash by a better one of the same password; false when it was changed meanwhile.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn upgrade_hash(
    tx: &mut PlatformTx,
    id: UserId,
    old: &str,
    new: &str,
) -> Result<bool, StoreError> {
    Ok(tx.query_opt(&REHASH, &[&id.uuid(), &old, &new]).await?.is_some())
}
