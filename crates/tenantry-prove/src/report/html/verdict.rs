//! The verdict: first in words, then in figures, then what the run was. A run that tried nothing is never called one
//! in which everything held.

use super::cell::Show;
use super::markup::Markup;
use super::words;
use crate::attack::Group;
use crate::report::words as figures;
use crate::report::{Object, Outcome, Report, Severity, Totals, Verdict};

/// Writes the card.
pub(super) fn card(page: &mut Markup, report: &Report) {
    let totals = report.totals();
    page.raw("<section id=\"verdict\" class=\"card verdict\" data-verdict=\"");
    page.raw(tone(report.verdict(), &totals)).raw("\"><div class=\"say\"><div><h2>");
    page.text(&report.headline()).raw("</h2><p>");
    line(page, report, &totals);
    page.raw("</p></div>");
    bar(page, &totals);
    page.raw("</div>");
    figures(page, report, &totals);
    run(page, report);
    page.raw("</section>");
}

const fn tone(verdict: Verdict, totals: &Totals) -> &'static str {
    match verdict {
        Verdict::Leaks => "leaks",
        Verdict::HeldInPart => "part",
        Verdict::Held if totals.attacks == 0 => "nothing",
        Verdict::Held => "held",
    }
}

fn line(page: &mut Markup, report: &Report, totals: &Totals) {
    let leaking: Vec<_> =
        report.objects.iter().filter(|object| Show::Leaks.keeps(object)).collect();
    match leaking[..] {
        [] if totals.attacks == 0 => {
            page.raw("No attack ran, so nothing is known of what one would find.");
        }
        [] => {
            page.text(&figures::grouped(totals.stopped as u64)).raw(" of ");
            page.text(&figures::count(totals.attacks, "attack")).raw(" stopped.");
        }
        [one] => {
            page.code(&one.name).raw(if is_shown(one) { " showed " } else { " gave up " });
            page.text(&figures::rows(most_rows(one)));
            page.raw(" of the other organization in one attack.");
        }
        [first, second] => {
            page.code(&first.name).raw(" and ").code(&second.name).raw(".");
        }
        [first, second, ref rest @ ..] => {
            page.code(&first.name).raw(", ").code(&second.name).raw(" and ");
            page.text(&figures::grouped(rest.len() as u64)).raw(" more.");
        }
    }
    also(page, report, totals);
}

/// What the sentence must not hide.
fn also(page: &mut Markup, report: &Report, totals: &Totals) {
    match totals.revealed {
        0 => {}
        1 => {
            page.raw(" One answer reveals what another organization has.");
        }
        several => {
            page.raw(" ").text(&figures::grouped(several as u64));
            page.raw(" answers reveal what another organization has.");
        }
    }
    let warnings = report.count(Severity::Warning);
    if warnings > 0 {
        page.raw(" ").text(&figures::count(warnings, "warning")).raw(".");
    }
}

/// Whether rows were read, and not only changed.
fn is_shown(object: &Object) -> bool {
    object.cells.iter().any(|cell| {
        let is_reading = matches!(cell.attack.group(), Group::Read | Group::Context);
        is_reading && matches!(cell.outcome, Outcome::Leaked { .. })
    })
}

fn most_rows(object: &Object) -> u64 {
    let rows = object.cells.iter().map(|cell| match cell.outcome {
        Outcome::Leaked { rows } => rows,
        Outcome::NoRows
        | Outcome::Refused
        | Outcome::Revealed
        | Outcome::NotRun { .. }
        | Outcome::DoesNotApply { .. } => 0,
    });
    rows.max().unwrap_or_default()
}

/// The figures as one bar. A share that is not nothing is at least two hundredths wide, so that one leak among
/// thousands of attacks is seen.
fn bar(page: &mut Markup, totals: &Totals) {
    let parts = [
        ("leak", totals.leaked),
        ("oracle", totals.revealed),
        ("skipped", totals.not_run),
        ("held", totals.stopped),
    ];
    let all: usize = parts.iter().map(|(_, number)| number).sum();
    if all == 0 {
        return;
    }
    page.raw("<svg class=\"bar\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
    let mut from = 0;
    for (tone, number) in parts {
        let width = if number == 0 { 0 } else { (number * 200 / all).max(4) };
        let width = if tone == "held" { 200_usize.saturating_sub(from) } else { width };
        if number > 0 {
            page.raw("<rect data-o=\"").raw(tone).raw("\" x=\"").number(from);
            page.raw("\" width=\"").number(width).raw("\" height=\"10\"/>");
        }
        from += width;
    }
    page.raw("</svg>");
}

fn figures(page: &mut Markup, report: &Report, totals: &Totals) {
    page.raw("<dl class=\"facts\">");
    figure(page, ("Attacks", "attacks"), totals.attacks, "");
    figure(page, ("Stopped", "stopped"), totals.stopped, "");
    let objects = match figures::kinds(report.objects.iter().filter(|object| object.leaks()))[..] {
        [] => String::new(),
        [(number, kind)] => format!("on {}", figures::count(number, kind.name())),
        _ => format!("on {}", figures::count(totals.leaking_objects, "object")),
    };
    figure(page, ("Leaked", "leaked"), totals.leaked, &objects);
    figure(page, ("Existence revealed", "revealed"), totals.revealed, "");
    figure(page, ("Not run", "not-run"), totals.not_run, "");
    figure(page, ("Does not apply", "do-not-apply"), totals.do_not_apply, "");
    page.raw("<div><dt>Took</dt><dd>").text(&format!("{:.1} s", report.seconds));
    page.raw("</dd></div></dl>");
}

fn figure(page: &mut Markup, (name, key): (&'static str, &'static str), number: usize, of: &str) {
    page.raw("<div data-figure=\"").raw(key).raw("\"");
    if number == 0 {
        page.raw(" data-zero");
    }
    page.raw("><dt>").raw(name).raw("</dt><dd><data value=\"").number(number).raw("\">");
    page.text(&figures::grouped(number as u64)).raw("</data>");
    if !of.is_empty() {
        page.raw(" <small>").text(of).raw("</small>");
    }
    page.raw("</dd></div>");
}

fn run(page: &mut Markup, report: &Report) {
    page.raw("<dl class=\"run\"><div><dt>Database</dt><dd>").code(&report.database);
    page.raw("</dd></div><div><dt>Ran as</dt><dd>").code(&report.role);
    page.raw("</dd></div><div><dt>Server</dt><dd>PostgreSQL ").text(&report.server);
    page.raw("</dd></div><div><dt>Schema</dt><dd>").code(&report.schema);
    page.raw("</dd></div><div><dt>Began</dt><dd><time datetime=\"").attribute(&report.started_at);
    page.raw("\">").text(&words::moment(&report.started_at));
    page.raw("</time></dd></div><div><dt>An organization is entered by</dt><dd>");
    page.text(&report.way).raw("</dd></div></dl>");
}
