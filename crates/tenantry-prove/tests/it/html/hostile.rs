//! Names, statements and errors come from a database that may be hostile: in the page they are text.

use tenantry_prove::report::{Outcome, html};

use super::sample;
use super::tags::{Piece, pieces};

#[test]
fn nothing_of_the_database_becomes_markup() {
    let calm = html(&sample::leaking());
    let page = html(&sample::hostile());
    let pieces = pieces(&page);
    for piece in &pieces {
        let Piece::Open { name, attributes } = piece else { continue };
        assert!(!matches!(*name, "img" | "iframe" | "object" | "form" | "base"), "<{name}>");
        assert!(attributes.iter().all(|(name, _)| !name.starts_with("on") && *name != "style"));
    }
    for element in ["<script", "<style", "<link", "<meta"] {
        assert_eq!(page.matches(element).count(), calm.matches(element).count(), "{element}");
    }
    for text in ["<img", "<!--", "\" onmouseover", "' onfocus", "<style>*"] {
        assert!(!page.contains(text), "{text}");
    }
}

#[test]
fn a_character_that_turns_text_around_is_named_and_kept_to_itself() {
    let page = html(&sample::hostile());
    for (place, _) in page.match_indices(['\u{202e}', '\u{2066}', '\u{200b}', '\u{1}']) {
        assert!(page[..place].ends_with("\">"), "{}", &page[place - 40..place]);
        assert!(page[place..].chars().skip(1).collect::<String>().starts_with("</bdi>"));
    }
    assert!(page.contains("<bdi class=\"unseen\" data-is=\"U+202E\">"));
    assert!(!page.contains('\0') && !page.contains('\r'));
}

#[test]
fn a_statement_is_copied_as_it_was_run() {
    let sql = "select '<&\"' -- it's\n  from \"a>b\";\t";
    let mut report = sample::leaking();
    report.objects[0].cells[0].sql = sql.into();
    let page = html(&report);
    let at =
        page.split_once("id=\"o0-select\"").unwrap().1.split_once("<pre class=\"sql\">").unwrap().1;
    let written = at.split_once("</pre>").unwrap().0;
    let read = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(written.to_owned(), |text, (escaped, meant)| text.replace(escaped, meant));
    assert_eq!(read, sql);
}

#[test]
fn a_reason_that_is_hostile_is_listed_as_text() {
    let mut report = sample::clean();
    report.objects[0].cells[0].outcome = Outcome::NotRun { why: sample::HOSTILE[0].into() };
    let page = html(&report);
    assert!(page.contains("<li><p>&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;</p>"));
}
