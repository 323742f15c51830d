//! Pieces of SQL that several operations send: locks in one order for everybody, and changes that keep the comments and marks
//! of what they replace.

use crate::name::{TableName, identifier, literal};
use crate::operation::Lock;

/// The same lock on several tables, each once and by name. Everybody takes them in this order, so that two never wait for
/// each other.
pub(super) fn locks(
    tables: impl IntoIterator<Item = TableName>,
    lock: Lock,
) -> Vec<(TableName, Lock)> {
    let mut tables: Vec<TableName> = tables.into_iter().collect();
    tables.sort();
    tables.dedup();
    tables.into_iter().map(|table| (table, lock)).collect()
}

/// The statements that take these locks before anything else does. None for a single table: its own statement takes it.
pub(super) fn take(locks: &[(TableName, Lock)]) -> String {
    if locks.len() < 2 {
        return String::new();
    }
    let same = locks.chunk_by(|(_, one), (_, other)| one == other);
    let statement = |run: &[(TableName, Lock)]| {
        let tables: Vec<String> =
            run.iter().map(|(table, _)| format!("only {}", table.sql())).collect();
        let mode = run.first().map(|(_, lock)| lock.name().to_lowercase()).unwrap_or_default();
        format!("lock table {} in {mode} mode;\n", tables.join(", "))
    };
    same.map(statement).collect()
}

/// An anonymous block, quoted with dollars that do not occur in it.
pub(super) fn block(declarations: &str, body: &str) -> String {
    let mut tag = "$tenantry$".to_owned();
    while declarations.contains(&tag) || body.contains(&tag) {
        tag.insert(1, 'x');
    }
    format!("do {tag}\ndeclare\n{declarations}\nbegin\n{body}\nend {tag}")
}

/// Changes, and afterwards gives what now has the names the comments and marks of what had them before. Each question
/// answers statements.
pub(super) fn keeping(marks: &[String], declarations: &str, changes: &str) -> String {
    let declarations = format!(
        "  marks text[] := array(\n{});\n  mark text;{declarations}",
        marks.join("\n    union all\n")
    );
    let again = "  foreach mark in array marks loop\n    execute mark;\n  end loop;";
    block(&declarations, &format!("{changes}\n{again}"))
}

/// The comments and marks of an index, its constraint and its partitions, as statements.
pub(super) fn marks_of_index(index: &TableName) -> String {
    include_str!("../sql/marks_of_index.sql").replace("{{index}}", &literal(&index.sql()))
}

/// The comment of a constraint, as a statement.
pub(super) fn comment_of_constraint(table: &TableName, name: &str, to: &str) -> String {
    include_str!("../sql/comment_of_constraint.sql")
        .replace("{{schema}}", &literal(&table.schema))
        .replace("{{table}}", &literal(&table.name))
        .replace("{{to}}", &literal(to))
        .replace("{{name}}", &literal(name))
}

/// `alter table <table> `.
pub(super) fn alter(table: &TableName) -> String {
    format!("alter table {}", table.sql())
}

/// `drop constraint <name>`.
pub(super) fn drop_constraint(name: &str) -> String {
    format!("drop constraint {}", identifier(name))
}
