//! The grid as text.

use std::fmt::Write as _;

use tenantry_testkit::Answer;

use super::objects::Object;
use crate::operations::Operation;

/// How to read it.
pub(crate) fn opening() -> String {
    "Who gets what: every operation, everybody, everything. Written by tests/it/endpoints.rs; `cargo xtask bless` writes it anew.\n\
     acme is the organization of owner, admin, member and viewer; north is the other one. `by slug` is acme's, `current` the token's.\n\
     409 required: the request names no organization. 409 mismatch: it names two.\n"
        .to_owned()
}

/// Adds one operation.
pub(crate) fn write(
    text: &mut String,
    operation: &Operation,
    objects: &[Object],
    rows: &[(&str, Vec<Answer>)],
) {
    let needs = operation.permission().unwrap_or("signed in");
    let _ =
        writeln!(text, "\n{} · {} {} · {needs}", operation.id, operation.method, operation.path);
    let first = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let widths: Vec<usize> = objects
        .iter()
        .enumerate()
        .map(|(at, object)| {
            let cells = rows.iter().map(|(_, row)| cell(&row[at]).len());
            cells.max().unwrap_or_default().max(object.label.len())
        })
        .collect();
    let mut line = |name: &str, cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("  {cell:<width$}"));
        let line = format!("{name:<first$}{}", padded.collect::<String>());
        let _ = writeln!(text, "{}", line.trim_end());
    };
    line("", objects.iter().map(|object| object.label.to_owned()).collect());
    for (name, row) in rows {
        line(name, row.iter().map(cell).collect());
    }
}

fn cell(answer: &Answer) -> String {
    match answer.json["code"].as_str().and_then(|code| code.strip_prefix("organization_")) {
        Some(which) => format!("{} {which}", answer.status),
        None => answer.status.to_string(),
    }
}
