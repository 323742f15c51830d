//! The one way the pages write HTML: markup is `&'static str`, everything else is escaped.
//!
//! A value that came from outside (a document, a configuration, a row) is never `'static`, so it cannot reach
//! [`Html::raw`] by accident: the compiler is what keeps a hostile name inert.

/// A piece of HTML under construction.
#[derive(Debug, Default, Clone)]
pub(super) struct Html {
    buffer: String,
}

impl Html {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Appends markup that is written in this program.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.buffer.push_str(markup);
        self
    }

    /// Appends text, escaped so that it is inert between tags and inside a double-quoted attribute.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.buffer.push_str("&amp;"),
                '<' => self.buffer.push_str("&lt;"),
                '>' => self.buffer.push_str("&gt;"),
                '"' => self.buffer.push_str("&quot;"),
                '\'' => self.buffer.push_str("&#39;"),
                // HTML has no way to write U+0000; the parser would replace it in any case.
                '\0' => self.buffer.push('\u{fffd}'),
                other => self.buffer.push(other),
            }
        }
        self
    }

    /// Appends text between an opening and a closing piece of markup.
    pub(super) fn wrap(
        &mut self,
        open: &'static str,
        text: &str,
        close: &'static str,
    ) -> &mut Self {
        self.raw(open).text(text).raw(close)
    }

    /// Appends a finished piece.
    pub(super) fn append(&mut self, piece: &Self) -> &mut Self {
        self.buffer.push_str(&piece.buffer);
        self
    }

    /// The finished markup.
    pub(super) fn into_string(self) -> String {
        self.buffer
    }
}

/// A word that is safe as an HTML id and as a URL fragment: everything but letters, digits, `_` and `-` becomes `-`.
pub(super) fn anchor(text: &str) -> String {
    let keep = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let mapped: String =
        text.chars().map(|character| if keep(character) { character } else { '-' }).collect();
    mapped.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_inert_between_tags_and_in_attributes() {
        let mut html = Html::new();
        html.wrap("<p title=\"", "\"'><script>&\0", "\">");
        assert_eq!(html.into_string(), "<p title=\"&quot;&#39;&gt;&lt;script&gt;&amp;\u{fffd}\">");
    }

    #[test]
    fn an_anchor_holds_only_characters_that_need_no_escaping() {
        assert_eq!(anchor("project_create"), "project_create");
        assert_eq!(anchor("GET /api/v1/projects/{project}"), "GET--api-v1-projects--project");
        assert_eq!(anchor("\"><b>"), "b");
    }
}
