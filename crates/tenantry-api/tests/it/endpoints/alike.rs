//! One cell of the grid twice: what HTTP answered, and what PostgreSQL answers the same person on the same row.
//!
//! A 403 is the API's own: PostgreSQL knows organizations, restricted projects and who may change memberships, and asks
//! for no other permission. There the grid shows what it would do, and only that it stays inside the walls is judged.

use std::fmt::Write as _;

use tenantry_testkit::Answer;

use super::intruder::Outcome;
use super::objects::Object;
use super::principals::Principal;
use super::rules::is_visible;
use crate::operations::Operation;

/// How to read it.
pub(crate) fn opening() -> String {
    "HTTP and the database asked alike: everybody of the grid, with the seal that the server would make for them and any SQL.\n\
     Written by tests/it/endpoints.rs; `cargo xtask bless` writes it anew.\n\
     In each cell: what HTTP answered, then how many rows PostgreSQL showed or changed, or how it refused.\n\
     Where HTTP says 401 or 404 there is no row; where it says 200 there is one. A 403 is a permission, which the API alone asks for.\n"
        .to_owned()
}

/// What is wrong with one cell; nothing, when HTTP and the database agree.
pub(crate) fn disagreement(
    principal: &Principal,
    object: &Object,
    answer: &Answer,
    outcome: &Outcome,
) -> Option<&'static str> {
    let rows = outcome.as_ref().map_or(0, Vec::len);
    // 23503: a reference to what is not there, for those who may write it.
    let is_known = outcome.as_ref().map_or_else(|state| is_refusal(state), |_| true);
    match answer.status {
        _ if !is_known => Some("is neither rows nor a refusal"),
        _ if rows > 0 && !is_visible(principal, object) => Some("is another's, and there are rows"),
        401 | 404 if rows > 0 => Some("is refused by HTTP, and there are rows"),
        200..300 if rows == 0 => Some("is answered by HTTP, and there is no row"),
        _ => None,
    }
}

fn is_refusal(state: &str) -> bool {
    ["42501", "23503"].contains(&state)
}

/// The rows of one operation: a principal, and what each column said.
pub(crate) type Said<'a> = (&'a str, Vec<(&'static str, u16, Outcome)>);

/// Adds one operation.
pub(crate) fn write(text: &mut String, operation: &Operation, rows: &[Said<'_>]) {
    let _ = writeln!(text, "\n{}", operation.id);
    let names = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let titles: Vec<&str> = rows[0].1.iter().map(|(label, ..)| *label).collect();
    let mut line = |name: &str, cells: Vec<String>| {
        let cells = cells.iter().zip(&titles);
        let cells: String = cells
            .map(|(cell, title)| format!("  {cell:<width$}", width = title.len().max(9)))
            .collect();
        let line = format!("{name:<names$}{cells}");
        let _ = writeln!(text, "{}", line.trim_end());
    };
    line("", titles.iter().map(|title| (*title).to_owned()).collect());
    for (name, cells) in rows {
        line(name, cells.iter().map(|(_, status, outcome)| cell(*status, outcome)).collect());
    }
}

fn cell(status: u16, outcome: &Outcome) -> String {
    match outcome {
        Ok(rows) => format!("{status} {}", rows.len()),
        Err(state) => format!("{status} {state}"),
    }
}
