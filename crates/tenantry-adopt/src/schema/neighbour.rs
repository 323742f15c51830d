//! What stands beside tables and is felt when one of them is changed. Nothing of it belongs to one table alone: a column of one
//! table can keep another one from getting a column.

use serde::{Deserialize, Serialize};

use crate::name::TableName;

/// A table of which a publication sends some columns only.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnList {
    /// The table.
    pub table: TableName,
    /// The columns that are sent.
    pub columns: Vec<String>,
    /// The index that is the table's replica identity, by name.
    pub identity: Option<String>,
}

/// A stored column that holds whole rows of a table, by itself or inside an array, a domain or another composite type.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RowTypeUse {
    /// The table whose rows they are.
    pub table: TableName,
    /// The column that holds them, as `schema.table.column`.
    pub column: String,
}

/// An event trigger that is switched on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventTrigger {
    /// Its name.
    pub name: String,
    /// When it fires: `ddl_command_end`.
    pub event: String,
    /// The commands it is limited to; empty: all.
    pub commands: Vec<String>,
    /// The function it calls, as SQL names it.
    pub function: String,
}
