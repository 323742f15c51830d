//! The structure of a report as a text that a person can review: elements that carry it, their marks, and what they say.

use tenantry_prove::report::html;

use super::sample;
use super::tags::{Piece, pieces};

const SHOWN: [&str; 22] = [
    "header", "nav", "main", "section", "aside", "footer", "details", "summary", "h1", "h2", "h3",
    "h4", "table", "caption", "thead", "tr", "ul", "li", "dl", "fieldset", "label", "pre",
];
const MARKS: [&str; 8] = [
    "id",
    "data-verdict",
    "data-severity",
    "data-leaks",
    "data-reveals",
    "data-not-run",
    "open",
    "hidden",
];

fn outline(html: &str) -> String {
    let (mut lines, mut depth) = (vec![String::new()], 0);
    let body = html.split_once("<body>").unwrap().1;
    let body = body
        .replace("<script>", "")
        .replace(include_str!("../../../src/report/html/script.js"), "");
    let body = format!("<!doctype html>\n<html><body>{}", body.replace("</script>", ""));
    for piece in pieces(&body) {
        match piece {
            Piece::Open { name, attributes } if SHOWN.contains(&name) => {
                let marks = attributes.iter().filter(|(mark, _)| MARKS.contains(mark));
                let marks: String = marks.map(|(mark, value)| format!(" {mark}={value}")).collect();
                lines.push(format!("{}{name}{marks}:", "  ".repeat(depth)));
                depth += 1;
            }
            Piece::Close(name) if SHOWN.contains(&name) => depth -= 1,
            Piece::Text(text) => {
                let line = lines.last_mut().unwrap();
                line.push(' ');
                line.push_str(&text.replace('\n', " ⏎ "));
            }
            Piece::Open { .. } | Piece::Close(_) => {}
        }
    }
    lines.join("\n")
}

#[test]
fn a_leaking_report_says_the_verdict_then_the_findings_then_the_evidence() {
    let mut report = sample::leaking();
    report.objects.drain(3..7);
    report.objects.drain(4..12);
    insta::assert_snapshot!(outline(&html(&report)));
}

#[test]
fn a_report_of_nothing_is_still_a_whole_page() {
    insta::assert_snapshot!(outline(&html(&sample::empty())));
}
