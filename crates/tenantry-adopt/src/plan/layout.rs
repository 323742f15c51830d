//! The schema as the plan's file divides it: which table is whose, which keys and foreign keys that concerns. Everything here
//! answers for tables that are still open too, with what is proposed for them, so that findings can be shown before every
//! question is answered. A partition belongs as its parent does.

use crate::classification::{Class, Classification};
use crate::decisions::Decisions;
use crate::name::{COLUMN, TableName};
use crate::operations::Partition;
use crate::schema::{ForeignKey, Index, Login, Schema, Table};

/// A schema with what was decided on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    /// The schema.
    pub(crate) schema: &'a Schema,
    /// The file.
    pub(crate) decisions: &'a Decisions,
    /// What was proposed.
    pub(crate) classification: &'a Classification,
}

impl<'a> Layout<'a> {
    /// The table that a partition belongs to in the end; the table itself when it is none.
    pub(crate) fn whole(&self, name: &TableName) -> Option<&'a Table> {
        let mut table = self.schema.table(name)?;
        while let Some(parent) = table.partition_of.as_ref().and_then(|it| self.schema.table(it)) {
            table = parent;
        }
        Some(table)
    }

    /// What a table is: as decided, else as proposed. Nothing is known of a table that is not there.
    pub(crate) fn class(&self, name: &TableName) -> Option<Class> {
        let whole = &self.whole(name)?.name;
        let decided = self.decisions.tables.get(whole).and_then(|decision| decision.class);
        decided.or_else(|| self.classification.verdict(whole).map(|verdict| verdict.class))
    }

    /// Whether a table's rows are the organizations'.
    pub(crate) fn is_tenant(&self, name: &TableName) -> bool {
        self.class(name) == Some(Class::Tenant)
    }

    /// The tables of a class, without partitions, by name.
    pub(crate) fn of(&self, class: Class) -> impl Iterator<Item = &'a Table> {
        let layout = *self;
        self.schema
            .tables
            .iter()
            .filter(|table| table.partition_of.is_none())
            .filter(move |table| layout.class(&table.name) == Some(class))
    }

    /// Organizations' tables and their partitions.
    pub(crate) fn guarded(&self) -> impl Iterator<Item = &'a Table> {
        let layout = *self;
        self.schema.tables.iter().filter(move |table| layout.is_tenant(&table.name))
    }

    /// The partitions of a table that hold rows, deepest first names last; the table itself where it has no partitions.
    pub(crate) fn leaves(&self, table: &'a Table) -> Vec<&'a Table> {
        if !table.is_partitioned {
            return vec![table];
        }
        let partitions = self.schema.partitions(&table.name);
        partitions.into_iter().filter(|partition| !partition.is_partitioned).collect()
    }

    /// The partitions of a table as operations need them, at any depth.
    pub(crate) fn partitions(&self, table: &TableName) -> Vec<Partition> {
        Partition::all(self.schema, table)
    }

    /// Whether a person wants this key to stay as it is.
    pub(crate) fn is_kept(&self, table: &TableName, name: &str) -> bool {
        let decision = self.whole(table).and_then(|it| self.decisions.tables.get(&it.name));
        decision.is_some_and(|it| it.keep.iter().any(|kept| kept == name))
    }

    /// Whether shadow records what is done on a table, where somebody said so.
    pub(crate) fn records(&self, table: &TableName) -> Option<bool> {
        let whole = self.whole(table)?;
        self.decisions.tables.get(&whole.name)?.record
    }

    /// The indexes that a table has of its own: those of a partition that stand for an index of its parent are left out.
    pub(crate) fn own_indexes(&self, table: &'a Table) -> Vec<&'a Index> {
        let parent = table.partition_of.as_ref().and_then(|name| self.schema.table(name));
        let stands_for = |index: &&Index| {
            parent.is_some_and(|parent| {
                let same = |other: &Index| form(&other.definition) == form(&index.definition);
                parent.indexes.iter().any(|it| it.is_unique == index.is_unique && same(it))
            })
        };
        table.indexes.iter().filter(|index| !stands_for(index)).collect()
    }

    /// The foreign keys that a table has of its own, likewise.
    pub(crate) fn own_foreign_keys(&self, table: &'a Table) -> Vec<&'a ForeignKey> {
        let parent = table.partition_of.as_ref().and_then(|name| self.schema.table(name));
        let stands_for = |key: &&ForeignKey| {
            parent
                .is_some_and(|it| it.foreign_keys.iter().any(|it| it.definition == key.definition))
        };
        table.foreign_keys.iter().filter(|key| !stands_for(key)).collect()
    }

    /// Unique keys of an organization's table that hold across organizations, whether kept or not.
    pub(crate) fn spanning_keys(&self, table: &'a Table) -> Vec<&'a Index> {
        let spans = |index: &&Index| {
            index.is_unique
                && !index.is_exclusion
                && index.columns.first().is_none_or(|column| column != COLUMN)
        };
        self.own_indexes(table).into_iter().filter(spans).collect()
    }

    /// Whether a foreign key of an organization's table points at this key.
    pub(crate) fn is_referenced(&self, table: &TableName, index: &Index) -> bool {
        self.guarded().flat_map(|child| &child.foreign_keys).any(|key| points_at(key, table, index))
    }

    /// Foreign keys between two organizations' tables, with the table that declares each.
    pub(crate) fn scoped_foreign_keys(&self) -> Vec<(&'a Table, &'a ForeignKey)> {
        let own = |table| self.own_foreign_keys(table).into_iter().map(move |key| (table, key));
        self.guarded().flat_map(own).filter(|(_, key)| self.is_tenant(&key.parent)).collect()
    }

    /// The application's logins that there are.
    pub(crate) fn logins(&self) -> Vec<&'a Login> {
        let is_named = |login: &&Login| self.decisions.application.logins.contains(&login.name);
        self.schema.logins.iter().filter(is_named).collect()
    }

    /// Those of them that row security can bind, by name.
    pub(crate) fn bound_logins(&self) -> Vec<String> {
        let logins = self.logins().into_iter();
        let bound = logins.filter(|it| !it.is_superuser && !it.bypasses_row_security);
        bound.map(|login| login.name.clone()).collect()
    }
}

/// Whether a foreign key points at this key.
pub(crate) fn points_at(key: &ForeignKey, table: &TableName, index: &Index) -> bool {
    let (mut theirs, mut ours) = (key.parent_columns.clone(), index.columns.clone());
    theirs.sort();
    ours.sort();
    key.parent == *table && index.is_unique && theirs == ours
}

/// What an index is apart from its names: everything behind `using`, which is looked for outside quoted names.
fn form(definition: &str) -> &str {
    const WORD: &str = " USING ";
    let mut is_quoted = false;
    for (place, letter) in definition.char_indices() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted && definition[place..].starts_with(WORD) => {
                return &definition[place..];
            }
            _ => {}
        }
    }
    definition
}
