//! Functions and sequences: there are many and each knows one attack or two, so they stand in a list, not a matrix.

use super::cell;
use super::markup::Markup;
use crate::report::words as figures;
use crate::report::{Kind, Object, Report};

/// Whether an object belongs here and not into the matrix.
pub(super) const fn is_reached(object: &Object) -> bool {
    matches!(object.kind, Kind::Function | Kind::Sequence)
}

/// Writes the list, when there is anything for it.
pub(super) fn section(page: &mut Markup, report: &Report) {
    let reached: Vec<_> =
        report.objects.iter().enumerate().filter(|(_, object)| is_reached(object)).collect();
    if reached.is_empty() {
        return;
    }
    let kinds = figures::kinds(reached.iter().map(|(_, object)| *object));
    let counted: Vec<_> =
        kinds.into_iter().map(|(number, kind)| figures::count(number, kind.name())).collect();
    page.raw(
        "<section id=\"reach\"><div class=\"sectionhead\"><h2>Functions and sequences</h2><p>",
    );
    page.text(&figures::listed(&counted)).raw("</p></div><ul class=\"card reach\">");
    for (number, object) in reached {
        entry(page, number, object);
    }
    page.raw("</ul></section>");
}

fn entry(page: &mut Markup, number: usize, object: &Object) {
    page.raw("<li class=\"thing\"");
    cell::flags(page, object);
    page.raw("><span class=\"cells\">");
    object.cells.iter().for_each(|cell| cell::link(page, number, cell));
    page.raw("</span><span class=\"what\"><a href=\"#o").number(number).raw("\">");
    cell::name(page, &object.name);
    page.raw("</a><small>");
    cell::nature(page, object);
    page.raw("</small></span></li>");
}
