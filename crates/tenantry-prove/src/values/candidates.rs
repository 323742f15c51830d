//! Texts that a column might take, the best first. None of them is promised to be right: the checks, and for rare
//! types the type itself, are put to the database afterwards.

mod number;
mod other;
mod text;
mod time;

use super::family::Family;
use super::random::Random;
use super::scan::Hints;
use super::shape::{Attribute, Base, Column, Shape};

/// What is asked of a value besides its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    /// The word that makes it recognisable.
    pub(super) mark: &'a str,
    /// Another one, another value.
    pub(super) salt: u64,
    /// What it is for: the column's name.
    pub(super) word: &'a str,
    /// Whether another row may not have it.
    pub(super) is_unique: bool,
    /// What the checks compare it with.
    pub(super) hints: &'a Hints,
}

impl Wish<'_> {
    /// The numbers of this wish.
    pub(super) fn random(&self) -> Random {
        Random::new(self.salt, self.word)
    }

    /// The text that names it: the mark and the salt.
    pub(super) fn marked(&self) -> String {
        format!("{}-{:x}", self.mark, self.salt)
    }

    /// Turns a list so that another salt begins elsewhere, where another row may not have the same.
    fn turned<T>(&self, mut list: Vec<T>) -> Vec<T> {
        let length = u64::try_from(list.len()).unwrap_or(u64::MAX);
        if self.is_unique && length > 1 {
            list.rotate_left(usize::try_from(self.salt % length).unwrap_or(0));
        }
        list
    }
}

/// The candidates of a column. NULL is among them where it is allowed.
pub(super) fn of_column(shape: &Shape, column: &Column, wish: &Wish<'_>) -> Vec<Option<String>> {
    let Some(base) = shape.base(column.type_oid, column.modifier) else { return Vec::new() };
    let values = of_base(shape, &base, wish);
    let mut list: Vec<Option<String>> = Vec::new();
    let preset = column.default.as_deref().filter(|_| !column.is_unique).map(preset);
    let preset = preset.unwrap_or_default().into_iter();
    list.extend(preset.filter(|text| fits(&base.family(), text)).map(Some));
    if !column.is_not_null && !column.is_unique {
        list.push(None);
    }
    for value in values {
        let value = Some(value);
        if !list.contains(&value) {
            list.push(value);
        }
    }
    if !column.is_not_null && column.is_unique {
        list.push(None);
    }
    list
}

/// The constants of a default: `'open'::text`, `0`, `true`, `now()`.
fn preset(expression: &str) -> Vec<String> {
    let mut hints = Hints::default();
    // What stands in the arguments of a function is not what the function answers.
    if expression.starts_with(|letter: char| "('-E".contains(letter) || letter.is_ascii_digit()) {
        hints.add(expression);
    }
    let mut texts = hints.strings;
    texts.extend(hints.numbers.iter().map(ToString::to_string));
    let words = ["true", "false"].into_iter().filter(|word| expression == *word);
    texts.extend(words.map(ToOwned::to_owned));
    if expression.contains("now()") || expression.contains("CURRENT_") {
        texts.push("now".to_owned());
    }
    texts
}

/// Whether a text can be of a family, as far as can be told from here.
fn fits(family: &Family<'_>, text: &str) -> bool {
    match family {
        Family::Boolean => matches!(text, "true" | "false"),
        Family::Integer(most) => {
            text.parse::<i64>().is_ok_and(|number| number.saturating_abs() <= *most)
        }
        Family::Decimal(before, _) => text
            .parse::<f64>()
            .is_ok_and(|number| number.abs() < 10_f64.powi(i32::try_from(*before).unwrap_or(9))),
        Family::Text(most) => text.chars().count() <= *most,
        Family::Uuid => text.len() == 36,
        // The server may write dates in another order; then only the bound itself is tried.
        Family::Date | Family::Timestamp => {
            text == "now" || text.chars().filter(char::is_ascii_digit).count() >= 6
        }
        Family::Json => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        Family::Enum(labels) => labels.iter().any(|label| label == text),
        Family::Bytes => text.starts_with("\\x"),
        Family::Bits(length) => {
            text.len() == *length && text.chars().all(|bit| matches!(bit, '0' | '1'))
        }
        Family::Array(..)
        | Family::Composite(_)
        | Family::Range(_)
        | Family::Multirange(_)
        | Family::Other(..) => true,
    }
}

/// The candidates of a type.
fn of_base(shape: &Shape, base: &Base<'_>, wish: &Wish<'_>) -> Vec<String> {
    let family = base.family();
    let made = match &family {
        Family::Boolean => wish.turned(vec!["true".to_owned(), "false".to_owned()]),
        Family::Integer(most) => number::whole(*most, wish),
        Family::Decimal(before, after) => number::decimal(*before, *after, wish),
        Family::Text(most) => text::all(*most, wish),
        Family::Uuid => other::uuids(wish),
        Family::Date => time::dates(wish),
        Family::Timestamp => time::timestamps(wish),
        Family::Json => other::documents(wish),
        Family::Bytes => other::bytes(wish),
        Family::Bits(length) => other::bits(*length, wish),
        Family::Enum(labels) => other::labels(labels, wish),
        Family::Array(element, modifier) => arrays(shape, *element, *modifier, wish),
        Family::Composite(parts) => {
            let of_part = |part: &Attribute| inner(shape, part.type_oid, part.modifier, wish);
            other::composites(&parts.iter().map(of_part).collect::<Vec<_>>())
        }
        Family::Range(subtype) => other::ranges(&inner(shape, *subtype, -1, wish)),
        Family::Multirange(subtype) => {
            let ranges = other::ranges(&inner(shape, *subtype, -1, wish));
            ranges
                .into_iter()
                .map(|range| format!("{{{range}}}"))
                .chain(["{}".to_owned()])
                .collect()
        }
        Family::Other(name, modifier) => {
            other::known(name, *modifier, wish).unwrap_or_else(|| other::unknown(*modifier, wish))
        }
    };
    let mut list: Vec<String> = Vec::new();
    // These have taken in what the checks name already, turned by the salt.
    let has_literals = matches!(
        family,
        Family::Integer(_)
            | Family::Decimal(..)
            | Family::Text(_)
            | Family::Enum(_)
            | Family::Boolean
    );
    let literal = wish.hints.strings.iter().filter(|text| !has_literals && fits(&family, text));
    let literal = wish.turned(literal.cloned().collect());
    // The ordinary value first, then what the checks name, then all that may be long lists.
    let mut made = made.into_iter();
    let ordinary = made.next();
    for candidate in ordinary.into_iter().chain(literal).chain(made) {
        if !list.contains(&candidate) {
            list.push(candidate);
        }
    }
    list
}

/// Whether the first candidate of a type is right without asking: a known type, and no domain in it with a check.
pub(super) fn is_certain(shape: &Shape, type_oid: u32, modifier: i32) -> bool {
    let Some(base) = shape.base(type_oid, modifier) else { return false };
    if !base.domain_checks.is_empty() {
        return false;
    }
    match base.family() {
        Family::Array(element, modifier) => is_certain(shape, element, modifier),
        Family::Composite(parts) => {
            parts.iter().all(|part| is_certain(shape, part.type_oid, part.modifier))
        }
        Family::Range(subtype) | Family::Multirange(subtype) => is_certain(shape, subtype, -1),
        Family::Enum(labels) => !labels.is_empty(),
        Family::Other(name, _) => other::is_built_in(name),
        _ => true,
    }
}

fn inner(shape: &Shape, type_oid: u32, modifier: i32, wish: &Wish<'_>) -> Vec<String> {
    let base = shape.base(type_oid, modifier);
    base.map(|base| of_base(shape, &base, wish)).unwrap_or_default()
}

fn arrays(shape: &Shape, element: u32, modifier: i32, wish: &Wish<'_>) -> Vec<String> {
    let mut elements = inner(shape, element, modifier, wish);
    elements.truncate(30);
    let mut lists: Vec<String> =
        elements.iter().map(|one| other::array(std::slice::from_ref(one))).collect();
    lists.insert(lists.len().min(1), "{}".to_owned());
    lists.extend([2, 3, 4].map(|length| other::array(elements.get(..length).unwrap_or_default())));
    for length in other::lengths(wish.hints, 64) {
        let copies: Vec<String> = elements.iter().cycle().take(length).cloned().collect();
        lists.push(other::array(&copies));
    }
    lists
}
