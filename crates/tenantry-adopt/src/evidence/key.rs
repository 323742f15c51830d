//! The columns that can be pointed at and those that can point: keys of one column, and columns of a type that a key may have.

use std::collections::HashMap;

use super::words::words;
use crate::name::TableName;
use crate::schema::{Schema, Table};

/// What values of a column look like, as far as keys are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Family {
    Uuid,
    /// With the name of the type, since a text is cast to it.
    Integer(&'static str),
    Text,
}

impl Family {
    /// The family of a type as PostgreSQL writes it; none for types that are no keys.
    fn of(type_name: &str) -> Option<Self> {
        let bare = type_name.split_once('(').map_or(type_name, |(bare, _)| bare);
        let last = bare.rsplit('.').next().unwrap_or(bare);
        match last {
            "uuid" => Some(Self::Uuid),
            "smallint" => Some(Self::Integer("smallint")),
            "integer" => Some(Self::Integer("integer")),
            "bigint" => Some(Self::Integer("bigint")),
            "text" | "character varying" | "character" | "citext" => Some(Self::Text),
            _ => None,
        }
    }

    /// How a value of this family becomes one of the parent's: not at all, by a cast to the type named, or never.
    pub(super) fn cast_to(self, parent: Self) -> Option<Option<&'static str>> {
        match (self, parent) {
            (Self::Uuid, Self::Uuid)
            | (Self::Integer(_), Self::Integer(_))
            | (Self::Text, Self::Text) => Some(None),
            (Self::Text, Self::Uuid) => Some(Some("uuid")),
            (Self::Text, Self::Integer(name)) => Some(Some(name)),
            (Self::Uuid | Self::Integer(_), Self::Text) => Some(Some("text")),
            (Self::Uuid, Self::Integer(_)) | (Self::Integer(_), Self::Uuid) => None,
        }
    }
}

/// A key of one column.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) table: TableName,
    pub(super) column: String,
    pub(super) family: Family,
    pub(super) is_primary: bool,
    /// The words of the table's name.
    pub(super) table_words: Vec<String>,
    /// The words of the column's name.
    pub(super) column_words: Vec<String>,
}

/// A column that may point somewhere.
#[derive(Debug, Clone)]
pub(super) struct Pointer {
    pub(super) table: TableName,
    pub(super) column: String,
    pub(super) family: Family,
    pub(super) words: Vec<String>,
    /// How many rows its table has.
    pub(super) rows: i64,
    /// Whether it is part of the primary key, or a key itself.
    pub(super) is_key: bool,
}

/// The base types of columns whose type is a domain.
pub(super) type Domains = HashMap<(TableName, String), String>;

/// Every table whose rows are looked at: partitions are seen through their table, and foreign ones are on other servers.
pub(super) fn tables(schema: &Schema) -> impl Iterator<Item = &Table> {
    schema.tables.iter().filter(|table| table.partition_of.is_none() && !table.is_foreign)
}

/// The family of a column of a table.
fn family(table: &Table, column: &str, domains: &Domains) -> Option<Family> {
    let domain = domains.get(&(table.name.clone(), column.to_owned()));
    Family::of(domain.map_or(table.column(column)?.type_name.as_str(), String::as_str))
}

/// The keys of all tables, the primary ones first.
pub(super) fn keys(schema: &Schema, domains: &Domains) -> Vec<Key> {
    let mut keys: Vec<Key> = tables(schema)
        .flat_map(|table| of_table(table).into_iter().map(move |key| (table, key)))
        .filter_map(|(table, (column, is_primary))| {
            Some(Key {
                table: table.name.clone(),
                family: family(table, &column, domains)?,
                table_words: words(&table.name.name),
                column_words: words(&column),
                column,
                is_primary,
            })
        })
        .collect();
    keys.sort_by_key(|key| !key.is_primary);
    keys
}

/// Single columns that tell the rows of a table apart, each with whether it is the primary key.
fn of_table(table: &Table) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    for index in &table.indexes {
        let [column] = index.columns.as_slice() else { continue };
        let is_whole = index.is_unique && index.is_valid && index.predicate.is_none();
        let is_filled = table.column(column).is_some_and(|column| column.is_not_null);
        if is_whole && is_filled && !found.iter().any(|(known, _)| known == column) {
            found.push((column.clone(), index.is_primary));
        } else if index.is_primary {
            found.iter_mut().filter(|(known, _)| known == column).for_each(|known| known.1 = true);
        }
    }
    found
}

/// Every column that is in no foreign key and could be a reference.
pub(super) fn pointers(schema: &Schema, domains: &Domains) -> Vec<Pointer> {
    let mut pointers = Vec::new();
    for table in tables(schema) {
        let keys = of_table(table);
        for column in &table.columns {
            let is_bound = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
            let Some(family) = family(table, &column.name, domains) else { continue };
            if is_bound {
                continue;
            }
            pointers.push(Pointer {
                table: table.name.clone(),
                column: column.name.clone(),
                family,
                words: words(&column.name),
                rows: table.statistics.rows,
                is_key: keys.iter().any(|(key, _)| *key == column.name),
            });
        }
    }
    pointers
}
