//! Names as they fit into a line of the report.

/// A name as people say it: the schema that everybody uses is left out.
pub(super) fn name(object: &str) -> &str {
    object.strip_prefix("public.").unwrap_or(object)
}

/// A text of at most so many characters: its middle is left out.
pub(super) fn shortened(text: &str, width: usize) -> String {
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
    fn a_long_name_keeps_both_its_ends() {
        assert_eq!(shortened("content_search", 14), "content_search");
        assert_eq!(shortened("content_search_2026_03", 11), "conte…26_03");
    }
}
