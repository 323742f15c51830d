//! A change of settings, of an organization or a project: all of them, or some.

use tenantry_core::metadata::MetadataError;
use tenantry_core::{Settings, SettingsPatch};

/// What becomes of settings.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsChange {
    /// These, and no others.
    Replace(Settings),
    /// The same with this merged into them.
    Merge(SettingsPatch),
}

impl SettingsChange {
    /// The settings after the change.
    pub(crate) fn applied_to(&self, before: &Settings) -> Result<Settings, MetadataError> {
        match self {
            Self::Replace(settings) => Ok(settings.clone()),
            Self::Merge(patch) => before.patched(patch),
        }
    }
}
