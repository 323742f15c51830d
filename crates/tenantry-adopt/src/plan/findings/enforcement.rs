//! From which moment going back depends on what the rows say, and what organizations can tell of each other all the same.

use super::Subject;
use super::unique_keys::what;
use crate::finding::{Finding, Weight, codes};
use crate::schema::{Index, Table};

/// How many names are shown.
const SHOWN: usize = 8;

/// One for all keys, and one for all sequences.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    [lossy(subject), sequences(subject)].into_iter().flatten().collect()
}

fn lossy(subject: &Subject<'_>) -> Option<Finding> {
    let layout = subject.layout;
    let swapped = |(table, key): &(&Table, &Index)| !layout.is_kept(&table.name, &key.name);
    let keys = layout
        .guarded()
        .flat_map(|table| layout.spanning_keys(table).into_iter().map(move |key| (table, key)));
    let lines = keys
        .filter(swapped)
        .filter(|(_, key)| !key.is_primary)
        .map(|(table, key)| format!("{} on {}({})", key.name, table.name.shown(), what(key)));
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| {
        let title =
            "from enforcement on, these keys can come back only while their values are unique";
        Finding::new(codes::LOSSY, Weight::Note, title).facts(cut(lines))
    })
}

fn sequences(subject: &Subject<'_>) -> Option<Finding> {
    let layout = subject.layout;
    let shared = layout.schema.sequences.iter();
    let shared = shared.filter(|it| it.table.as_ref().is_some_and(|name| layout.is_tenant(name)));
    let lines: Vec<String> = shared.map(|sequence| sequence.name.shown()).collect();
    (!lines.is_empty()).then(|| {
        let title = "sequences count for all organizations together";
        Finding::new(codes::SEQUENCES, Weight::Note, title).facts(cut(lines))
    })
}

/// The first lines, and how many more there are.
fn cut(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > SHOWN {
        let more = lines.split_off(SHOWN).len();
        lines.push(format!("and {more} more"));
    }
    lines
}
