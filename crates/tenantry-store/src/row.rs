//! Reading columns by name, with errors instead of panics.

use tenantry_core::id::{Id, IdKind};
use tenantry_db::types::FromSqlOwned;
use tenantry_db::{DbError, Row};
use uuid::Uuid;

/// Columns of a row by name.
pub(crate) trait Columns {
    /// One column.
    fn column<T: FromSqlOwned>(&self, name: &str) -> Result<T, DbError>;

    /// One column with an id of this kind.
    fn id<K: IdKind>(&self, name: &str) -> Result<Id<K>, DbError> {
        Ok(Id::from_uuid(self.column::<Uuid>(name)?))
    }

    /// One column with text that was parsed before it was stored.
    fn parsed<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, DbError> {
        self.column::<String>(name)?.parse().map_err(|_| DbError::Value(name))
    }
}

impl Columns for Row {
    fn column<T: FromSqlOwned>(&self, name: &str) -> Result<T, DbError> {
        self.try_get(name).map_err(DbError::Row)
    }
}
