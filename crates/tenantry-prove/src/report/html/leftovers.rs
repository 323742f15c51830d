//! What stands beside the verdict: what could not be tried and why, what the reader has to know, what no run covers.

use super::markup::Markup;
use crate::attack::Attack;
use crate::report::words as figures;
use crate::report::{Outcome, Report};

/// Writes the attacks that could not be tried, by reason.
pub(super) fn not_run(page: &mut Markup, report: &Report) {
    let reasons = reasons(report);
    if reasons.is_empty() {
        return;
    }
    page.raw("<section id=\"not-run\"><div class=\"sectionhead\"><h2>Not run</h2>")
        .raw("<p>These could not be tried, so nothing is known of them.</p></div><ul class=\"card reasons\">");
    for (why, cells) in reasons {
        page.raw("<li><p>").text(why).raw("</p><p class=\"chips\">");
        for (object, attack) in cells {
            page.raw("<a class=\"chip\" href=\"#").proof(object, attack).raw("\">");
            page.code(&report.objects[object].name).raw(" ").raw(attack.name()).raw("</a>");
        }
        page.raw("</p></li>");
    }
    page.raw("</ul></section>");
}

/// The reasons in the order in which they first come up, each with its cells.
fn reasons(report: &Report) -> Vec<(&str, Vec<(usize, Attack)>)> {
    let mut reasons: Vec<(&str, Vec<(usize, Attack)>)> = Vec::new();
    for (number, object) in report.objects.iter().enumerate() {
        for cell in &object.cells {
            let Outcome::NotRun { why } = &cell.outcome else { continue };
            match reasons.iter_mut().find(|(known, _)| known == why) {
                Some((_, cells)) => cells.push((number, cell.attack)),
                None => reasons.push((why, vec![(number, cell.attack)])),
            }
        }
    }
    reasons
}

/// Writes the remarks, and what lies outside of every run.
pub(super) fn remarks(page: &mut Markup, report: &Report) {
    page.raw("<section id=\"remarks\"><div class=\"sectionhead\"><h2>Read beside the verdict</h2></div><ul class=\"card remarks\">");
    for remark in &report.remarks {
        page.raw("<li>").text(remark).raw("</li>");
    }
    page.raw("<li>No boundary inside one database covers everything: the planner’s estimates and the sizes of tables ")
        .raw("tell roughly how much there is, a NOTIFY reaches every listener, and a role that may bypass the policies ")
        .raw("sees all rows. Whoever may log in as another role was not attacked.</li></ul></section>");
}

/// Writes what made the report.
pub(super) fn footer(page: &mut Markup, report: &Report) {
    let parts: Vec<_> = report.parts.iter().map(|part| part.name().to_owned()).collect();
    page.raw("<footer>Made by Tenantry ").text(&report.tenantry);
    page.raw(" · report format ").number(report.format as usize).raw(" · parts: ");
    page.text(&if parts.is_empty() { "none".into() } else { figures::listed(&parts) });
    page.raw(" · <code>tenantry explain CODE</code> tells more of a code</footer>");
}
