//! The report as one HTML file: the verdict in words, the figures, the evidence, the fix.
//!
//! It opens from a disk without a network and says everything without a script; the script only puts a proof beside
//! the matrix and moves between cells. What a newcomer would get wrong: every name, statement and error in a report
//! comes from a database that may be hostile, so nothing of it is ever written but through [`Markup`], and the page's
//! own policy lets nothing run but the one script whose hash it names.

mod anchors;
mod cell;
mod findings;
mod leftovers;
mod markup;
mod masthead;
mod matrix;
mod proofs;
mod reach;
mod verdict;
mod words;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::Report;
use anchors::Anchors;
use markup::Markup;

const STYLE: &str = concat!(
    include_str!("html/tokens.css"),
    include_str!("html/document.css"),
    include_str!("html/matrix.css"),
    include_str!("html/narrow.css"),
);
const SCRIPT: &str = include_str!("html/script.js");
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E\
    %3Crect width='24' height='24' rx='6' fill='%23005c56'/%3E%3Cpath d='M12 4.5v15' stroke='%23fff' stroke-width='2' \
    stroke-linecap='round'/%3E%3Crect x='4.5' y='8.5' width='4.5' height='7' rx='1.3' fill='%23fff'/%3E%3C/svg%3E";

/// Writes a report as one self-contained HTML document. It fetches nothing, and runs nothing but its own script.
#[must_use]
pub fn html(report: &Report) -> String {
    let anchors = Anchors::of(report);
    let mut page = Markup::default();
    head(&mut page, report);
    masthead::bar(&mut page, report);
    page.raw("<div class=\"layout\"><main>");
    masthead::heading(&mut page, report);
    verdict::card(&mut page, report);
    findings::section(&mut page, report, &anchors);
    matrix::section(&mut page, report);
    reach::section(&mut page, report);
    leftovers::not_run(&mut page, report);
    leftovers::remarks(&mut page, report);
    proofs::section(&mut page, report, &anchors);
    leftovers::footer(&mut page, report);
    page.raw(
        "</main><aside id=\"inspector\" aria-label=\"Proof\" tabindex=\"-1\" hidden></aside></div>",
    );
    page.raw("<script>").raw(SCRIPT).raw("</script></body></html>\n");
    page.into_string()
}

fn head(page: &mut Markup, report: &Report) {
    page.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .attribute(&policy())
        .raw("\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">")
        .raw("<meta name=\"referrer\" content=\"no-referrer\"><title>")
        .attribute(&report.database)
        .raw(": ")
        .attribute(&report.headline())
        .raw("</title><link rel=\"icon\" href=\"")
        .raw(ICON)
        .raw("\"><style>")
        .raw(STYLE)
        .raw("</style></head><body>")
        .raw("<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>");
}

/// Nothing may load, and only the two texts with these hashes may apply.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}
