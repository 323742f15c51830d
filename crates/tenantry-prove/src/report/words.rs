//! Numbers and lists in words, the same on the terminal and on the page.

mod fix;

use crate::report::{Kind, Object};

pub use fix::Fix;

/// Counting of rows stops here.
const MOST: u64 = 10_000;

/// `1204` as `1,204`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number and its noun: `1 attack`, `1,204 attacks`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number as u64))
}

/// As [`count`], for the beginning of a sentence: `One view`.
#[must_use]
pub fn opening(number: usize, noun: &str) -> String {
    if number == 1 { format!("One {noun}") } else { count(number, noun) }
}

/// How many rows leaked, in a whole phrase.
#[must_use]
pub fn rows(rows: u64) -> String {
    match rows {
        1 => "1 row".into(),
        MOST.. => format!("{} rows or more", grouped(MOST)),
        _ => format!("{} rows", grouped(rows)),
    }
}

/// How many rows leaked, in the four characters of a cell.
#[must_use]
pub fn short(rows: u64) -> String {
    match rows {
        0..1_000 => rows.to_string(),
        MOST.. => "10k+".into(),
        _ => format!("{}.{}k", rows / 1_000, rows % 1_000 / 100),
    }
}

/// `a, b and c`.
#[must_use]
pub fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Objects by what they are: `15 tables and 1 view`.
#[must_use]
pub fn kinds<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<(usize, Kind)> {
    let mut kinds: Vec<(usize, Kind)> = Vec::new();
    for object in objects {
        match kinds.iter_mut().find(|(_, kind)| *kind == object.kind) {
            Some((number, _)) => *number += 1,
            None => kinds.push((1, object.kind)),
        }
    }
    kinds.sort_by_key(|(_, kind)| *kind);
    kinds
}

/// [`kinds`] in words: `15 tables and 1 view`.
pub fn kinds_in_words<'a>(objects: impl Iterator<Item = &'a Object>) -> String {
    let parts: Vec<String> =
        kinds(objects).iter().map(|(number, kind)| count(*number, kind.name())).collect();
    listed(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes() {
        assert_eq!([0, 999, 1_204, 1_234_567].map(grouped), ["0", "999", "1,204", "1,234,567"]);
    }

    #[test]
    fn a_cell_has_room_for_four_characters() {
        let shown = [1, 999, 1_000, 1_204, 9_999, 10_000, 48_000].map(short);
        assert_eq!(shown, ["1", "999", "1.0k", "1.2k", "9.9k", "10k+", "10k+"]);
        assert_eq!(rows(10_000), "10,000 rows or more");
    }
}
