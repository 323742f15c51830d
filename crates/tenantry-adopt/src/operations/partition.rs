//! The partitions of a table, as the operations need them: who hangs on whom, and which hold rows.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::schema::Schema;

/// A partition, at any depth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    /// The partition.
    pub table: TableName,
    /// The table it is a partition of.
    pub parent: TableName,
    /// Whether its rows are in partitions of its own.
    pub is_partitioned: bool,
}

impl Partition {
    /// All partitions of a table, each behind the one it hangs on.
    #[must_use]
    pub fn all(schema: &Schema, table: &TableName) -> Vec<Self> {
        let found = schema.partitions(table).into_iter();
        found
            .filter_map(|partition| {
                let parent = partition.partition_of.clone()?;
                let (table, is_partitioned) = (partition.name.clone(), partition.is_partitioned);
                Some(Self { table, parent, is_partitioned })
            })
            .collect()
    }
}

/// A table and its partitions.
pub(super) fn family(table: &TableName, partitions: &[Partition]) -> Vec<TableName> {
    std::iter::once(table).chain(partitions.iter().map(|part| &part.table)).cloned().collect()
}

/// The partitions that hold rows.
pub(super) fn leaves(partitions: &[Partition]) -> impl Iterator<Item = &TableName> {
    partitions.iter().filter(|part| !part.is_partitioned).map(|part| &part.table)
}

/// Why the table is not there, or why its partitions are not as they were planned.
pub(super) fn check(
    schema: &Schema,
    table: &TableName,
    planned: &[Partition],
) -> Result<(), String> {
    let Some(found) = schema.table(table) else {
        return Err(format!("there is no table {}", table.shown()));
    };
    let mut now = Partition::all(schema, table);
    if found.is_partitioned && now.iter().all(|part| part.is_partitioned) {
        return Err(format!("{} has no partition yet: make one first", table.shown()));
    }
    let mut planned = planned.to_vec();
    now.sort_by(|a, b| a.table.cmp(&b.table));
    planned.sort_by(|a, b| a.table.cmp(&b.table));
    if now != planned {
        return Err(format!("the partitions of {} are not the planned ones", table.shown()));
    }
    Ok(())
}
