//! Two ways to see whether a schema is still the one that was read: a hash over everything, for before anything was done, and
//! a shape that no step of an adoption changes, for all the time after. Neither holds what changes from day to day.
//!
//! A key that is scoped keeps its name and gets other columns, and beside it other keys appear that contain the organization.
//! So an index or a constraint with that column is marked, and [`difference`] takes a marked one for the plain one of its
//! name, and for nothing new.

use sha2::{Digest as _, Sha256};

use super::{Column, Index, Schema, Table};
use crate::name::{COLUMN, TableName, identifier};

/// What an index or a constraint that contains the organization is marked with.
const SCOPED: &str = " (with the organization)";

impl Schema {
    /// The sha256 of everything that a plan rests on: not of statistics, connections, logins, the database's name or the
    /// server's version.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut plain = self.clone();
        plain.database = String::new();
        plain.server_version = 0;
        plain.logins = Vec::new();
        for table in &mut plain.tables {
            table.statistics = super::Statistics::default();
            table.columns.iter_mut().for_each(|column| column.null_fraction = None);
            table.indexes.iter_mut().for_each(|index| index.scans = 0);
        }
        hex::encode(Sha256::digest(format!("{plain:?}")))
    }

    /// One line an object, sorted: what is there whatever an adoption has done so far.
    #[must_use]
    pub fn shape(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.tables.iter().flat_map(of_table).collect();
        lines.extend(self.views.iter().map(|view| {
            let kind = if view.is_materialized { "materialized view" } else { "view" };
            format!("{kind} {} {}", view.name, short(&view.definition))
        }));
        lines.extend(self.functions.iter().map(|function| {
            let hash = function.source_hash.get(..12).unwrap_or(&function.source_hash);
            format!("{} {} {hash}", function.kind, function.signature)
        }));
        lines.extend(self.sequences.iter().map(|sequence| format!("sequence {}", sequence.name)));
        lines.extend(self.publications.iter().map(|publication| {
            let tables: Vec<String> = publication.tables.iter().map(ToString::to_string).collect();
            let what =
                if publication.is_for_all { "all tables".to_owned() } else { tables.join(", ") };
            format!("publication {} for {what}", quoted(&publication.name))
        }));
        lines.sort();
        lines
    }
}

/// What is in one shape and not in the other: `- …` what is gone, `+ …` what is new.
#[must_use]
pub fn difference(before: &[String], now: &[String]) -> Vec<String> {
    let plain = |line: &String| line.strip_suffix(SCOPED).unwrap_or(line).to_owned();
    let (old, new): (Vec<String>, Vec<String>) =
        (before.iter().map(plain).collect(), now.iter().map(plain).collect());
    let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("- {line}"));
    let is_new = |line: &&String| !line.ends_with(SCOPED) && !old.contains(line);
    let come = now.iter().filter(is_new).map(|line| format!("+ {line}"));
    gone.chain(come).collect()
}

fn of_table(table: &Table) -> Vec<String> {
    let name = &table.name;
    let mut lines = vec![format!("table {name}{}", manner(table))];
    let columns = table.columns.iter().filter(|column| column.name != COLUMN);
    lines.extend(columns.map(|column| of_column(name, column)));
    lines.extend(table.indexes.iter().map(|index| of_index(name, index)));
    let constraint = |constraint: &str, columns: &[String]| {
        let mark = if columns.iter().any(|column| column == COLUMN) { SCOPED } else { "" };
        format!("constraint {name}.{}{mark}", quoted(constraint))
    };
    lines.extend(table.foreign_keys.iter().map(|key| constraint(&key.name, &key.columns)));
    lines.extend(table.checks.iter().map(|check| constraint(&check.name, &check.columns)));
    let foreign = |named: &&str| !is_ours(named);
    let triggers = table.triggers.iter().map(|trigger| trigger.name.as_str()).filter(foreign);
    lines.extend(triggers.map(|trigger| format!("trigger {name}.{}", quoted(trigger))));
    let rules = table.rules.iter().map(String::as_str).filter(foreign);
    lines.extend(rules.map(|rule| format!("rule {name}.{}", quoted(rule))));
    let policies = table.policies.iter().map(String::as_str).filter(foreign);
    lines.extend(policies.map(|policy| format!("policy {name}.{}", quoted(policy))));
    lines
}

fn manner(table: &Table) -> String {
    let mut manner = String::new();
    if table.is_partitioned {
        manner.push_str(" partitioned");
    }
    if table.is_foreign {
        manner.push_str(" foreign");
    }
    if let Some(parent) = &table.partition_of {
        manner.push_str(&format!(" partition of {parent}"));
    }
    for parent in &table.inherits {
        manner.push_str(&format!(" inherits {parent}"));
    }
    manner
}

fn of_column(table: &TableName, column: &Column) -> String {
    let mut line = format!("column {table}.{} {}", quoted(&column.name), column.type_name);
    for (is_so, words) in [
        (column.is_not_null, " not null"),
        (column.is_generated, " generated"),
        (column.is_identity, " identity"),
    ] {
        line.push_str(if is_so { words } else { "" });
    }
    if let Some(default) = &column.default {
        line.push_str(&format!(" default {default}"));
    }
    line
}

/// A key is rewritten under its name; any other index is not, so it is held by what it is made of.
fn of_index(table: &TableName, index: &Index) -> String {
    let name = format!("{table}.{}", quoted(&index.name));
    let kind = if index.is_constraint { "constraint" } else { "index" };
    if is_scoped(index) {
        return format!("{kind} {name}{SCOPED}");
    }
    if index.is_constraint || index.is_unique {
        return format!("{kind} {name}");
    }
    format!("{kind} {name} {}", short(&index.definition))
}

/// Whether the organization is a part of it. The columns of an index with an expression are only in its definition.
fn is_scoped(index: &Index) -> bool {
    let starts = || {
        let parts = index.definition.split_once(&format!(" USING {} (", index.method));
        parts.is_some_and(|(_, parts)| {
            parts.strip_prefix(COLUMN).is_some_and(|rest| rest.starts_with([',', ')', ' ']))
        })
    };
    if index.columns.is_empty() { starts() } else { index.columns.iter().any(|c| c == COLUMN) }
}

/// Whether it is one of the triggers and policies that bear our name.
fn is_ours(name: &str) -> bool {
    name.starts_with("tenantry_")
}

/// As people say it; quoted where a dot or a space would mislead.
fn quoted(name: &str) -> String {
    if name.contains(['.', '"', ' ']) { identifier(name) } else { name.to_owned() }
}

fn short(text: &str) -> String {
    let mut hash = hex::encode(Sha256::digest(text.as_bytes()));
    hash.truncate(12);
    hash
}
