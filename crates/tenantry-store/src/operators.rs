//! Operators: the accounts that look after the whole system. A newcomer's usual surprise: an operator is no member of
//! any organization by being one, and sees no organization's rows but through the operators' own door.

use tenantry_core::UserId;
use tenantry_db::{Database, Platform, PlatformTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    IS_ANY = "select exists (select from tenantry.operators) as is_any";
    INSERT = "insert into tenantry.operators (user_id) values ($1)";
}

/// Whether there is an operator.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn is_any(database: &Database) -> Result<bool, StoreError> {
    let rows = database.look_up(&IS_ANY, &[]).await?;
    Ok(rows.first().map(|row| row.column("is_any")).transpose()?.unwrap_or(false))
}

/// Makes an account an operator.
///
/// # Errors
/// [`StoreError::Gone`] when the account is gone.
pub async fn appoint(tx: &mut PlatformTx, user: UserId) -> Result<(), StoreError> {
    tx.query(&INSERT, &[&user.uuid()]).await?;
    Ok(())
}
