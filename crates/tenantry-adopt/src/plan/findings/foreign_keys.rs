//! Foreign keys that would hold an organization's row from a table that is nobody's.

use super::{Subject, keeping, setting};
use crate::finding::{Finding, Weight, codes};
use crate::plan::layout::{Layout, points_at};
use crate::schema::{ForeignKey, Table};

/// One a foreign key. It is answered when the key that it points at stays as it is, for then the foreign key can stay too.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let global = layout.schema.tables.iter().filter(|table| !layout.is_tenant(&table.name));
    let keys = global
        .flat_map(|table| layout.own_foreign_keys(table).into_iter().map(move |key| (table, key)));
    keys.filter(|(_, key)| layout.is_tenant(&key.parent) && !is_answered(layout, key))
        .map(|(table, key)| finding(layout, table, key))
        .collect()
}

fn referenced(layout: Layout<'_>, key: &ForeignKey) -> Option<String> {
    let parent = layout.schema.table(&key.parent)?;
    let index = parent.indexes.iter().find(|it| points_at(key, &parent.name, it))?;
    Some(index.name.clone())
}

fn is_answered(layout: Layout<'_>, key: &ForeignKey) -> bool {
    referenced(layout, key).is_some_and(|name| layout.is_kept(&key.parent, &name))
}

fn finding(layout: Layout<'_>, table: &Table, key: &ForeignKey) -> Finding {
    let class = layout.class(&table.name).map(|it| format!("{it:?}").to_lowercase());
    let (child, parent) = (table.name.shown(), key.parent.shown());
    let found = Finding::new(
        codes::CROSSING,
        Weight::Decision,
        format!("foreign key {} points from {child} into organizations' {parent}", key.name),
    )
    .on(&table.name)
    .fact(format!("{child} is {}", class.as_deref().unwrap_or("undecided")))
    .fact(key.definition.clone())
    .help(setting(&table.name, "class = \"tenant\""));
    let found = match referenced(layout, key) {
        Some(name) => found.help(format!("or {}", keeping(layout, &key.parent, &name))),
        None => found,
    };
    let drop = crate::name::identifier(&key.name);
    found.help(format!("or alter table {} drop constraint {drop};", table.name.sql()))
}
