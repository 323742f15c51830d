//! What a database says, made fit to be shown. Its names, errors and comments are written by others: a password in
//! them is masked wherever the report goes, and what would steer a terminal is taken out before it gets to one.

use serde_json::Value;
use tenantry_prove::report::Report;

use crate::mask::mask;

/// The report without passwords.
pub(super) fn masked(report: &Report) -> serde_json::Result<Report> {
    rewritten(report, &mask)
}

/// The report for a terminal: what moves its cursor or turns its text around is written out instead.
pub(super) fn calm(report: &Report) -> serde_json::Result<Report> {
    rewritten(report, &without_controls)
}

/// Every text of the report, through its own JSON, so that none is forgotten.
fn rewritten(report: &Report, change: &dyn Fn(&str) -> String) -> serde_json::Result<Report> {
    let mut value = serde_json::to_value(report)?;
    rewrite(&mut value, change);
    serde_json::from_value(value)
}

fn rewrite(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| rewrite(value, change)),
        Value::Object(fields) => fields.values_mut().for_each(|value| rewrite(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn without_controls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(character.escape_default());
            }
            control if control.is_control() => out.extend(control.escape_default()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        let text = "a\u{1b}[2Jb\r\u{202e}c\td\ne\u{9b}";
        assert_eq!(without_controls(text), "a\\u{1b}[2Jb\\r\\u{202e}c    d\ne\\u{9b}");
    }
}
