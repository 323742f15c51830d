//! Texts: the mark first, then what the checks name or describe, then what applications usually ask a text to be.

use super::super::pattern::{Pattern, Writing};
use super::super::random::Random;
use super::{Wish, number, other};

/// Texts of at most so many letters.
pub(super) fn all(most: usize, wish: &Wish<'_>) -> Vec<String> {
    let mut texts = vec![free(most, wish)];
    texts.extend(patterned(wish));
    texts.extend(wish.hints.likes.iter().flat_map(|like| liked(like, wish)));
    texts.extend(named(wish));
    texts.extend(other::lengths(wish.hints, most).into_iter().map(|length| long(length, wish)));
    texts.extend(usual(wish));
    // Some texts hold numbers, and checks cast them.
    texts.extend(number::near(wish).iter().map(ToString::to_string));
    texts.retain(|text| text.chars().count() <= most);
    texts
}

/// Texts with a meaning, the same for every row.
const FIXED: [&str; 20] = [
    "US",
    "USD",
    "en",
    "en-US",
    "UTC",
    "text/plain",
    "1.2.3",
    "2024-01-01",
    "12:00",
    "10.0.0.1",
    "{}",
    "[]",
    "* * * * *",
    "0 0 * * *",
    "a",
    "A",
    "1",
    "0",
    "true",
    "",
];

/// The mark and the salt, or as much of the salt as there is room for.
fn free(most: usize, wish: &Wish<'_>) -> String {
    let marked = wish.marked();
    if marked.len() <= most {
        return marked;
    }
    let mut rest = wish.salt;
    let letters = (0..most).map(|_| {
        let letter = u8::try_from(rest % 26).unwrap_or(0);
        rest /= 26;
        char::from(b'a' + letter)
    });
    letters.collect()
}

/// What the checks compare with; a role that may do everything before the others.
fn named(wish: &Wish<'_>) -> Vec<String> {
    let mut texts = wish.turned(wish.hints.strings.clone());
    if !wish.is_unique {
        texts.sort_by_key(|text| match text.to_lowercase().as_str() {
            "owner" => 0,
            "admin" => 1,
            _ => 2,
        });
    }
    let others: Vec<String> = texts.iter().map(|text| format!("{text}{}", wish.marked())).collect();
    texts.extend(others.into_iter().take(6));
    texts
}

fn patterned(wish: &Wish<'_>) -> Vec<String> {
    let marked = wish.marked();
    let mut reaches = vec![12, 8, 0, 3, 1, 5, 30];
    reaches.extend(other::lengths(wish.hints, 300));
    let mut texts = Vec::new();
    for pattern in wish.hints.patterns.iter().filter_map(|text| Pattern::parse(text)) {
        for (number, &reach) in (0..).zip(&reaches) {
            let random = Random::new(wish.salt.wrapping_add(number), wish.word);
            let mut text = String::new();
            let mark = if number == 0 { marked.as_str() } else { "" };
            pattern.write(&mut Writing { reach, mark, random }, &mut text);
            texts.push(text);
        }
    }
    texts
}

/// Texts for the right side of a `like`: its wild cards filled with the mark, with nothing, and up to each length.
fn liked(like: &str, wish: &Wish<'_>) -> Vec<String> {
    let mark = wish.marked();
    let fixed = filled(like, "").chars().count();
    let mut fillings = vec![mark, String::new(), "a".to_owned()];
    let lengths = other::lengths(wish.hints, 300).into_iter();
    fillings.extend(lengths.map(|length| wish.random().hex(length.saturating_sub(fixed))));
    fillings.iter().map(|wild| filled(like, wild)).collect()
}

fn filled(like: &str, wild: &str) -> String {
    let mut text = String::new();
    let mut letters = like.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => text.push_str(wild),
            '_' => text.push('a'),
            '\\' => text.extend(letters.next()),
            _ => text.push(letter),
        }
    }
    text
}

/// A text of exactly this length.
fn long(length: usize, wish: &Wish<'_>) -> String {
    let mark = wish.marked().replace('-', "");
    let fill = wish.random().hex(length);
    if mark.len() <= length {
        let rest = fill.get(..length - mark.len()).unwrap_or_default();
        return format!("{mark}{rest}");
    }
    fill
}

/// What a text is asked to be in most applications. Checks that call a function of the application are met by these.
fn usual(wish: &Wish<'_>) -> Vec<String> {
    let (mark, mut random) = (wish.marked(), wish.random());
    let mut letter = || char::from(b'A' + u8::try_from(random.next() % 26).unwrap_or(0));
    let codes = [2, 3].map(|length| (0..length).map(|_| letter()).collect::<String>());
    let plain = mark.replace('-', "");
    let mut digits = |length: usize| -> String {
        (0..length).map(|_| random.between(1, 9).to_string()).collect()
    };
    let mut texts = vec![
        plain.clone(),
        plain.to_uppercase(),
        format!("{mark}@example.com"),
        format!("https://example.com/{mark}"),
        format!("{mark}.example.com"),
        format!("/{mark}"),
        format!("{mark}/x"),
        format!("{{\"mark\": \"{mark}\"}}"),
        digits(6),
        digits(10),
        format!("+1202555{}", digits(4)),
    ];
    texts.extend(codes);
    texts.extend(other::uuids(wish).into_iter().take(1));
    texts.push(format!("#{}", random.hex(6)));
    texts.extend([32, 40, 64].map(|length| random.hex(length)));
    texts.extend(FIXED.map(ToOwned::to_owned));
    texts
}
