//! The page as a file: how large it gets, how long it takes to write, and the files to look at in a browser.

use std::time::Instant;

use tenantry_prove::report::html;

use super::sample;

#[test]
fn three_hundred_objects_make_a_page_that_a_browser_can_open() {
    let report = sample::large();
    let begun = Instant::now();
    let page = html(&report);
    let totals = report.totals();
    println!(
        "{} objects, {} cells: {} bytes, written in {:?}",
        report.objects.len(),
        totals.attacks + totals.do_not_apply,
        page.len(),
        begun.elapsed()
    );
    assert!(page.len() < 8_000_000, "{} bytes", page.len());
}

#[test]
fn what_a_person_has_to_decide_is_words_and_no_statement_to_copy() {
    let mut report = sample::leaking();
    let statement = report.findings[0].fix.clone();
    assert!(html(&report).contains(&format!("<pre class=\"sql\">{statement}</pre>")));
    report.findings[0].fix = "decide: let it ask the context".to_owned();
    report.findings[0].lock = "none".to_owned();
    let page = html(&report);
    let words = "<h4>Decide</h4><span>Locks: none</span></div><p class=\"decide\">let it ask the context</p>";
    assert!(page.contains(words) && !page.contains("decide: "), "{page}");
}

#[test]
fn a_name_of_sixty_three_characters_is_shown_whole() {
    let page = html(&sample::clean());
    let name = &sample::clean().objects[13].name["public.".len()..];
    assert_eq!(name.len(), 63);
    assert!(page.contains(&format!("<i>public.</i>{name}</code>")));
}
