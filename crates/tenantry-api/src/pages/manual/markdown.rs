//! Markdown as HTML, through the one writer that escapes everything.
//!
//! HTML in a document is not passed on: comments vanish (the two that mark tested commands become captions), and
//! anything else stays visible as text. Headings get the anchors that repository hosts give them.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{WRITTEN, address::Target, shelf::Document};
use crate::pages::html::Html;

/// A rendered document.
#[derive(Debug)]
pub(super) struct Rendered {
    /// The content.
    pub(super) html: Html,
    /// The headings of the second level: anchor and text.
    pub(super) sections: Vec<(String, String)>,
}

/// Renders a document of a server that is reached at `public_url`.
pub(super) fn render(document: &Document, public_url: &str) -> Rendered {
    let events: Vec<Event<'_>> = Parser::new_ext(document.text, Options::ENABLE_TABLES).collect();
    let mut writer = Writer {
        document,
        public_url: public_url.trim_end_matches('/'),
        html: Html::new(),
        anchors: Vec::new(),
        sections: Vec::new(),
        marker: None,
        links: Vec::new(),
        is_head: false,
        cell_end: "",
    };
    for (at, event) in events.iter().enumerate() {
        writer.write(event, &events[at + 1..]);
    }
    Rendered { html: writer.html, sections: writer.sections }
}

/// What a comment before a block of code says about it.
#[derive(Debug, Clone, Copy)]
enum Marker {
    Command,
    Output,
}

#[derive(Debug)]
struct Writer<'a> {
    document: &'a Document,
    public_url: &'a str,
    html: Html,
    anchors: Vec<String>,
    sections: Vec<(String, String)>,
    marker: Option<Marker>,
    links: Vec<Target>,
    is_head: bool,
    cell_end: &'static str,
}

impl Writer<'_> {
    fn write(&mut self, event: &Event<'_>, rest: &[Event<'_>]) {
        match event {
            Event::Start(tag) => self.open(tag, rest),
            Event::End(end) => self.close(*end),
            Event::Text(text) => self.text(text),
            Event::Code(code) => self.inline_code(code),
            Event::Html(html) | Event::InlineHtml(html) => self.foreign(html),
            Event::SoftBreak => {
                self.html.raw("\n");
            }
            Event::HardBreak => {
                self.html.raw("<br>");
            }
            Event::Rule => {
                self.html.raw("<hr>");
            }
            // Not switched on in the parser.
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn open(&mut self, tag: &Tag<'_>, rest: &[Event<'_>]) {
        match tag {
            Tag::Heading { level, .. } => self.heading(*level, rest),
            Tag::CodeBlock(kind) => self.code(kind),
            Tag::Link { dest_url, .. } => self.link(dest_url),
            Tag::List(Some(1)) => {
                self.html.raw("<ol>");
            }
            Tag::List(Some(first)) => {
                self.html.wrap("<ol start=\"", &first.to_string(), "\">");
            }
            Tag::TableHead => {
                self.is_head = true;
                self.html.raw("<thead><tr>");
            }
            Tag::TableCell => self.cell(rest),
            tag => {
                self.html.raw(opening(tag));
            }
        }
    }

    fn close(&mut self, end: TagEnd) {
        match end {
            TagEnd::Link => self.end_link(),
            TagEnd::CodeBlock => {
                self.html.raw("</code></pre></figure>");
            }
            TagEnd::TableHead => {
                self.is_head = false;
                self.html.raw("</tr></thead><tbody>");
            }
            TagEnd::TableCell => {
                self.html.raw(self.cell_end);
            }
            end => {
                self.html.raw(closing(end));
            }
        }
    }

    /// Code in a line. A test that holds what was said stands back: its name is what a reader may want.
    fn inline_code(&mut self, code: &str) {
        if let Some(test) = code.strip_prefix("test: ") {
            let name = test.rsplit(['/', ':']).next().unwrap_or(test);
            self.html.wrap("<span class=\"proof\" title=\"", test, "\">test <code>");
            self.html.wrap("", name, "</code></span>");
            return;
        }
        self.html.raw("<code>");
        self.text(code);
        self.html.raw("</code>");
    }

    /// A header without words is no header to somebody who hears the table.
    fn cell(&mut self, rest: &[Event<'_>]) {
        let is_header = self.is_head && !matches!(rest.first(), Some(Event::End(_)));
        self.cell_end = if is_header { "</th>" } else { "</td>" };
        self.html.raw(if is_header { "<th scope=\"col\">" } else { "<td>" });
    }

    /// Text of the document, with the address of this very server where an address is meant.
    fn text(&mut self, text: &str) {
        self.html.text(&text.replace(WRITTEN, self.public_url));
    }

    fn heading(&mut self, level: HeadingLevel, rest: &[Event<'_>]) {
        let words = plain(rest);
        let anchor = self.anchor(&words);
        if level == HeadingLevel::H2 {
            self.sections.push((anchor.clone(), words));
        }
        let open = match level {
            HeadingLevel::H1 => "<h1 id=\"",
            HeadingLevel::H2 => "<h2 id=\"",
            HeadingLevel::H3 => "<h3 id=\"",
            _ => "<h4 id=\"",
        };
        self.html.wrap(open, &anchor, "\"><a class=\"self\" href=\"#").text(&anchor).raw("\">");
    }

    /// The anchor of a heading, with a number where the words come again.
    fn anchor(&mut self, words: &str) -> String {
        let slug = slug(words);
        let times = self.anchors.iter().filter(|known| **known == slug).count();
        self.anchors.push(slug.clone());
        if times == 0 { slug } else { format!("{slug}-{times}") }
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>) {
        let language = match kind {
            CodeBlockKind::Fenced(language) => language.clone(),
            CodeBlockKind::Indented => CowStr::Borrowed(""),
        };
        let figure = match self.marker.take() {
            Some(Marker::Output) => {
                "<figure class=\"output\"><figcaption>You should see</figcaption>"
            }
            Some(Marker::Command) => "<figure class=\"command\"><figcaption>Run</figcaption>",
            None if &*language == "sh" => "<figure class=\"command\">",
            None if &*language == "text" => "<figure class=\"output\">",
            None => "<figure>",
        };
        self.html.raw(figure).raw("<pre tabindex=\"0\"><code>");
    }

    fn link(&mut self, link: &str) {
        let target = self.document.target(link);
        match &target {
            Target::Here(address) => self.html.wrap("<a href=\"", address, "\">"),
            Target::Away(address) => {
                self.html.wrap("<a rel=\"noreferrer\" href=\"", address, "\">")
            }
            Target::Source(_) | Target::Nowhere => &mut self.html,
        };
        self.links.push(target);
    }

    fn end_link(&mut self) {
        match self.links.pop() {
            Some(Target::Source(path)) => {
                self.html.wrap(" <span class=\"source\">(", &path, " in the source)</span>");
            }
            Some(Target::Here(_) | Target::Away(_)) => {
                self.html.raw("</a>");
            }
            Some(Target::Nowhere) | None => {}
        }
    }

    fn foreign(&mut self, html: &str) {
        let comment = html.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
        match comment.map(str::trim) {
            Some(said) if said.starts_with("test:") => self.marker = Some(Marker::Command),
            Some(said) if said.starts_with("expect:") => self.marker = Some(Marker::Output),
            Some(_) => {}
            None => self.text(html),
        }
    }
}

const fn opening(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Paragraph => "<p>",
        Tag::BlockQuote(_) => "<blockquote>",
        Tag::List(_) => "<ul>",
        Tag::Item => "<li>",
        Tag::Table(_) => {
            "<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>"
        }
        Tag::TableRow => "<tr>",
        Tag::Emphasis => "<em>",
        Tag::Strong => "<strong>",
        // A picture stays its description: nothing is fetched. The others are not switched on.
        _ => "",
    }
}

const fn closing(end: TagEnd) -> &'static str {
    match end {
        TagEnd::Paragraph => "</p>\n",
        TagEnd::Heading(HeadingLevel::H1) => "</a></h1>\n",
        TagEnd::Heading(HeadingLevel::H2) => "</a></h2>\n",
        TagEnd::Heading(HeadingLevel::H3) => "</a></h3>\n",
        TagEnd::Heading(_) => "</a></h4>\n",
        TagEnd::BlockQuote(_) => "</blockquote>\n",
        TagEnd::List(true) => "</ol>\n",
        TagEnd::List(false) => "</ul>\n",
        TagEnd::Item => "</li>",
        TagEnd::Table => "</tbody></table></div>\n",
        TagEnd::TableRow => "</tr>",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        _ => "",
    }
}

/// The words of the heading that these events begin with.
fn plain(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(&**text),
            _ => None,
        })
        .collect()
}

/// The anchor that repository hosts give a heading: lower case, blanks as hyphens, no punctuation.
pub(super) fn slug(words: &str) -> String {
    words
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            kept if kept.is_alphanumeric() || "-_".contains(kept) => Some(kept),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Kind;

    fn html(text: &'static str) -> String {
        let document = Document { path: "docs/guides/a.md", kind: Kind::Guide, text };
        render(&document, "https://tenants.example/").html.into_string()
    }

    #[test]
    fn headings_have_the_anchors_that_repository_hosts_give_them() {
        for (words, anchor) in [
            ("Quick start", "quick-start"),
            ("1. Connect", "1-connect"),
            ("TN0101: no PostgreSQL is installed", "tn0101-no-postgresql-is-installed"),
            ("DATABASE_URL", "database_url"),
            ("What works, and what does not yet", "what-works-and-what-does-not-yet"),
        ] {
            assert_eq!(slug(words), anchor);
        }
        let page = html("# A\n\n## `b` c\n\n## b c\n");
        assert!(page.contains("<h2 id=\"b-c\">") && page.contains("<h2 id=\"b-c-1\">"), "{page}");
    }

    #[test]
    fn html_in_a_document_is_text_and_comments_vanish() {
        let page = html("<!-- secret -->\n\n<script>alert(1)</script>\n\na <b onclick=x>b</b>\n");
        assert!(!page.contains("<script") && !page.contains("<b") && !page.contains("secret"));
        assert!(page.contains("&lt;script&gt;") && page.contains("&lt;b onclick=x&gt;"), "{page}");
    }

    #[test]
    fn hostile_links_and_pictures_are_only_their_words() {
        let page = html("[a](javascript:alert(1)) ![b](https://evil.example/p.png) [c](data:x)\n");
        assert_eq!(page, "<p>a b c</p>\n");
        let page = html("[\"><x](https://a.example/\"><x>)\n");
        assert!(!page.contains("<x"), "{page}");
    }

    #[test]
    fn commands_name_this_server_and_say_what_they_print() {
        let page = html(
            "<!-- test: server -->\n```sh\ncurl http://localhost:8000/livez\n```\n\
             <!-- expect: contains -->\n```json\n{ \"a\": 1 }\n```\n",
        );
        assert!(page.contains("Run</figcaption>") && page.contains("You should see</figcaption>"));
        assert!(page.contains("curl https://tenants.example/livez"), "{page}");
    }

    #[test]
    fn a_test_that_holds_something_is_named_shortly_and_its_path_is_at_hand() {
        let page = html("Held (`test: a/b.rs::it_holds`), `test: a/c.rs`.\n");
        assert!(page.contains("title=\"a/b.rs::it_holds\">test <code>it_holds</code></span>"));
        assert!(page.contains("title=\"a/c.rs\">test <code>c.rs</code></span>"), "{page}");
    }

    #[test]
    fn a_table_scrolls_by_itself_and_its_empty_headers_are_cells() {
        let page = html("| | b |\n|---|---|\n| c | `d` |\n");
        assert!(page.contains("<thead><tr><td></td>"), "{page}");
        assert!(page.contains("<th scope=\"col\">b</th>") && page.contains("<td><code>d</code>"));
    }
}
