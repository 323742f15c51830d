//! The settings of a project: whoever changes the project changes them.

use tenantry_core::permission::project;
use tenantry_core::{ProjectId, Settings};
use tenantry_db::{Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::projects::is_visible;
use crate::row::Columns;
use crate::settings::SettingsChange;

statements! { Tenant:
    SETTINGS = "select settings from tenantry.projects where organization_id = $1 and id = $2 and deleted_at is null";
    LOCK_SETTINGS = "select settings from tenantry.projects where organization_id = $1 and id = $2 and deleted_at is null for update";
    SET_SETTINGS = "update tenantry.projects set settings = $3 where organization_id = $1 and id = $2 returning settings";
}

/// The settings of a project.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(
    tx: &mut TenantTx<project::Read>,
    id: ProjectId,
) -> Result<Option<Settings>, StoreError> {
    let row = tx.query_opt(&SETTINGS, &[&id.uuid()]).await?;
    Ok(row.map(|row| row.column("settings")).transpose()?.map(Settings::stored))
}

/// Changes the settings of a project; answers how they were and how they are.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the caller only views the project; [`StoreError::Metadata`] when they
/// would be too large.
pub async fn change(
    tx: &mut TenantTx<project::Update>,
    id: ProjectId,
    change: &SettingsChange,
) -> Result<Option<(Settings, Settings)>, StoreError> {
    let Some(row) = tx.query_opt(&LOCK_SETTINGS, &[&id.uuid()]).await? else {
        let is_visible = is_visible(tx, id).await?;
        return if is_visible { Err(StoreError::NotAllowed) } else { Ok(None) };
    };
    let before = Settings::stored(row.column("settings")?);
    let after = change.applied_to(&before)?;
    tx.query_one(&SET_SETTINGS, &[&id.uuid(), &after.to_value()]).await?;
    Ok(Some((before, after)))
}
