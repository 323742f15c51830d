//! Descriptions from doc comments as HTML: paragraphs, bullets, fenced code, `code`, **strong** and links.
//!
//! It is a deliberate small part of Markdown. What it does not know stays visible as plain text, and a link is
//! only made for `https:`, `http:`, `/` and `#` targets, so that no description can carry a script.

use super::html::Html;

/// Renders a whole description.
pub(super) fn blocks(markdown: &str) -> Html {
    let mut html = Html::new();
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if line.starts_with("```") {
            let code: Vec<&str> =
                lines.by_ref().take_while(|line| !line.trim_start().starts_with("```")).collect();
            html.wrap("<pre><code>", &code.join("\n"), "</code></pre>");
        } else if let Some(item) = bullet(line) {
            html.raw("<ul>");
            let mut item = item.to_owned();
            while let Some(next) = lines.next_if(|next| !next.trim().is_empty()) {
                if let Some(following) = bullet(next.trim()) {
                    html.raw("<li>").append(&inline(&item)).raw("</li>");
                    item = following.to_owned();
                } else {
                    item = format!("{item} {}", next.trim());
                }
            }
            html.raw("<li>").append(&inline(&item)).raw("</li></ul>");
        } else if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim();
            html.raw("<p><strong>").append(&inline(heading)).raw("</strong></p>");
        } else {
            let mut paragraph = line.to_owned();
            while let Some(next) = lines.next_if(|next| continues_paragraph(next)) {
                paragraph = format!("{paragraph} {}", next.trim());
            }
            html.raw("<p>").append(&inline(&paragraph)).raw("</p>");
        }
    }
    html
}

/// Renders one line: code, strong and links, the rest as text.
pub(super) fn inline(text: &str) -> Html {
    let mut html = Html::new();
    let mut rest = text;
    while let Some(start) = rest.find(['`', '*', '[']) {
        let (before, marked) = rest.split_at(start);
        html.text(before);
        rest = if let Some((code, after)) = delimited(marked, "`", "`") {
            html.wrap("<code>", code, "</code>");
            after
        } else if let Some((strong, after)) = delimited(marked, "**", "**") {
            html.raw("<strong>").append(&inline(strong)).raw("</strong>");
            after
        } else if let Some((label, target, after)) = link(marked) {
            html.raw("<a href=\"").text(target).raw("\">").append(&inline(label)).raw("</a>");
            after
        } else {
            // The marks are one byte each: this one stands for itself.
            html.text(&marked[..1]);
            &marked[1..]
        };
    }
    html.text(rest);
    html
}

fn bullet(line: &str) -> Option<&str> {
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* "))
}

fn continues_paragraph(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("```") && bullet(line).is_none()
}

fn delimited<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(open)?.split_once(close).filter(|(inner, _)| !inner.is_empty())
}

fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (target, after) = rest.split_once(')')?;
    let safe = ["https://", "http://", "/", "#"].iter().any(|start| target.starts_with(start));
    (safe && !label.contains(']')).then_some((label, target, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_are_one_paragraph_and_blank_lines_part_them() {
        let html = blocks("One\ntwo `three`.\n\nFour **five**.").into_string();
        assert_eq!(html, "<p>One two <code>three</code>.</p><p>Four <strong>five</strong>.</p>");
    }

    #[test]
    fn bullets_and_fences_are_recognised() {
        let html = blocks("Intro:\n- one\n  more\n- two\n\n```\na < b\n```").into_string();
        assert_eq!(
            html,
            "<p>Intro:</p><ul><li>one more</li><li>two</li></ul><pre><code>a &lt; b</code></pre>"
        );
    }

    #[test]
    fn markup_and_script_links_in_a_description_stay_text() {
        let html = inline("<img onerror=x> [a](javascript:alert(1)) [docs](/docs)").into_string();
        assert!(html.starts_with("&lt;img onerror=x&gt; [a](javascript:alert(1)) "));
        assert!(html.ends_with("<a href=\"/docs\">docs</a>"));
    }

    #[test]
    fn an_unclosed_mark_stands_for_itself() {
        assert_eq!(inline("2 * 3 `é").into_string(), "2 * 3 `é");
    }
}
