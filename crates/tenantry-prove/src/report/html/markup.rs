//! HTML while it is written. Markup of our own is `&'static str`, so text of a database cannot be handed in as such:
//! it has to go through [`Markup::text`] or [`Markup::attribute`].

use crate::attack::Attack;

/// A document that grows.
#[derive(Debug, Default)]
pub(super) struct Markup {
    html: String,
}

impl Markup {
    /// Adds markup that stands in our source.
    pub(super) fn raw(&mut self, piece: &'static str) -> &mut Self {
        self.html.push_str(piece);
        self
    }

    /// Adds text between tags. A character that cannot be seen gets a mark which names it and keeps it to itself, so
    /// that a right-to-left override turns nothing around while a copy still has it.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            if is_unseen(character) {
                self.mark(character);
            } else {
                self.escape(character);
            }
        }
        self
    }

    /// Adds text into a quoted attribute or a title, where there can be no marks: what cannot be seen is spelled.
    pub(super) fn attribute(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            if is_unseen(character) {
                self.spell(character);
            } else {
                self.escape(character);
            }
        }
        self
    }

    /// Adds a number as it is.
    pub(super) fn number(&mut self, number: usize) -> &mut Self {
        self.html.push_str(&number.to_string());
        self
    }

    /// Adds a name, role or the like in the fixed-width face.
    pub(super) fn code(&mut self, text: &str) -> &mut Self {
        self.raw("<code>").text(text).raw("</code>")
    }

    /// Adds a block of statements. A parser drops the first line break of a `pre`, so one that counts is doubled.
    pub(super) fn sql(&mut self, sql: &str) -> &mut Self {
        self.raw("<pre class=\"sql\">");
        if sql.starts_with('\n') {
            self.raw("\n");
        }
        self.text(sql).raw("</pre>")
    }

    /// Adds the id of the proof of an attack on an object.
    pub(super) fn proof(&mut self, object: usize, attack: Attack) -> &mut Self {
        self.raw("o").number(object).raw("-").raw(attack.name())
    }

    /// The document.
    pub(super) fn into_string(self) -> String {
        self.html
    }

    fn escape(&mut self, character: char) {
        match character {
            '&' => self.html.push_str("&amp;"),
            '<' => self.html.push_str("&lt;"),
            '>' => self.html.push_str("&gt;"),
            '"' => self.html.push_str("&quot;"),
            '\'' => self.html.push_str("&#39;"),
            other => self.html.push(other),
        }
    }

    /// A carriage return is written as a reference, because a parser would make a line feed of it.
    fn mark(&mut self, character: char) {
        self.raw("<bdi class=\"unseen\" data-is=\"");
        self.spell(character);
        self.raw("\">");
        match character {
            '\r' => self.html.push_str("&#13;"),
            '\0' => {}
            other => self.html.push(other),
        }
        self.raw("</bdi>");
    }

    fn spell(&mut self, character: char) {
        self.html.push_str(&format!("U+{:04X}", u32::from(character)));
    }
}

/// Whether a character shows nothing of its own, or changes how its neighbours are shown.
const fn is_unseen(character: char) -> bool {
    if matches!(character, '\n' | '\t') {
        return false;
    }
    character.is_ascii_control()
        || matches!(
            character,
            '\u{80}'..='\u{9f}'
                | '\u{ad}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut page = Markup::default();
        page.text(text);
        page.into_string()
    }

    #[test]
    fn what_could_be_markup_is_text() {
        assert_eq!(text("<b a=\"1\" c='2'>&"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    }

    #[test]
    fn an_override_is_named_and_kept_to_itself() {
        assert_eq!(text("a\u{202e}b"), "a<bdi class=\"unseen\" data-is=\"U+202E\">\u{202e}</bdi>b");
    }

    #[test]
    fn an_attribute_spells_what_cannot_be_seen() {
        let mut page = Markup::default();
        page.attribute("a\u{202e}\"b");
        assert_eq!(page.into_string(), "aU+202E&quot;b");
    }

    #[test]
    fn the_first_line_break_of_a_statement_survives_the_parser() {
        let mut page = Markup::default();
        page.sql("\nselect 1\r");
        assert!(page.into_string().starts_with("<pre class=\"sql\">\n\nselect 1<bdi"));
    }
}
