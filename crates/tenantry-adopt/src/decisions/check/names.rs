//! Names that somebody wrote by hand, and what they may have meant.

use super::wrong;
use crate::decisions::DecisionsError;
use crate::schema::Table;

/// A hint at the known name that is nearest, when it is near enough to be meant.
pub(super) fn meant<T: AsRef<str>>(name: &str, known: &[T]) -> String {
    let nearest = known
        .iter()
        .map(|known| (distance(name, known.as_ref()), known.as_ref()))
        .min_by_key(|(distance, known)| (*distance, *known));
    match nearest {
        Some((distance, known)) if distance <= 1 + name.chars().count() / 4 => {
            format!("; did you mean {known:?}?")
        }
        _ => String::new(),
    }
}

/// How many letters have to be put in, taken out or exchanged.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for column in 0..other.len() {
            let exchanged = diagonal + usize::from(letter != other[column]);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

/// Whether a column that a line names is there. A line that is not there names nothing.
pub(super) fn column(
    table: &Table,
    place: &str,
    line: &str,
    name: Option<&str>,
) -> Result<(), DecisionsError> {
    match name {
        Some(name) if table.column(name).is_none() => {
            let known: Vec<&str> =
                table.columns.iter().map(|column| column.name.as_str()).collect();
            let help = meant(name, &known);
            Err(wrong(place, format!("{line} = {name:?}: {} has no such column{help}", table.name)))
        }
        _ => Ok(()),
    }
}
