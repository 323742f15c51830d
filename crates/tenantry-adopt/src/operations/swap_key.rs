//! The scoped key takes the place and the name of the old one, which told one organization what another had. From here on the
//! application's `on conflict` must name the organization, and two organizations may have the same key: taking it back is
//! refused as soon as they do.

use serde::{Deserialize, Serialize};

use super::index_definition::IndexDefinition;
use super::partition::{Partition, check};
use super::question::{begins_with_organization, index};
use super::scope_foreign_key::ScopeForeignKey;
use super::scope_key::{ScopeKey, check_key};
use crate::name::{COLUMN, TableName, identifier, made};
use crate::operation::{Action, Operate};
use crate::schema::{ForeignKey, Index, Schema};

mod partitioned;
mod plain;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwapKey {
    /// The table.
    pub table: TableName,
    /// The key as it was.
    pub old: Index,
    /// The partitions of the table.
    #[serde(default)]
    pub partitions: Vec<Partition>,
    /// The foreign keys that point at the scoped key. Taking it back makes them anew, because a constraint cannot become an
    /// index again under them.
    #[serde(default)]
    pub referenced_by: Vec<ScopeForeignKey>,
}

impl SwapKey {
    /// A statement that lists up to five keys which several rows have, with how many: what stands in the way of taking it
    /// back. No row: nothing does.
    #[must_use]
    pub fn collisions(&self) -> String {
        let Some(old) = IndexDefinition::read(&self.old.definition) else {
            return "select null::text as key, 0::bigint as rows where false".to_owned();
        };
        let values = old.values();
        let texts: Vec<String> = values.iter().map(|value| format!("({value})::text")).collect();
        let mut conditions: Vec<String> =
            old.predicate.iter().map(|text| format!("({text})")).collect();
        if !old.is_nulls_not_distinct {
            conditions.extend(values.iter().map(|value| format!("({value}) is not null")));
        }
        let filter = match conditions.as_slice() {
            [] => String::new(),
            parts => format!(" where {}", parts.join(" and ")),
        };
        format!(
            "select pg_catalog.concat_ws(', ', {}) as key, pg_catalog.count(*) as rows from {}{filter} group by {} \
             having pg_catalog.count(*) > 1 order by 1 limit 5",
            texts.join(", "),
            self.table.sql(),
            values.iter().map(|value| format!("({value})")).collect::<Vec<_>>().join(", ")
        )
    }

    /// A foreign key that points at the key, scoped or not, and that the plan does not know of: it would keep the key from
    /// being dropped, or be lost when it is taken back.
    fn stranger<'s>(&self, schema: &'s Schema) -> Option<(&'s TableName, &'s str)> {
        let mut columns = self.old.columns.clone();
        columns.sort();
        let points_here = |key: &ForeignKey| {
            let mut theirs: Vec<String> = key.parent_columns.clone();
            theirs.retain(|name| name != COLUMN);
            theirs.sort();
            key.parent == self.table && theirs == columns
        };
        let is_known = |table: &TableName, key: &ForeignKey| {
            self.referenced_by
                .iter()
                .any(|known| known.table == *table && known.old.name == key.name)
        };
        schema.tables.iter().find_map(|table| {
            let mut keys = table.foreign_keys.iter();
            let found = keys.find(|key| points_here(key) && !is_known(&table.name, key))?;
            Some((&table.name, found.name.as_str()))
        })
    }

    /// The key's index.
    fn index(&self) -> TableName {
        TableName::new(&self.table.schema, &self.old.name)
    }

    /// The step that built the scoped key.
    fn scope(&self) -> ScopeKey {
        let (table, old, partitions) =
            (self.table.clone(), self.old.clone(), self.partitions.clone());
        ScopeKey { table, old, partitions }
    }

    /// A name for as long as another key has the right one.
    fn temporary(&self, kind: &str) -> String {
        made(&self.index(), &[], kind)
    }

    /// Whether the key begins with the organization.
    fn is_swapped(&self) -> String {
        index(&self.table, &self.old.name, &begins_with_organization())
    }

    /// Whether it is as it was.
    fn is_old(&self) -> String {
        index(&self.table, &self.old.name, &format!("not {}", begins_with_organization()))
    }

    /// `primary key` or `unique`.
    const fn word(&self) -> &'static str {
        if self.old.is_primary { "primary key" } else { "unique" }
    }

    /// When the constraint is checked.
    const fn deferrability(&self) -> &'static str {
        match (self.old.is_deferrable, self.old.is_initially_deferred) {
            (_, true) => " deferrable initially deferred",
            (true, false) => " deferrable",
            (false, false) => "",
        }
    }

    /// `add constraint … using index …`: the index gets the constraint's name.
    fn adopting(&self, name: &str, index: &str) -> String {
        let (name, index) = (identifier(name), identifier(index));
        let (word, when) = (self.word(), self.deferrability());
        format!("add constraint {name} {word} using index {index}{when}")
    }
}

impl Operate for SwapKey {
    fn title(&self) -> String {
        format!("let {} of {} begin with {COLUMN}", self.old.name, self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        check(schema, &self.table, &self.partitions)?;
        check_key(schema, &self.table, &self.old)?;
        match self.stranger(schema) {
            Some((table, key)) => Err(format!(
                "the foreign key {key} of {} points at {} of {}, and is not planned to follow it",
                table.shown(),
                self.old.name,
                self.table.shown()
            )),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let Some(old) = IndexDefinition::read(&self.old.definition) else { return Vec::new() };
        if self.partitions.is_empty() { self.start_plain() } else { self.start_partitioned(&old) }
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let Some(old) = IndexDefinition::read(&self.old.definition) else { return Vec::new() };
        if self.partitions.is_empty() {
            self.rollback_plain(&old)
        } else {
            self.rollback_partitioned(&old)
        }
    }
}
