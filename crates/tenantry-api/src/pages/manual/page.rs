//! One document as a page: all documents on the left, its text, its sections on the right.

use super::{
    markdown,
    shelf::{DOCUMENTS, Document, Kind},
};
use crate::pages::{
    html::Html,
    layout::{self, Current},
};

/// The page of a document, on a server of this version that is reached at `public_url`.
#[must_use]
pub fn manual(document: &Document, version: &str, public_url: &str) -> String {
    let rendered = markdown::render(document, public_url);
    let mut html = Html::new();
    html.raw("<div class=\"manual\">\n<nav class=\"rail\" aria-label=\"Documents\">")
        .append(&documents(document))
        .raw("</nav>\n<main id=\"content\" tabindex=\"-1\">\n")
        .raw("<details class=\"fold\"><summary>All documents</summary><nav aria-label=\"Documents, folded\">")
        .append(&documents(document))
        .raw("</nav></details>\n<article class=\"prose\">\n")
        .append(&rendered.html)
        .raw("</article>\n")
        .append(&footer(document))
        .raw("</main>\n")
        .append(&sections(&rendered.sections))
        .raw("</div>");
    let title = format!("{} – Tenantry", document.title());
    layout::page(&title, version, Current::Manual, &html)
}

/// The kinds of documents, for the top of another page's list.
pub(in crate::pages) fn kinds() -> Html {
    let mut html = Html::new();
    html.raw("<h2><a href=\"/docs/index\">Documents</a></h2><ul>");
    for (_, name) in Kind::LISTED {
        html.wrap("<li><a href=\"/docs/index#", &markdown::slug(name), "\"><span>")
            .text(name)
            .raw("</span></a></li>");
    }
    html.raw("</ul>");
    html
}

/// Every document by kind, this one marked.
fn documents(current: &Document) -> Html {
    let mut html = Html::new();
    html.append(&entries(Kind::Contents, current));
    for (kind, name) in Kind::LISTED {
        html.wrap("<h2>", name, "</h2>").append(&entries(kind, current));
    }
    html
}

fn entries(kind: Kind, current: &Document) -> Html {
    let mut html = Html::new();
    html.raw("<ul>");
    for document in kind.documents() {
        let is_current = document.path == current.path;
        let mark = if is_current { "\" aria-current=\"page\"><span>" } else { "\"><span>" };
        html.wrap("<li><a href=\"", &document.address(), mark)
            .text(document.label())
            .raw("</span></a></li>");
    }
    html.raw("</ul>");
    html
}

/// The sections of a document that has enough of them to get lost in.
fn sections(sections: &[(String, String)]) -> Html {
    let mut html = Html::new();
    if sections.len() < 2 {
        return html;
    }
    html.raw("<nav class=\"sections\" aria-label=\"On this page\"><h2>On this page</h2><ul>");
    for (anchor, words) in sections {
        html.wrap("<li><a href=\"#", anchor, "\">").text(words).raw("</a></li>");
    }
    html.raw("</ul></nav>");
    html
}

/// The neighbours in the order of reading, and the same without a page around it.
fn footer(document: &Document) -> Html {
    let mut html = Html::new();
    let shelf: Vec<&Document> =
        DOCUMENTS.iter().filter(|other| other.kind != Kind::Decision).collect();
    let at = shelf.iter().position(|other| other.path == document.path);
    let before = at.and_then(|at| at.checked_sub(1)).and_then(|at| shelf.get(at));
    let after = at.and_then(|at| shelf.get(at + 1));
    html.raw("<footer class=\"turn\">");
    for (neighbour, open) in
        [(before, "<a rel=\"prev\" href=\""), (after, "<a rel=\"next\" href=\"")]
    {
        if let Some(neighbour) = neighbour {
            html.wrap(open, &neighbour.address(), "\">").text(neighbour.label()).raw("</a>");
        }
    }
    html.wrap(
        "<p><a href=\"/",
        document.path,
        "\">This page as Markdown</a> · <a href=\"/llms.txt\">All documents, listed for programs</a></p></footer>\n",
    );
    html
}

#[cfg(test)]
mod tests {
    use super::{super::address::Target, *};

    #[test]
    fn a_page_needs_no_inline_style_no_script_and_nothing_of_another_host() {
        for document in DOCUMENTS {
            let page = manual(document, "0.1.0", "http://localhost:8000");
            for forbidden in ["style=", "<style", "<script", "onclick=", " src=\"http"] {
                assert!(!page.contains(forbidden), "{forbidden} in {}", document.path);
            }
            assert_eq!(page.matches("<h1 ").count(), 1, "{}", document.path);
        }
    }

    #[test]
    fn hostile_values_are_inert() {
        let evil = "\"><script>alert(1)</script>";
        let document = Document {
            path: "docs/a.md",
            kind: Kind::Guide,
            text: "# <script>\n\nhttp://localhost:8000\n",
        };
        assert!(!manual(&document, evil, evil).contains("<script"));
    }

    #[test]
    fn every_document_can_be_reached_from_the_contents() {
        let mut reached = vec!["docs/README.md"];
        let mut next = 0;
        while let Some(path) = reached.get(next) {
            let from = Document::at(path).unwrap();
            next += 1;
            for document in DOCUMENTS {
                let links =
                    pulldown_cmark::Parser::new(from.text).filter_map(|event| match event {
                        pulldown_cmark::Event::Start(pulldown_cmark::Tag::Link {
                            dest_url,
                            ..
                        }) => Some(from.target(&dest_url)),
                        _ => None,
                    });
                let leads = |link| matches!(link, Target::Here(address) if address.split('#').next() == Some(&document.address()));
                if !reached.contains(&document.path) && links.into_iter().any(leads) {
                    reached.push(document.path);
                }
            }
        }
        for document in DOCUMENTS {
            assert!(reached.contains(&document.path), "{} is linked by no document", document.path);
        }
    }
}
