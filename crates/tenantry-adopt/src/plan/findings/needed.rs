//! Keys that other objects are made of, so that PostgreSQL does not let go of them: functions in the standard's form, rules.
//! Foreign keys are carried over by the steps, and views are told with the views.

use super::{Subject, is_swapped, keepable, keeping};
use crate::finding::{Finding, Weight, codes};
use crate::plan::layout::Layout;
use crate::schema::{Index, Table};

/// One a key.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let keys = layout.guarded().flat_map(|table| table.indexes.iter().map(move |key| (table, key)));
    keys.filter(|(_, key)| key.is_unique && !key.is_exclusion && !key.needed_by.is_empty())
        .filter(|(table, key)| is_swapped(layout, &table.name, &key.name))
        .map(|(table, key)| finding(layout, table, key))
        .collect()
}

fn finding(layout: Layout<'_>, table: &Table, key: &Index) -> Finding {
    let needing = key.needed_by.join(", ");
    let title = format!("{needing} needs key {} to stay as it is", key.name);
    let found = Finding::new(codes::NEEDED, Weight::Decision, title)
        .on(&table.name)
        .fact(key.definition.clone())
        .help("let it group by every column that it shows, and name columns in on conflict; or write its body as a text");
    let keep = keepable(layout, &table.name, &key.name);
    keep.iter()
        .fold(found, |found, (at, name)| found.help(format!("or {}", keeping(layout, at, name))))
}
