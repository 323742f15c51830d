//! Unique keys that hold across organizations, with the statements that depend on them. Primary keys that only number rows are
//! not told: every table has one.

use super::{Subject, count, keeping};
use crate::finding::{Finding, Weight, codes};
use crate::name::COLUMN;
use crate::plan::statement::shown;
use crate::schema::{Index, Table};

/// How many statements are shown for a key.
const SHOWN: usize = 3;

/// One a key.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let tables = subject.layout.guarded();
    let keys = tables.flat_map(|table| {
        subject.layout.spanning_keys(table).into_iter().map(move |key| (table, key))
    });
    keys.filter(|(_, key)| !key.is_primary)
        .map(|(table, key)| finding(subject, table, key))
        .collect()
}

fn finding(subject: &Subject<'_>, table: &Table, key: &Index) -> Finding {
    let what = what(key);
    if subject.layout.is_kept(&table.name, &key.name) {
        let title = format!("unique key {} stays unique across organizations", key.name);
        return Finding::new(codes::SPANNING, Weight::Note, title).on(&table.name).fact(format!(
            "{}({what}): it tells one organization what another one has",
            table.name.shown()
        ));
    }
    let title = format!("unique key {} holds across organizations", key.name);
    Finding::new(codes::SPANNING, Weight::Warning, title)
        .on(&table.name)
        .fact(format!("{}({what}) becomes ({COLUMN}, {what}) at enforcement", table.name.shown()))
        .facts(lookups(subject, table, key))
        .help(format!("to keep it as it is, {}", keeping(subject.layout, &table.name, &key.name)))
}

/// What is unique, in words.
pub(super) fn what(key: &Index) -> String {
    let columns = key.columns.join(", ");
    match (&key.predicate, columns.is_empty()) {
        (_, true) => "an expression".to_owned(),
        (Some(predicate), false) => format!("{columns} where {predicate}"),
        (None, false) => columns,
    }
}

/// The statements that look rows up by the key and nothing else that says whose they are.
fn lookups(subject: &Subject<'_>, table: &Table, key: &Index) -> Vec<String> {
    let sent = subject.sent_to(&table.name).filter(|(_, words)| words.looks_up(&key.columns));
    let all: Vec<String> = sent
        .map(|(sent, _)| format!("looked up {}: {}", count(sent.calls, "time"), shown(&sent.text)))
        .collect();
    let more = all.len().saturating_sub(SHOWN);
    let rest = (more > 0).then(|| {
        format!("and by {}", count(more.try_into().unwrap_or(i64::MAX), "more statement"))
    });
    all.into_iter().take(SHOWN).chain(rest).collect()
}
