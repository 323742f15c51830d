//! The swap on a partitioned table. Its constraint cannot be made of an index, but it takes over the constraints of its
//! partitions, and those can. Partitions keep what they call their part of the key: a dump shows it.

use super::super::index_definition::IndexDefinition;
use super::super::index_tree::IndexTree;
use super::super::partition::{Partition, family, leaves};
use super::super::question::ask;
use super::super::statement::{alter, drop_constraint, keeping, locks, marks_of_index, take};
use super::SwapKey;
use crate::name::{COLUMN, TableName, identifier, literal};
use crate::operation::{Action, Lock};

impl SwapKey {
    /// A constraint is made of indexes that hang nowhere, so each partition gets one of its own for it.
    pub(super) fn start_partitioned(&self, old: &IndexDefinition) -> Vec<Action> {
        let scoped = old.beginning_with(COLUMN);
        if !self.old.is_constraint {
            let tree = self.tree(scoped, &self.scope().name(), "scoped");
            let drop = format!("  drop index {};\n", self.index().sql());
            return vec![self.change(&(drop + &self.take_names(&tree)), &self.is_swapped())];
        }
        let tree = self.tree(scoped.clone(), &self.temporary("swap"), "swap");
        let mut changes = self.exchange_partitioned(&tree, &scoped);
        if self.referenced_by.is_empty() {
            let twin = TableName::new(&self.table.schema, self.scope().name());
            changes += &format!("\n  drop index if exists {};", twin.sql());
        }
        let mut actions = unless(tree.build_leaves(), &self.is_swapped());
        actions.push(self.change(&changes, &self.is_swapped()));
        actions
    }

    /// The same with the old key, and then the scoped index that foreign keys and the next try need.
    pub(super) fn rollback_partitioned(&self, old: &IndexDefinition) -> Vec<Action> {
        let before = self.before(old);
        if !self.old.is_constraint {
            let mut actions = unless(before.build(), &self.is_old());
            actions.push(self.change(&self.return_names(&before), &self.is_old()));
            return actions;
        }
        let swap = self.tree(old.beginning_with(COLUMN), &self.temporary("swap"), "swap");
        let mut actions = swap.fell_leaves();
        actions.extend(unless(before.build_leaves(), &self.is_old()));
        actions.push(self.change(&self.exchange_partitioned(&before, old), &self.is_old()));
        actions.extend(self.scope().tree().map(|tree| tree.build()).unwrap_or_default());
        actions
    }

    /// An index on all of it.
    fn tree(&self, definition: IndexDefinition, name: &str, kind: &'static str) -> IndexTree<'_> {
        let (table, partitions) = (&self.table, self.partitions.as_slice());
        IndexTree { table, partitions, definition, name: name.to_owned(), kind }
    }

    /// Changes of the table and all partitions, in one transaction.
    fn change(&self, changes: &str, done: &str) -> Action {
        // Foreign keys that point here stay where they are: they stand on the scoped index.
        let held = locks(family(&self.table, &self.partitions), Lock::AccessExclusive);
        let names = include_str!("../../sql/names_of_key.sql")
            .replace("{{index}}", &literal(&self.index().sql()));
        let marks = [marks_of_index(&self.index())];
        let sql = format!("{}{}", take(&held), keeping(&marks, &format!("\n{names}"), changes));
        Action::locking(held, sql, ask(done))
    }

    /// The constraint goes; each partition makes one of its index; the table's takes them over.
    fn exchange_partitioned(&self, tree: &IndexTree<'_>, key: &IndexDefinition) -> String {
        let name = identifier(&self.old.name);
        let mut changes = format!("  {} {};", alter(&self.table), drop_constraint(&self.old.name));
        for table in leaves(&self.partitions) {
            let index = identifier(&tree.name_on(table)).replace('%', "%%");
            let statement = format!(
                "{} add constraint %I {} using index {index}{}",
                alter(table).replace('%', "%%"),
                self.word(),
                self.deferrability()
            );
            changes += &execute(&statement, &format!("names ->> {}", key_of(table)));
        }
        changes += &format!(
            "\n  {} add constraint {name} {}{}{};",
            alter(&self.table),
            self.word(),
            key.constraint(),
            self.deferrability()
        );
        let frames = self.partitions.iter().filter(|part| part.is_partitioned);
        frames.fold(changes, |changes, part| changes + &self.name_frame(part))
    }

    /// A partition that is partitioned itself got a name that PostgreSQL chose.
    fn name_frame(&self, part: &Partition) -> String {
        include_str!("../../sql/name_frame.sql")
            .replace("{{index}}", &literal(&self.index().sql()))
            .replace("{{table}}", &literal(&part.table.sql()))
    }

    /// Each part of the scoped index takes the name that the old one had there.
    fn take_names(&self, tree: &IndexTree<'_>) -> String {
        let all = family(&self.table, &self.partitions);
        let rename = |table: &TableName| {
            let index = TableName::new(&table.schema, tree.name_on(table));
            let statement = format!("alter index {} rename to %I", index.sql().replace('%', "%%"));
            execute(&statement, &format!("names ->> {}", key_of(table)))
        };
        all.iter().map(rename).collect()
    }

    /// Each part of the scoped index takes its first name again, and the old key the one it had.
    fn return_names(&self, before: &IndexTree<'_>) -> String {
        let scope = self.scope();
        let Some(scoped) = scope.tree() else { return String::new() };
        let mut changes = String::new();
        for table in family(&self.table, &self.partitions) {
            let name = scoped.name_on(&table);
            let schema = identifier(&table.schema).replace('%', "%%");
            let statement = format!("alter index {schema}.%I rename to %I");
            let names = format!("names ->> {}, {}", key_of(&table), literal(&name));
            changes += &execute(&statement, &names);
            let index = TableName::new(&table.schema, &name);
            changes += &format!("\n  comment on index {} is null;", index.sql());
        }
        changes + &self.take_names(before)
    }
}

/// Runs a statement with names filled in.
fn execute(statement: &str, names: &str) -> String {
    format!("\n  execute pg_catalog.format({}, {names});", literal(statement))
}

/// Under which the name of a table's part of the key is kept.
fn key_of(table: &TableName) -> String {
    format!("({}::pg_catalog.oid)::text", table.regclass())
}

/// The same actions, which are done as well when this is so.
fn unless(mut actions: Vec<Action>, question: &str) -> Vec<Action> {
    for action in &mut actions {
        action.done += &format!(" or {question}");
    }
    actions
}
