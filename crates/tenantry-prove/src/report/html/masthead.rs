//! The bar with the table of contents, and the heading that says what was attacked and as whom.

use super::markup::Markup;
use super::reach;
use crate::report::words as figures;
use crate::report::{Part, Report};

/// Writes the bar that stays in sight.
pub(super) fn bar(page: &mut Markup, report: &Report) {
    page.raw("<header class=\"top\"><span class=\"brand\">")
        .raw("<svg viewBox=\"0 0 24 24\" width=\"22\" height=\"22\" aria-hidden=\"true\"><rect width=\"24\" height=\"24\" ")
        .raw("rx=\"6\" class=\"tile\"/><path d=\"M12 4.5v15\" class=\"wall\"/><rect x=\"4.5\" y=\"8.5\" width=\"4.5\" ")
        .raw("height=\"7\" rx=\"1.3\" class=\"in\"/><rect x=\"15.75\" y=\"9.25\" width=\"3\" height=\"5.5\" rx=\".9\" ")
        .raw("class=\"out\"/></svg>Tenantry</span><span class=\"crumb\"><code>")
        .text(&report.database)
        .raw("</code></span><nav aria-label=\"Contents\">");
    contents(page, report);
    page.raw("</nav></header>");
}

fn contents(page: &mut Markup, report: &Report) {
    let (reach, tables): (Vec<_>, Vec<_>) =
        report.objects.iter().partition(|object| reach::is_reached(object));
    let not_run = report.totals().not_run;
    entry(page, "#findings", "Findings", report.findings.len());
    if !tables.is_empty() {
        entry(page, "#matrix", "Tables", tables.len());
    }
    if !reach.is_empty() {
        entry(page, "#reach", "Functions", reach.len());
    }
    if not_run > 0 {
        entry(page, "#not-run", "Not run", not_run);
    }
    if !report.objects.is_empty() {
        page.raw("<a href=\"#proofs\">Proofs</a>");
    }
}

fn entry(page: &mut Markup, address: &'static str, name: &'static str, number: usize) {
    page.raw("<a href=\"").raw(address).raw("\">").raw(name).raw(" <b>");
    page.text(&figures::grouped(number as u64)).raw("</b></a>");
}

/// Writes the heading.
pub(super) fn heading(page: &mut Markup, report: &Report) {
    page.raw("<div class=\"pagehead\"><h1>Isolation report</h1><p>");
    if report.parts.contains(&Part::Attack) {
        page.raw("Two throwaway organizations attacked each other on ")
            .text(&scope(report))
            .raw(" of ")
            .code(&report.database)
            .raw(" as ")
            .code(&report.role)
            .raw(", the role of the application. Everything that was written was rolled back.");
    } else {
        page.raw("What can be read of ")
            .code(&report.database)
            .raw(" without trying anything, for the role ")
            .code(&report.role)
            .raw(".");
    }
    page.raw("</p></div>");
}

fn scope(report: &Report) -> String {
    let kinds = figures::kinds(report.objects.iter());
    let parts: Vec<_> =
        kinds.into_iter().map(|(number, kind)| figures::count(number, kind.name())).collect();
    if parts.is_empty() { "nothing".into() } else { figures::listed(&parts) }
}
