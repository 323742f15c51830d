//! The proofs: what was run for each cell, what should have come and what came. They are folded by object, and a link
//! to one unfolds it; an attack that was left out has no proof because it has no cell.

use super::anchors::Anchors;
use super::cell;
use super::markup::Markup;
use super::words;
use crate::attack::Attack;
use crate::report::{Cell, Object, Report};

/// Writes them all.
pub(super) fn section(page: &mut Markup, report: &Report, anchors: &Anchors<'_>) {
    if report.objects.is_empty() {
        return;
    }
    page.raw("<section id=\"proofs\"><div class=\"sectionhead\"><h2>Proofs</h2>")
        .raw("<p>Every cell with its SQL, what a wall that holds answers, and what this one answered.</p></div>");
    for (number, object) in report.objects.iter().enumerate() {
        object_proofs(page, number, object, anchors);
    }
    page.raw("</section>");
}

fn object_proofs(page: &mut Markup, number: usize, object: &Object, anchors: &Anchors<'_>) {
    page.raw("<details class=\"card object thing\" id=\"o").number(number).raw("\"");
    cell::flags(page, object);
    page.raw("><summary><h3>");
    cell::name(page, &object.name);
    page.raw("</h3><small>");
    cell::nature(page, object);
    page.raw("</small><span class=\"sum\">").text(&outcome(object)).raw("</span></summary>");
    for attack in Attack::ALL {
        if let Some(cell) = object.cell(attack) {
            proof(page, number, object, cell, anchors);
        }
    }
    page.raw("</details>");
}

fn outcome(object: &Object) -> String {
    let tried = |tone| object.cells.iter().filter(|cell| cell::tone(&cell.outcome) == tone).count();
    let parts =
        [("held", "stopped"), ("leak", "leaked"), ("oracle", "revealed"), ("skipped", "not run")];
    let counted = parts.map(|(tone, word)| (tried(tone), word));
    let spoken: Vec<_> = counted
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    if spoken.is_empty() { "nothing to try".into() } else { spoken.join(" · ") }
}

fn proof(page: &mut Markup, number: usize, object: &Object, cell: &Cell, anchors: &Anchors<'_>) {
    let tone = cell::tone(&cell.outcome);
    page.raw("<div class=\"proof\" data-o=\"").raw(tone).raw("\" id=\"").proof(number, cell.attack);
    page.raw("\"><h4>")
        .raw(cell.attack.name())
        .raw(" <span class=\"badge\" data-tone=\"")
        .raw(tone);
    page.raw("\">").text(&cell::words(&cell.outcome)).raw("</span></h4><p class=\"tried\">");
    page.raw(words::tried(cell.attack)).raw("</p>");
    if let Some(why) = cell::why(&cell.outcome) {
        page.raw("<p class=\"why\">").text(why).raw("</p>");
    }
    if !cell.sql.is_empty() {
        page.sql(&cell.sql);
    }
    answers(page, cell);
    if !matches!(tone, "held" | "none") {
        related(page, object, cell, anchors);
    }
    page.raw("</div>");
}

fn answers(page: &mut Markup, cell: &Cell) {
    let got = if cell::tone(&cell.outcome) == "leak" { "<dd class=\"bad\">" } else { "<dd>" };
    let answers = [
        ("<dt>Expected</dt>", "<dd>", &cell.expected),
        ("<dt>Got</dt>", got, &cell.got),
        ("<dt>Own rows</dt>", "<dd>", &cell.control),
    ];
    if answers.iter().all(|(_, _, answer)| answer.is_empty()) {
        return;
    }
    page.raw("<dl class=\"outcome\">");
    for (name, open, answer) in answers {
        if !answer.is_empty() {
            page.raw(name).raw(open).text(answer).raw("</dd>");
        }
    }
    page.raw("</dl>");
}

/// Links to the findings that say why and how to mend it.
fn related(page: &mut Markup, object: &Object, cell: &Cell, anchors: &Anchors<'_>) {
    let findings = anchors.findings(&object.name, cell.attack);
    if findings.is_empty() {
        return;
    }
    page.raw("<p class=\"related\">Why, and how to mend it:");
    for (number, finding) in findings {
        page.raw(" <a href=\"#f").number(number).raw("\">").code(&finding.code).raw("</a>");
    }
    page.raw("</p>");
}
