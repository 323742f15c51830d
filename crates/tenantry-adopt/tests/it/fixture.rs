//! Schemas in a few lines, for judging without a database. A line is a table: `posts 200/250: id!, user_id!->users, title`.
//!
//! The figures are rows and writes. Of a column, `!` is not null, `*` unique, `%` the share of nulls; `->` is a foreign key,
//! `~>` values that are all keys and named so, `=>` the same with some empty, `?>` values without a name, `:` the type. A
//! column `id` is the primary key.

use tenantry_adopt::classification::{Class, Classification, Mode};
use tenantry_adopt::classify::{Told, classify};
use tenantry_adopt::evidence::{Evidence, SoftReference};
use tenantry_adopt::name::TableName;
use tenantry_adopt::schema::{Column, ForeignKey, Index, Schema, Statistics, Table};

/// A schema with what its rows say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fixture {
    pub(crate) schema: Schema,
    pub(crate) evidence: Evidence,
}

/// A table of the schema `public`.
pub(crate) fn name(table: &str) -> TableName {
    TableName::new("public", table)
}

/// Reads a fixture.
pub(crate) fn fixture(text: &str) -> Fixture {
    let mut made = Fixture::default();
    made.schema.database = "fixture".to_owned();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (head, columns) = line.split_once(": ").unwrap();
        let mut head = head.split_whitespace();
        let mut table = Table { name: name(head.next().unwrap()), ..Table::default() };
        if let Some((rows, writes)) = head.next().and_then(|figures| figures.split_once('/')) {
            let (rows, writes) = (rows.parse().unwrap(), writes.parse().unwrap());
            table.statistics = Statistics { rows, writes, bytes: rows * 100 };
        }
        for column in columns.split(", ") {
            add(&mut made.evidence, &mut table, column);
        }
        made.schema.tables.push(table);
    }
    made.schema.tables.sort_by(|one, other| one.name.cmp(&other.name));
    made
}

fn add(evidence: &mut Evidence, table: &mut Table, text: &str) {
    let arrows = ["->", "~>", "=>", "?>"];
    let arrow = arrows.into_iter().find(|arrow| text.contains(arrow));
    let (text, parent) = match arrow {
        Some(arrow) => text.split_once(arrow).unwrap(),
        None => (text, ""),
    };
    let (text, type_name) = text.split_once(':').unwrap_or((text, "text"));
    let (text, share) = text.split_once('%').unwrap_or((text, ""));
    let plain = text.trim_end_matches(['!', '*']).to_owned();
    let is_unique = text.contains('*') || plain == "id";
    table.columns.push(Column {
        name: plain.clone(),
        type_name: type_name.to_owned(),
        is_not_null: text.contains('!') || plain == "id",
        null_fraction: share.parse().ok(),
        ..Column::default()
    });
    if is_unique {
        table.indexes.push(Index {
            name: format!("{}_{plain}_key", table.name.name),
            columns: vec![plain.clone()],
            is_unique: true,
            is_primary: plain == "id",
            is_valid: true,
            ..Index::default()
        });
    }
    match arrow {
        Some("->") => table.foreign_keys.push(foreign_key(table, &plain, parent)),
        Some(kind) => evidence.soft.push(soft(table, plain, parent, kind)),
        None => {}
    }
}

fn foreign_key(table: &Table, column: &str, parent: &str) -> ForeignKey {
    ForeignKey {
        name: format!("{}_{column}_fkey", table.name.name),
        columns: vec![column.to_owned()],
        parent: name(parent),
        parent_columns: vec!["id".to_owned()],
        is_validated: true,
        ..ForeignKey::default()
    }
}

fn soft(table: &Table, column: String, parent: &str, kind: &str) -> SoftReference {
    SoftReference {
        child: table.name.clone(),
        column,
        parent: name(parent),
        parent_column: "id".to_owned(),
        sampled: 1000,
        filled: if kind == "=>" { 900 } else { 1000 },
        missing: 0,
        is_named: kind != "?>",
        needs_cast: false,
    }
}

impl Fixture {
    /// Judged as one organization's.
    pub(crate) fn whole(&self) -> Classification {
        classify(&self.schema, &self.evidence, &Told::default())
    }

    /// Judged with a root.
    pub(crate) fn split(&self, root: &str) -> Classification {
        let told = Told { mode: Some(Mode::Split), root: Some(name(root)), ..Told::default() };
        classify(&self.schema, &self.evidence, &told)
    }
}

/// A table's verdict in a word: `tenant`, or `tenant?` when a person is asked.
pub(crate) fn word(classification: &Classification, table: &str) -> String {
    let verdict = classification.verdict(&name(table)).unwrap();
    let word = match verdict.class {
        Class::Tenant => "tenant",
        Class::Shared => "shared",
        Class::Identity => "identity",
        Class::Infrastructure => "infrastructure",
    };
    let mark = if verdict.confidence < tenantry_adopt::classification::SURE { "?" } else { "" };
    format!("{word}{mark}")
}

/// Compares all verdicts with what is wanted, `table verdict` a line.
pub(crate) fn expect(classification: &Classification, wanted: &str) {
    let mut wanted: Vec<String> = wanted
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    wanted.sort();
    let mut found: Vec<String> = classification
        .verdicts
        .iter()
        .map(|verdict| {
            let table = verdict.table.shown();
            format!("{table} {}", word(classification, &table))
        })
        .collect();
    found.sort();
    let reasons: Vec<String> = classification
        .verdicts
        .iter()
        .map(|it| format!("{}: {:.2} {}", it.table.shown(), it.confidence, it.reason))
        .collect();
    assert_eq!(found, wanted, "\n{}", reasons.join("\n"));
}
