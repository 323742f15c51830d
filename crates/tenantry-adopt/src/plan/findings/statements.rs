//! Statements of the application that will behave differently, as far as the server has seen them.

use super::{Subject, count};
use crate::finding::{Finding, Weight, codes};
use crate::plan::statement::{Words, shown};
use crate::schema::Table;

/// How many statements are shown for a finding.
const SHOWN: usize = 5;

/// One a table and kind of statement; one for all the readers of whole rows.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.evidence.statements.is_none() {
        let title = "nothing is known of the application's statements";
        let found = Finding::new(codes::STATEMENTS, Weight::Note, title);
        let found = found.fact(
            "copy … from and pg_dump are refused to a login whose statements are recorded, from shadow on",
        );
        let found = found.help("create extension pg_stat_statements; (and shared_preload_libraries), then plan again after a day");
        let copied = "record = false   in the section of a table that its owner loads by copy, or that it dumps";
        return vec![found.help(copied)];
    }
    let tables = subject.layout.guarded();
    let mut found: Vec<Finding> = tables.flat_map(|table| of(subject, table)).collect();
    found.extend(readers(subject));
    found
}

/// A kind of statement: its code, what is said of it, what to do, and how it is told.
type Kind<'a> = (&'a str, String, &'a str, &'a dyn Fn(&Words) -> bool);

fn of(subject: &Subject<'_>, table: &Table) -> Vec<Finding> {
    let name = table.name.shown();
    let kinds: [Kind<'_>; 4] = [
        (
            codes::CONFLICT,
            format!("inserts into {name} wait for a conflict with a key that will change"),
            "from enforcement on: on conflict (organization_id, …)",
            &|words| meets_old_key(subject, table, words),
        ),
        (
            codes::COPY,
            format!("rows are loaded into {name} by copy"),
            "row security refuses copy from: insert many rows at once, or load as an administrator",
            &|words| words.copies_into(&table.name),
        ),
        (
            codes::TRUNCATE,
            format!("{name} is emptied by truncate"),
            "use delete, which takes the own organization's rows only",
            &|words| words.truncates(&table.name),
        ),
        (
            codes::BY_POSITION,
            format!("rows are inserted into {name} without naming the columns"),
            "name the columns: one stands at the end that the statement does not know",
            &|words| words.inserts_by_position(&table.name),
        ),
    ];
    let found = kinds.into_iter().filter_map(|(code, title, help, is_meant)| {
        let sent = sent(subject, table, is_meant);
        (!sent.is_empty()).then(|| {
            Finding::new(code, Weight::Warning, title).on(&table.name).facts(sent).help(help)
        })
    });
    found.collect()
}

/// The statements of a kind, as they are shown.
fn sent(subject: &Subject<'_>, table: &Table, is_meant: &dyn Fn(&Words) -> bool) -> Vec<String> {
    let meant = subject.sent_to(&table.name).filter(|(_, words)| is_meant(words));
    let lines = meant.map(|(sent, _)| {
        format!("{} by {}: {}", count(sent.calls, "time"), sent.role, shown(&sent.text))
    });
    lines.take(SHOWN).collect()
}

/// Whether an insert waits for a conflict with a key that is not kept.
fn meets_old_key(subject: &Subject<'_>, table: &Table, words: &Words) -> bool {
    let keys = subject.layout.spanning_keys(table);
    let old: Vec<_> =
        keys.into_iter().filter(|key| !subject.layout.is_kept(&table.name, &key.name)).collect();
    words.conflicts(&table.name).iter().any(|target| old.iter().any(|key| target.is(key)))
}

fn readers(subject: &Subject<'_>) -> Option<Finding> {
    let touches = |tables: &[_]| tables.iter().any(|table| subject.layout.is_tenant(table));
    let all = subject
        .statements
        .iter()
        .filter(|(sent, words)| touches(&sent.tables) && words.reads_all());
    let lines: Vec<String> = all
        .map(|(sent, _)| format!("{}: {}", count(sent.calls, "time"), shown(&sent.text)))
        .collect();
    (!lines.is_empty()).then(|| {
        let number = count(lines.len().try_into().unwrap_or(i64::MAX), "statement");
        let title = format!("{number} read every column without naming them");
        Finding::new(codes::READ_ALL, Weight::Note, title)
            .facts(lines.into_iter().take(SHOWN))
            .help("one column more comes at the end; a statement prepared before fails once and has to be prepared again")
    })
}
