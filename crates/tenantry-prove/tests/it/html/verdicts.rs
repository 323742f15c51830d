//! The verdict in words, and that the figures of the page are the figures of the report.

use tenantry_prove::report::{Kind, Outcome, Part, Report, Totals, html};

use super::sample;

fn verdict(report: &Report) -> (String, String) {
    let page = html(report);
    let card = page.split_once("data-verdict=\"").unwrap().1;
    let (tone, card) = card.split_once('"').unwrap();
    let title = card.split_once("<h2>").unwrap().1.split_once("</h2>").unwrap().0;
    (tone.to_owned(), title.to_owned())
}

fn said(report: &Report, tone: &str, title: &str) {
    assert_eq!(verdict(report), (tone.to_owned(), title.to_owned()));
}

#[test]
fn each_verdict_is_said_in_words() {
    said(&sample::clean(), "held", "Every boundary held");
    said(&sample::held_in_part(), "part", "What was tried held, but 3 attacks could not be tried");
    said(&sample::leaking(), "leaks", "One view leaks across organizations");
    said(&sample::large(), "leaks", "10 views leak across organizations");
}

#[test]
fn objects_of_several_kinds_are_counted_by_kind() {
    let mut report = sample::large();
    report.objects[0].kind = Kind::MaterializedView;
    report.objects[30].kind = Kind::Table;
    said(&report, "leaks", "1 table, 8 views and 1 materialized view leak across organizations");
}

#[test]
fn a_fault_that_no_attack_showed_is_not_called_a_leaking_object() {
    let mut report = sample::clean();
    report.findings = sample::leaking().findings;
    said(
        &report,
        "leaks",
        "Every attack was stopped, but 1 fault would let one organization reach another&#39;s rows",
    );
}

#[test]
fn a_run_that_tried_nothing_is_never_said_to_have_held() {
    let mut report = sample::empty();
    report.parts = vec![Part::Lint];
    said(&report, "nothing", "No leak was found");
    assert!(!html(&report).contains("Two throwaway organizations"));
    let mut report = sample::clean();
    for cell in report.objects.iter_mut().flat_map(|object| &mut object.cells) {
        cell.outcome = Outcome::NotRun { why: "no row could be made".into() };
    }
    said(&report, "part", "Nothing could be tried");
}

#[test]
fn the_figures_are_those_of_the_report() {
    for report in [sample::leaking(), sample::clean(), sample::held_in_part(), sample::large()] {
        let page = html(&report);
        let Totals { attacks, stopped, leaked, leaking_objects, revealed, not_run, do_not_apply } =
            report.totals();
        let figures = [
            ("attacks", attacks),
            ("stopped", stopped),
            ("leaked", leaked),
            ("revealed", revealed),
            ("not-run", not_run),
            ("do-not-apply", do_not_apply),
        ];
        for (name, number) in figures {
            let (_, after) = page.split_once(&format!("<div data-figure=\"{name}\"")).unwrap();
            let value = after.split_once("<data value=\"").unwrap().1.split_once('"').unwrap().0;
            assert_eq!(value, number.to_string(), "{name}");
        }
        assert_eq!(page.matches("<tr class=\"thing\" data-leaks").count(), leaking_objects);
    }
}

#[test]
fn many_warnings_do_not_push_the_matrix_out_of_reach() {
    let mut report = sample::leaking();
    let warning = report.findings[2].clone();
    report.findings.extend(std::iter::repeat_n(warning, 9));
    let page = html(&report);
    assert!(page.contains("<details class=\"warnings\"><summary>10 warnings</summary>"));
    assert_eq!(page.matches("<details class=\"card finding\"").count(), report.findings.len());
}
