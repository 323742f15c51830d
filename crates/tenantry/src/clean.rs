//! What a database says, made fit to be shown. Its names, errors and comments are written by others: a password in
//! them is masked wherever it goes, and what would steer a terminal is taken out before it gets to one.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::mask::mask;

/// What was said without passwords.
pub(crate) fn masked<T: Serialize + DeserializeOwned>(said: &T) -> serde_json::Result<T> {
    rewritten(said, &mask)
}

/// The same for a terminal: what moves its cursor or turns its text around is written out instead.
pub(crate) fn calm<T: Serialize + DeserializeOwned>(said: &T) -> serde_json::Result<T> {
    rewritten(said, &without_controls)
}

/// One text for a terminal, without passwords.
pub(crate) fn text(said: &str) -> String {
    without_controls(&mask(said))
}

/// What a program is told: JSON without passwords.
pub(crate) fn value<T: Serialize>(said: &T) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(said)?;
    rewrite(&mut value, &mask);
    Ok(value)
}

/// Every text of what was said, through its own JSON, so that none is forgotten.
fn rewritten<T: Serialize + DeserializeOwned>(
    said: &T,
    change: &dyn Fn(&str) -> String,
) -> serde_json::Result<T> {
    let mut value = serde_json::to_value(said)?;
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
