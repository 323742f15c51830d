//! A document as every target of ours answers it, so that their answers have the same bytes.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenantry_db::DbError;
use uuid::Uuid;

/// A document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Document {
    #[schemars(with = "String")]
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) body: String,
    #[schemars(with = "String")]
    pub(super) created_at: Timestamp,
}

/// A document that is to be.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDocument {
    pub(super) title: String,
    pub(super) body: String,
}

/// What is changed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentPatch {
    pub(super) title: String,
}

impl Document {
    /// From a row of the door.
    pub(super) fn read(row: &tenantry_db::Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.try_get(0).map_err(DbError::Row)?,
            title: row.try_get(1).map_err(DbError::Row)?,
            body: row.try_get(2).map_err(DbError::Row)?,
            created_at: row.try_get(3).map_err(DbError::Row)?,
        })
    }

    /// From a row of the driver, for what is written by hand.
    pub(super) fn of_driver(row: &tokio_postgres::Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            title: row.try_get(1)?,
            body: row.try_get(2)?,
            created_at: row.try_get(3)?,
        })
    }
}
