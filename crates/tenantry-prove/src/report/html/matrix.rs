//! Tables and attacks: one row an object, one column an attack, every cell a link to its proof. It is a plain table of
//! links until the script makes a grid of it, because a grid without arrow keys would be a promise not kept.

use super::cell::{self, Show};
use super::markup::Markup;
use super::reach;
use super::words;
use crate::attack::{Attack, Group};
use crate::report::words as figures;
use crate::report::{Object, Report};

/// Writes the section, when any table, view or the like was looked at.
pub(super) fn section(page: &mut Markup, report: &Report) {
    let rows: Vec<_> = report
        .objects
        .iter()
        .enumerate()
        .filter(|(_, object)| !reach::is_reached(object))
        .collect();
    if rows.is_empty() {
        return;
    }
    page.raw("<section id=\"matrix\"><div class=\"sectionhead\"><h2>Tables and attacks</h2>");
    legend(page);
    page.raw("</div>");
    filter(page, report);
    let columns = cell::columns(&rows);
    page.raw("<div class=\"card box\"><table class=\"mx\"><caption class=\"sr\">")
        .raw("What came of each attack on each table. Each cell links to its proof.</caption>");
    head(page, &columns);
    page.raw("<tbody>");
    for (number, object) in rows {
        row(page, number, object, &columns);
    }
    page.raw("</tbody></table></div></section>");
}

fn legend(page: &mut Markup) {
    page.raw("<ul class=\"legend\"><li><span class=\"c\" data-o=\"held\" aria-hidden=\"true\">0</span>no rows</li>")
        .raw("<li><span class=\"c\" data-o=\"held\" aria-hidden=\"true\">✕</span>refused</li>")
        .raw("<li><span class=\"c\" data-o=\"leak\" aria-hidden=\"true\">n</span>rows leaked</li>")
        .raw("<li><span class=\"c\" data-o=\"oracle\" aria-hidden=\"true\">?</span>existence</li>")
        .raw("<li><span class=\"c\" data-o=\"skipped\" aria-hidden=\"true\"></span>not run</li>")
        .raw("<li><span class=\"c\" data-o=\"none\" aria-hidden=\"true\">·</span>does not apply</li></ul>");
}

/// Radio buttons that the style listens to, so that the filter needs no script.
fn filter(page: &mut Markup, report: &Report) {
    let kept = |show: Show| report.objects.iter().filter(|object| show.keeps(object)).count();
    if Show::FILTERS.into_iter().all(|show| kept(show) == 0) {
        return;
    }
    page.raw("<fieldset class=\"filter\"><legend class=\"sr\">Show</legend>");
    choice(page, ("show-all", "All"), report.objects.len(), true);
    for show in Show::FILTERS {
        let (id, name) = match show {
            Show::Leaks => ("show-leaks", "Only what leaks"),
            Show::Reveals => ("show-reveals", "Reveals"),
            Show::NotRun => ("show-not-run", "Not run"),
        };
        if kept(show) > 0 {
            choice(page, (id, name), kept(show), false);
        }
    }
    page.raw("</fieldset>");
}

fn choice(page: &mut Markup, (id, name): (&'static str, &'static str), number: usize, is_on: bool) {
    page.raw("<label><input type=\"radio\" name=\"show\" id=\"").raw(id).raw("\"");
    if is_on {
        page.raw(" checked");
    }
    page.raw(">").raw(name).raw(" <b>").text(&figures::grouped(number as u64)).raw("</b></label>");
}

fn head(page: &mut Markup, columns: &[Attack]) {
    page.raw("<colgroup><col class=\"t\">");
    for _ in columns {
        page.raw("<col class=\"o\">");
    }
    page.raw("</colgroup><thead><tr><td rowspan=\"2\" class=\"corner\"></td>");
    for group in Group::ALL {
        let width = columns.iter().filter(|attack| attack.group() == group).count();
        if width > 0 {
            page.raw("<th class=\"g\" scope=\"colgroup\" colspan=\"").number(width).raw("\">");
            page.raw(group.name()).raw("</th>");
        }
    }
    page.raw("</tr><tr>");
    for (place, attack) in columns.iter().enumerate() {
        page.raw("<th scope=\"col\" class=\"");
        page.raw(if is_first_of_group(columns, place) { "o f" } else { "o" });
        page.raw("\" abbr=\"").raw(attack.name()).raw("\" title=\"").raw(words::tried(*attack));
        page.raw("\">").raw(words::column(*attack)).raw("</th>");
    }
    page.raw("</tr></thead>");
}

fn is_first_of_group(columns: &[Attack], place: usize) -> bool {
    place == 0 || columns[place - 1].group() != columns[place].group()
}

fn row(page: &mut Markup, number: usize, object: &Object, columns: &[Attack]) {
    page.raw("<tr class=\"thing\"");
    cell::flags(page, object);
    page.raw("><th scope=\"row\"><a href=\"#o").number(number).raw("\">");
    cell::name(page, &object.name);
    page.raw("</a><small>");
    cell::nature(page, object);
    page.raw("</small></th>");
    for (place, attack) in columns.iter().enumerate() {
        page.raw(if is_first_of_group(columns, place) { "<td class=\"f\">" } else { "<td>" });
        match object.cell(*attack) {
            Some(cell) => cell::link(page, number, cell),
            None => {
                page.raw("<span class=\"sr\">not asked for</span>");
            }
        }
        page.raw("</td>");
    }
    page.raw("</tr>");
}
