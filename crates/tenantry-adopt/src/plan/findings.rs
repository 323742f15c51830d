//! What a person should know before the database is changed. Pure: it looks at what was read and decided, and changes neither.
//!
//! A finding that asks for a decision keeps the plan without steps. Each of them can be answered: by a line of the plan's file,
//! or by a change of the schema, after which it is gone from the next plan.

use super::layout::Layout;
use super::statement::Words;
use crate::decisions::file::{in_one_line, quoted};
use crate::evidence::{Agreement, Evidence, Sent};
use crate::finding::Finding;
use crate::name::TableName;
use crate::schema::Index;

mod agreements;
mod bypassed;
mod documents;
mod enforcement;
mod foreign_keys;
mod functions;
mod keyless;
mod keys;
mod lineage;
mod logins;
mod needed;
mod neighbours;
mod open;
mod publications;
mod row_types;
mod server;
mod statements;
mod triggers;
mod unique_keys;
mod views;

/// Everything a finding may look at.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) layout: Layout<'a>,
    pub(crate) evidence: &'a Evidence,
    pub(crate) agreements: &'a [Agreement],
    /// What the application sends, read once.
    pub(crate) statements: Vec<(&'a Sent, Words)>,
}

impl<'a> Subject<'a> {
    /// What findings look at.
    pub(crate) fn new(
        layout: Layout<'a>,
        evidence: &'a Evidence,
        agreements: &'a [Agreement],
    ) -> Self {
        let sent = evidence.statements.iter().flatten();
        let statements = sent.map(|it| (it, Words::of(&it.text))).collect();
        Self { layout, evidence, agreements, statements }
    }

    /// The statements that name a table.
    fn sent_to(&self, table: &TableName) -> impl Iterator<Item = &(&'a Sent, Words)> {
        self.statements.iter().filter(move |(sent, _)| sent.tables.contains(table))
    }
}

/// All findings, the weightiest first, then by number and table.
pub(crate) fn findings(subject: &Subject<'_>) -> Vec<Finding> {
    let kinds: [fn(&Subject<'_>) -> Vec<Finding>; 20] = [
        open::find,
        agreements::find,
        foreign_keys::find,
        unique_keys::find,
        keys::find,
        needed::find,
        keyless::find,
        lineage::find,
        row_types::find,
        triggers::find,
        statements::find,
        views::find,
        functions::find,
        neighbours::find,
        publications::find,
        bypassed::find,
        logins::find,
        documents::find,
        enforcement::find,
        server::find,
    ];
    let mut all: Vec<Finding> = kinds.iter().flat_map(|find| find(subject)).collect();
    sort(&mut all);
    all
}

/// The weightiest first.
pub(crate) fn sort(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        let rank = |it: &Finding| (it.code.clone(), it.table.clone(), it.title.clone());
        other.weight.cmp(&one.weight).then_with(|| rank(one).cmp(&rank(other)))
    });
}

/// A line of the plan's file, with the heading it stands under, both as the file writes them.
fn setting(table: &TableName, line: &str) -> String {
    format!("in the plan: [tables.{}] {line}", quoted(&table.to_string()))
}

/// The line that keeps a key or a constraint as it is, beside those that are kept already: it takes that line's place.
fn keeping(layout: Layout<'_>, table: &TableName, name: &str) -> String {
    let kept = layout.decisions.tables.get(table).map(|it| it.keep.clone()).unwrap_or_default();
    let all = [kept, vec![name.to_owned()]].concat();
    setting(table, &format!("keep = {}", in_one_line(&all)))
}

/// A key as the plan's file can keep it: that of a partition under the name of its whole's, where it stands for one.
fn keepable(layout: Layout<'_>, table: &TableName, name: &str) -> Option<(TableName, String)> {
    let whole = layout.whole(table)?;
    if whole.name == *table {
        return Some((table.clone(), name.to_owned()));
    }
    let key = layout.schema.table(table)?.indexes.iter().find(|it| it.name == name)?;
    let is_same =
        |it: &&Index| it.is_unique && it.is_primary == key.is_primary && it.columns == key.columns;
    let above = whole.indexes.iter().find(is_same)?;
    Some((whole.name.clone(), above.name.clone()))
}

/// Whether enforcement replaces a key, with what would keep it.
fn is_swapped(layout: Layout<'_>, table: &TableName, name: &str) -> bool {
    let is_kept = keepable(layout, table, name).is_some_and(|(at, key)| layout.is_kept(&at, &key));
    layout.is_tenant(table) && !is_kept
}

/// `1 row`, `2 rows`.
fn count(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
