//! An index that is built while the application writes: on a plain table one concurrent build; on a partitioned one an empty
//! frame first, a concurrent build on each partition that holds rows, and then each is hung into the frame, which becomes
//! valid with the last one. Building on the partitioned table itself would keep writers out for as long as it takes.

use super::index_definition::IndexDefinition;
use super::partition::{Partition, family, leaves};
use super::question;
use super::statement::locks;
use crate::name::{TableName, identifier, made};
use crate::operation::{Action, Lock, Manner};

/// What is built, where, and how it is called.
#[derive(Debug)]
pub(super) struct IndexTree<'a> {
    /// The table.
    pub(super) table: &'a TableName,
    /// Its partitions, each behind the one it hangs on.
    pub(super) partitions: &'a [Partition],
    /// The index.
    pub(super) definition: IndexDefinition,
    /// Its name on the table.
    pub(super) name: String,
    /// The last word of its names on partitions.
    pub(super) kind: &'a str,
}

impl IndexTree<'_> {
    /// The name of its part on a table.
    pub(super) fn name_on(&self, table: &TableName) -> String {
        if table == self.table {
            return self.name.clone();
        }
        let stem = self.name.strip_suffix(&format!("_{}", self.kind));
        made(table, &[stem.unwrap_or(&self.name)], self.kind)
    }

    /// Builds all of it.
    pub(super) fn build(&self) -> Vec<Action> {
        if self.partitions.is_empty() {
            return vec![self.grow(self.table)];
        }
        let frames = self.partitions.iter().filter(|part| part.is_partitioned);
        let frames = std::iter::once(self.table).chain(frames.map(|part| &part.table));
        let attached = self.partitions.iter().rev().map(|part| self.attach(part));
        frames.map(|table| self.frame(table)).chain(self.build_leaves()).chain(attached).collect()
    }

    /// Builds it on each partition that holds rows, and hangs it nowhere.
    pub(super) fn build_leaves(&self) -> Vec<Action> {
        leaves(self.partitions).map(|table| self.grow(table)).collect()
    }

    /// Drops all of it.
    pub(super) fn fell(&self) -> Vec<Action> {
        if self.partitions.is_empty() {
            return vec![self.cut(self.table)];
        }
        let index = TableName::new(&self.table.schema, &self.name);
        let held = locks(family(self.table, self.partitions), Lock::AccessExclusive);
        let sql = super::statement::take(&held) + &format!("drop index if exists {}", index.sql());
        let done = format!("not {}", question::index(self.table, &self.name, "true"));
        let whole = Action::locking(held, sql, question::ask(&done));
        // What was not hung into the frame yet.
        let frames = self.partitions.iter().filter(|part| part.is_partitioned).map(|part| {
            let name = self.name_on(&part.table);
            let sql =
                format!("drop index if exists {}", TableName::new(&part.table.schema, &name).sql());
            let done = format!("not {}", question::index(&part.table, &name, "true"));
            let below = family(&part.table, &self.below(&part.table));
            Action::locking(locks(below, Lock::AccessExclusive), sql, question::ask(&done))
        });
        std::iter::once(whole).chain(frames).chain(self.fell_leaves()).collect()
    }

    /// Drops what was hung nowhere.
    pub(super) fn fell_leaves(&self) -> Vec<Action> {
        leaves(self.partitions).map(|table| self.cut(table)).collect()
    }

    /// The partitions of a partition.
    fn below(&self, table: &TableName) -> Vec<Partition> {
        let mut found: Vec<Partition> = Vec::new();
        for part in self.partitions {
            if part.parent == *table || found.iter().any(|above| above.table == part.parent) {
                found.push(part.clone());
            }
        }
        found
    }

    /// An empty index of a partitioned table.
    fn frame(&self, table: &TableName) -> Action {
        let name = self.name_on(table);
        let sql = self.definition.create("", &identifier(&name), &format!("only {}", table.sql()));
        let done = question::ask(&question::index(table, &name, "true"));
        Action::locking(vec![(table.clone(), Lock::Share)], sql, done)
    }

    /// A concurrent build.
    fn grow(&self, table: &TableName) -> Action {
        let name = self.name_on(table);
        Action {
            sql: self.definition.create("concurrently", &identifier(&name), &table.sql()),
            done: question::ask(&question::index(table, &name, "i.indisvalid")),
            manner: Manner::Concurrent { index: TableName::new(&table.schema, &name) },
            locks: vec![(table.clone(), Lock::ShareUpdateExclusive)],
        }
    }

    /// A concurrent drop.
    fn cut(&self, table: &TableName) -> Action {
        let index = TableName::new(&table.schema, self.name_on(table));
        Action {
            sql: format!("drop index concurrently if exists {}", index.sql()),
            done: question::ask(&format!("not {}", question::index(table, &index.name, "true"))),
            manner: Manner::Concurrent { index },
            locks: vec![(table.clone(), Lock::ShareUpdateExclusive)],
        }
    }

    /// Hangs a part into the frame above it.
    fn attach(&self, part: &Partition) -> Action {
        let frame = TableName::new(&part.parent.schema, self.name_on(&part.parent));
        let name = self.name_on(&part.table);
        let index = TableName::new(&part.table.schema, &name);
        let sql = format!("alter index {} attach partition {}", frame.sql(), index.sql());
        let hangs = "exists (select from pg_catalog.pg_inherits h where h.inhrelid = x.oid)";
        let done = question::ask(&question::index(&part.table, &name, hangs));
        let held = locks([part.parent.clone(), part.table.clone()], Lock::AccessShare);
        Action::locking(held, sql, done)
    }
}
