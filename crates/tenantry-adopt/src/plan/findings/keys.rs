//! Keys that cannot simply be made to begin with the organization: exclusion constraints, unfinished and late ones, keys without
//! room for one column more.

use super::{Subject, keeping};
use crate::finding::{Finding, Weight, codes};
use crate::name::{TableName, identifier};
use crate::plan::layout::Layout;
use crate::schema::{Index, Table};

/// How many columns an index may have.
const WIDEST: usize = 32;

/// One a key.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let keys = layout
        .guarded()
        .flat_map(|table| layout.own_indexes(table).into_iter().map(move |key| (table, key)));
    let open = keys.filter(|(table, key)| !layout.is_kept(&table.name, &key.name));
    open.filter_map(|(table, key)| finding(layout, table, key)).collect()
}

fn finding(layout: Layout<'_>, table: &Table, key: &Index) -> Option<Finding> {
    let about = |code: &str, weight, title: String| {
        Finding::new(code, weight, title).on(&table.name).fact(key.definition.clone())
    };
    let name = &key.name;
    if key.is_exclusion {
        let title = format!("exclusion constraint {name} holds across organizations");
        let found = about(codes::EXCLUSION, Weight::Decision, title);
        return Some(
            found
                .help("make one that begins with organization_id with = (extension btree_gist), and drop this one")
                .help(format!("or {}", keeping(layout, &table.name, name))),
        );
    }
    if !key.is_unique {
        return None;
    }
    if !key.is_valid {
        let title = format!("unique index {name} was never finished");
        let drop = TableName::new(table.name.schema.clone(), name.clone()).sql();
        let found = about(codes::BROKEN, Weight::Decision, title);
        return Some(found.help(format!("drop index concurrently {drop};")));
    }
    if key.columns.len() >= WIDEST {
        let title = format!("unique key {name} has {} columns", key.columns.len());
        let found = about(codes::WIDE, Weight::Decision, title);
        return Some(found.help(keeping(layout, &table.name, name)));
    }
    key.is_deferrable.then(|| {
        let title = format!("unique key {name} is checked late");
        let found = about(codes::DEFERRABLE, Weight::Note, title);
        found.help(format!(
            "statements that say set constraints {} deferred go on working",
            identifier(name)
        ))
    })
}
