//! The report in the formats that other programs read. All of them count the same cells.

use roxmltree::{Document, Node};
use serde_json::Value;
use tenantry_prove::attack::Attack;
use tenantry_prove::report::words::Fix;
use tenantry_prove::report::{Deny, Outcome, Part, Report, Severity, Verdict, json, junit, sarif};
use tenantry_prove::rule::Rule;

use crate::sample::{held, leaking};

const RULE: Rule = Rule {
    code: "TN0721",
    part: Part::Lint,
    severity: Severity::Leak,
    title: "a view shows more than its caller may see",
    tried: "Views are read.",
    passes: "A view with security_invoker passes.",
    why: "A view runs with the rights of its owner.",
    remedy: "Set security_invoker.",
};

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_json_has_the_verdict_and_the_figures_and_reads_back_as_the_report() {
    for report in [held(), leaking()] {
        let text = json(&report);
        let value = parsed(&text);
        assert_eq!(value["totals"], serde_json::to_value(report.totals()).unwrap());
        assert_eq!(value["verdict"], serde_json::to_value(report.verdict()).unwrap());
        for severity in [Severity::Leak, Severity::Oracle, Severity::Warning] {
            assert_eq!(value["severities"][severity.name()], report.count(severity));
        }
        let read: Report = serde_json::from_str(&text).unwrap();
        assert_eq!(json(&read), text);
    }
}

#[test]
fn what_is_denied_beside_leaks_turns_a_run_red() {
    let (oracle, not_run, warnings) = (
        Deny { oracle: true, ..Deny::default() },
        Deny { not_run: true, ..Deny::default() },
        Deny { warnings: true, ..Deny::default() },
    );
    let refused = |report: &Report| {
        [Deny::default(), oracle, not_run, warnings].map(|deny| deny.refuses(report))
    };
    assert_eq!(refused(&held()), [false; 4]);
    assert_eq!(refused(&leaking()), [true; 4]);

    let mut report = held();
    report.objects[0].cells[10].outcome = Outcome::Revealed;
    assert_eq!(refused(&report), [false, true, false, false]);
    report = held();
    report.objects[0].cells[10].outcome = Outcome::NotRun { why: "no row".to_owned() };
    assert_eq!(
        (report.verdict(), refused(&report)),
        (Verdict::HeldInPart, [false, false, true, false])
    );
    report = held();
    report.findings = leaking().findings;
    report.findings.retain(|finding| finding.severity == Severity::Warning);
    assert_eq!(refused(&report), [false, false, false, true]);
}

#[test]
fn every_finding_is_a_sarif_result_with_its_place_and_a_stable_fingerprint() {
    let report = leaking();
    let run = parsed(&sarif(&report, [&RULE]))["runs"][0].clone();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), report.findings.len());
    for (result, finding) in results.iter().zip(&report.findings) {
        assert_eq!(result["ruleId"], finding.code);
        let place = &result["locations"][0];
        assert_eq!(place["logicalLocations"][0]["fullyQualifiedName"], finding.object);
        let properties = &result["properties"];
        match Fix::of(finding).unwrap() {
            Fix::Sql(statements) => assert_eq!(properties["fix"], statements),
            Fix::Decide(choice) => {
                assert_eq!(properties["decide"], choice);
                let text = result["message"]["text"].as_str().unwrap();
                assert!(properties["fix"].is_null() && text.contains("\nDecide: "), "{text}");
                assert!(!text.contains("decide: "), "{text}");
            }
        }
        let index = (finding.code == RULE.code).then_some(0);
        assert_eq!(result["ruleIndex"].as_u64(), index, "{}", finding.code);
    }
    let levels: Vec<&str> = results.iter().filter_map(|result| result["level"].as_str()).collect();
    assert_eq!(levels[..4], ["error", "error", "warning", "note"]);
    let uri = &results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "database/public.credit_wallet%28uuid%2C%20integer%29");

    let prints = |report: &Report| {
        let run = parsed(&sarif(report, [&RULE]))["runs"][0].clone();
        let results = run["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect::<Vec<_>>()
    };
    let mut later = leaking();
    later.seconds = 9.0;
    later.findings[0].title = "view content_search shows 7 rows of other organizations".to_owned();
    assert_eq!(prints(&later), prints(&report));
    let mut distinct = prints(&report);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), results.len());
}

#[test]
fn what_could_not_be_tried_is_a_notification_in_sarif_and_no_result() {
    let run = parsed(&sarif(&leaking(), []))["runs"][0].clone();
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let texts: Vec<&str> =
        notifications.iter().filter_map(|each| each["message"]["text"].as_str()).collect();
    assert_eq!(texts.len(), 2);
    assert!(
        texts[0].starts_with("insert, move, upsert on billing.\"InvoiceLines\" not run: no row")
    );
}

fn named<'a>(document: &'a Document<'_>, name: &str) -> Vec<Node<'a, 'a>> {
    document.descendants().filter(|node| node.has_tag_name(name)).collect()
}

fn number(node: &Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute).unwrap().parse().unwrap()
}

#[test]
fn the_junit_file_has_a_case_for_each_attack_and_counts_like_the_report() {
    let report = leaking();
    let text = junit(&report, Deny::default());
    let document = Document::parse(&text).unwrap();
    let (root, totals) = (document.root_element(), report.totals());
    let (cases, failures) = (named(&document, "testcase"), named(&document, "failure"));
    let shown_by_no_cell = report.count(Severity::Warning);
    assert_eq!(cases.len(), totals.attacks + totals.not_run + shown_by_no_cell);
    assert_eq!((number(&root, "tests"), number(&root, "failures")), (cases.len(), totals.leaked));
    assert_eq!(failures.len(), totals.leaked);
    assert_eq!(
        (named(&document, "skipped").len(), number(&root, "skipped")),
        (totals.not_run, totals.not_run)
    );
    let first = failures[0];
    let detail = first.text().unwrap();
    assert_eq!(first.attribute("type"), Some("leak"));
    assert!(detail.contains("TN0721") && detail.contains("security_invoker = true"), "{detail}");
    let suites = named(&document, "testsuite");
    assert_eq!(suites.iter().map(|suite| number(suite, "tests")).sum::<usize>(), cases.len());
}

#[test]
fn what_is_denied_is_a_failure_in_the_junit_file() {
    let report = leaking();
    let totals = report.totals();
    let failures = |deny| {
        let text = junit(&report, deny);
        let document = Document::parse(&text).unwrap();
        number(&document.root_element(), "failures")
    };
    let none = Deny::default();
    assert_eq!(failures(Deny { oracle: true, ..none }), totals.leaked + totals.revealed);
    assert_eq!(failures(Deny { not_run: true, ..none }), totals.leaked + totals.not_run);
    let warnings = report.count(Severity::Warning);
    assert_eq!(failures(Deny { warnings: true, ..none }), totals.leaked + warnings);
}

#[test]
fn names_and_errors_of_the_database_cannot_break_the_xml() {
    let hostile = "a\u{0}b\u{1b}[31m]]>&amp;<!--\"'\u{ffff}\n\t<failure/>";
    let mut report = leaking();
    report.database = hostile.to_owned();
    report.objects[0].name = hostile.to_owned();
    report.objects[0].cells[0].got = hostile.to_owned();
    report.objects[0].cells[0].sql = hostile.to_owned();
    report.objects[1].cells[0].outcome = Outcome::NotRun { why: hostile.to_owned() };
    report.findings[0].object = hostile.to_owned();
    for finding in &mut report.findings {
        finding.cause = hostile.to_owned();
    }
    let text = junit(&report, Deny { warnings: true, ..Deny::default() });
    let document = Document::parse(&text).unwrap();
    let failures = report.totals().leaked + report.count(Severity::Warning);
    assert_eq!(named(&document, "failure").len(), failures);
    let skipped = named(&document, "skipped")[0].attribute("message").unwrap();
    assert_eq!(skipped, "a\\u{0}b\\u{1b}[31m]]>&amp;<!--\"'\u{fffd}\n\t<failure/>");
}

#[test]
fn an_attack_that_does_not_apply_is_no_case() {
    let text = junit(&held(), Deny::default());
    let document = Document::parse(&text).unwrap();
    let suites = named(&document, "testsuite");
    let view = suites.iter().find(|suite| suite.attribute("name") == Some("public.content_search"));
    let names: Vec<&str> =
        view.unwrap().children().filter_map(|case| case.attribute("name")).collect();
    let (reads, probe) = (Attack::Scan.name(), Attack::Probe.name());
    assert!(names.contains(&reads) && !names.contains(&probe), "{names:?}");
    assert_eq!(names.len(), 9);
}
