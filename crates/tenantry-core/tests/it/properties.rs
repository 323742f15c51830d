//! What holds of every value: tried on hundreds that were made up, and made smaller when one breaks it.

mod cursors;
mod ids;
mod names;
mod roles;
mod seals;

use proptest::prelude::*;
use proptest::test_runner::Config;

/// How often a property is tried. Nothing is written beside the tests when one fails: the smallest case is printed.
fn tries(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// Texts of all kinds: anything at all, what people type, and what hides among letters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ a-zA-Z0-9'&.@_-]{0,140}",
        " {0,3}x{117,121} {0,3}",
        "[\u{0}-\u{20}a\u{7f}-\u{a0}\u{ad}\u{300}-\u{34f}\u{61c}\u{200b}-\u{206f}\u{fe0f}\u{feff}\u{fff9}-\u{ffff}]{0,20}",
        "[\u{1100}-\u{11ff}\u{ac00}-\u{ac20}\u{fb1d}-\u{fb4f}\u{fdfa}\u{2000}-\u{200a}\u{3000}\u{1f468}\u{200d}\u{1f469}]{0,40}",
    ]
}

/// The text with one character replaced by another, taken out, or put in.
fn edited(text: &str, at: usize, kind: u8, with: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at % characters.len();
    match kind % 3 {
        0 => characters[at] = with,
        1 => drop(characters.remove(at)),
        _ => characters.insert(at, with),
    }
    characters.into_iter().collect()
}
