//! Breaking prose into lines, and figures into words. Widths are counted in characters: nothing here is wider.

use std::time::Duration;

/// The lines of a text, none wider than `width` unless a single word is. Line breaks in the text are kept.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|line| wrap_line(line, width.max(20))).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    for (index, word) in line.split(' ').enumerate() {
        let is_full = current.chars().count() + 1 + word.chars().count() > width;
        if is_full && !current.trim().is_empty() {
            lines.push(std::mem::take(&mut current));
        } else if index > 0 {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
    lines
}

/// A time that somebody waited, to the tenth of a second.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// A number of things: `1 migration`, `2 migrations`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A path as it is shown: relative to the working directory where it lies below it.
pub(crate) fn path(path: &std::path::Path, here: &std::path::Path) -> String {
    match path.strip_prefix(here) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}

/// A text of at most so many characters: its middle is left out, since names differ at both ends.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_between_words() {
        assert_eq!(wrap("one two three four five", 20), ["one two three four", "five"]);
        assert_eq!(wrap("a\n  b", 20), ["a", "  b"]);
        assert_eq!(wrap("0123456789012345678901234567 x", 20).len(), 2);
    }

    #[test]
    fn a_long_name_keeps_both_its_ends() {
        assert_eq!(shortened("content_search", 14), "content_search");
        assert_eq!(shortened("content_search_2026_03", 11), "conte…26_03");
    }

    #[test]
    fn figures_have_units_and_nouns_agree() {
        assert_eq!(seconds(Duration::from_millis(1_649)), "1.6 s");
        assert_eq!(
            (count(1, "migration"), count(0, "problem")),
            ("1 migration".into(), "0 problems".into())
        );
    }
}
