//! `docs/reference/errors.md`, from the doc comments of the codes.

use std::fmt::Write as _;

use tenantry_core::ErrorCode;
use tenantry_core::problem::PROBLEM_TYPE_BASE;

use crate::checked_in;

#[test]
fn the_page_of_errors_is_fresh() {
    let mut page = "# Errors of the API\n\n\
        <!-- Generated from crates/tenantry-core/src/problem.rs; `cargo xtask bless` writes it. -->\n\n\
        Every error is `application/problem+json` (RFC 9457). Compare `code`: it never changes its meaning. `detail` is for people,\n\
        `errors` names the fields that are wrong, `request_id` is what to send when you ask for help, and `type` is the address of\n\
        the explanation on the reference page of the server that answered; the same texts stand below.\n\n\
        | Status | Code | Title |\n|---|---|---|\n"
        .to_owned();
    for code in ErrorCode::ALL {
        let _ = writeln!(
            page,
            "| {} | [`{1}`](#{1}) | {2} |",
            code.status(),
            code.code(),
            code.title()
        );
    }
    for code in ErrorCode::ALL {
        let _ = write!(
            page,
            "\n## {0}\n\n**{1} · {2}.** {3}\n\n`type`: `{PROBLEM_TYPE_BASE}{0}`\n",
            code.code(),
            code.status(),
            code.title(),
            code.explanation().trim()
        );
    }
    checked_in::compare("docs/reference/errors.md", &page);
}

#[test]
fn every_code_is_explained_in_whole_sentences() {
    for code in ErrorCode::ALL {
        let (title, text) = (code.title(), code.explanation().trim());
        assert!(!title.is_empty() && !title.ends_with('.'), "{}", code.code());
        assert!(text.len() > 30 && text.ends_with('.'), "{}: {text}", code.code());
        assert!(code.code().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", code.code());
    }
}
