//! What is wrong, the worst first: why, how it was shown, and the statement that mends it. Warnings are folded, because
//! a long list of them must not push a leak out of sight.

use super::anchors::Anchors;
use super::markup::Markup;
use crate::report::words::{self as figures, Fix};
use crate::report::{Evidence, Finding, Report, Severity};

/// As many findings are unfolded; the rest is a list of titles, so that the matrix stays in reach.
const UNFOLDED: usize = 5;

/// Writes the list.
pub(super) fn section(page: &mut Markup, report: &Report, anchors: &Anchors<'_>) {
    page.raw("<section id=\"findings\"><div class=\"sectionhead\"><h2>Findings</h2><p>");
    page.text(&summary(report)).raw("</p></div>");
    let (warnings, faults): (Vec<_>, Vec<_>) = report
        .findings
        .iter()
        .enumerate()
        .partition(|(_, finding)| finding.severity == Severity::Warning);
    for (place, (number, finding)) in faults.into_iter().enumerate() {
        entry(page, number, finding, place < UNFOLDED, anchors);
    }
    let are_many = warnings.len() > UNFOLDED;
    if are_many {
        page.raw("<details class=\"warnings\"><summary>");
        page.text(&figures::count(warnings.len(), "warning")).raw("</summary>");
    }
    for (number, finding) in warnings {
        entry(page, number, finding, false, anchors);
    }
    if are_many {
        page.raw("</details>");
    }
    page.raw("</section>");
}

fn summary(report: &Report) -> String {
    let severities =
        [(Severity::Leak, "leak"), (Severity::Oracle, "oracle"), (Severity::Warning, "warning")];
    let counted = severities.into_iter().map(|(severity, noun)| (report.count(severity), noun));
    let parts: Vec<_> = counted
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| figures::count(number, noun))
        .collect();
    if parts.is_empty() { "This run found nothing wrong.".into() } else { figures::listed(&parts) }
}

fn entry(
    page: &mut Markup,
    number: usize,
    finding: &Finding,
    is_open: bool,
    anchors: &Anchors<'_>,
) {
    page.raw("<details class=\"card finding\" id=\"f").number(number).raw("\" data-severity=\"");
    page.raw(finding.severity.name()).raw(if is_open { "\" open>" } else { "\">" });
    page.raw("<summary><span class=\"badge\" data-tone=\"").raw(finding.severity.name()).raw("\">");
    page.raw(finding.severity.name()).raw("</span><h3>").text(&finding.title);
    page.raw("</h3><span class=\"code\"><code>").text(&finding.code).raw("</code> ");
    page.raw(finding.part.name()).raw("</span></summary><div class=\"body\"><p class=\"cause\">");
    page.text(&finding.cause).raw("</p><div class=\"shown\">");
    shown(page, finding, anchors);
    page.raw("</div>");
    mend(page, finding);
    page.raw("</div></details>");
}

fn shown(page: &mut Markup, finding: &Finding, anchors: &Anchors<'_>) {
    if let Some(evidence) = finding.evidence.as_ref().filter(|evidence| !evidence.sql.is_empty()) {
        page.raw("<h4>Attack</h4>").sql(&evidence.sql);
    }
    page.raw("<dl class=\"outcome\">");
    if let Some(evidence) = &finding.evidence {
        page.raw("<dt>Expected</dt><dd>").text(&evidence.expected);
        page.raw("</dd><dt>Got</dt><dd class=\"bad\">").text(&evidence.got).raw("</dd>");
    }
    page.raw("<dt>Object</dt><dd>");
    if let Some(object) = anchors.object(&finding.object) {
        page.raw("<a href=\"#o").number(object).raw("\">").code(&finding.object).raw("</a>");
    } else {
        page.code(&finding.object);
    }
    page.raw("</dd>");
    if let Some(evidence) = &finding.evidence {
        through(page, finding, evidence, anchors);
    }
    page.raw("</dl>");
}

/// Which attacks got through, each a link to its proof.
fn through(page: &mut Markup, finding: &Finding, evidence: &Evidence, anchors: &Anchors<'_>) {
    if evidence.attacks.is_empty() {
        return;
    }
    page.raw("<dt>Through by</dt><dd class=\"chips\">");
    for attack in &evidence.attacks {
        if let Some(object) = anchors.proof(&finding.object, *attack) {
            page.raw("<a class=\"chip\" href=\"#").proof(object, *attack).raw("\">");
            page.raw(attack.name()).raw("</a>");
        } else {
            page.raw("<span class=\"chip\">").raw(attack.name()).raw("</span>");
        }
    }
    page.raw("</dd>");
}

fn mend(page: &mut Markup, finding: &Finding) {
    let Some(fix) = Fix::of(finding) else { return };
    page.raw("<div class=\"fix\"><div class=\"fixbar\"><h4>").raw(fix.heading()).raw("</h4>");
    if !finding.lock.is_empty() {
        page.raw("<span>Locks: ").text(&finding.lock).raw("</span>");
    }
    page.raw("</div>");
    match fix {
        Fix::Sql(statements) => page.sql(statements),
        // Words are no statement: nothing offers to copy them into a database.
        Fix::Decide(choice) => page.raw("<p class=\"decide\">").text(choice).raw("</p>"),
    };
    page.raw("</div>");
}
