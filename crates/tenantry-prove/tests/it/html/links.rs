//! Every cell is a link to its proof.

use std::collections::BTreeSet;

use tenantry_prove::report::{Report, html};

use super::sample;
use super::tags::{Piece, pieces, values};

fn reports() -> [Report; 6] {
    [
        sample::leaking(),
        sample::clean(),
        sample::held_in_part(),
        sample::hostile(),
        sample::large(),
        sample::empty(),
    ]
}

#[test]
fn every_link_leads_to_something_on_the_page() {
    for report in reports() {
        let page = html(&report);
        let pieces = pieces(&page);
        let ids: BTreeSet<_> = values(&pieces, "id").into_iter().collect();
        for target in values(&pieces, "href") {
            let is_icon = target.starts_with("data:image/svg+xml,");
            assert!(is_icon || ids.contains(target.strip_prefix('#').unwrap()), "{target}");
        }
    }
}

#[test]
fn an_id_is_given_once() {
    for report in reports() {
        let page = html(&report);
        let pieces = pieces(&page);
        let ids = values(&pieces, "id");
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}

#[test]
fn every_cell_of_the_report_has_a_link_and_a_proof() {
    for report in reports() {
        let page = html(&report);
        let pieces = pieces(&page);
        let cells: usize = report.objects.iter().map(|object| object.cells.len()).sum();
        let proofs = values(&pieces, "class").into_iter().filter(|class| *class == "proof").count();
        let links = pieces.iter().filter(|piece| is_cell(piece)).count();
        assert_eq!((links, proofs), (cells, cells));
    }
}

#[test]
fn every_cell_says_in_words_what_its_glyph_says() {
    let page = html(&sample::leaking());
    let cells = page.matches("<a class=\"c\"").count();
    let spoken = page.matches("</span><span class=\"sr\">").count();
    assert_eq!(spoken, cells);
    let said = [
        ("1.2k", "scan: 1,204 rows leaked"),
        ("10k+", "unset: 10,000 rows or more leaked"),
        ("1", "select: 1 row leaked"),
        ("0", "delete: no rows"),
        ("✕", "insert: refused"),
        ("?", "probe: existence revealed"),
        ("", "copy: not run"),
        ("·", "move: does not apply"),
    ];
    for (glyph, words) in said {
        let cell =
            format!("<span aria-hidden=\"true\">{glyph}</span><span class=\"sr\">{words}</span>");
        assert!(page.contains(&cell), "{cell}");
    }
}

fn is_cell(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Open { name: "a", attributes } if attributes.contains(&("class", "c")))
}
