//! What `tenantry prove` prints, writes and ends with, shown on reports that were made up for it.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tenantry_prove::report::{Outcome, Part, Report, json};

use crate::harness::{Ran, Sandbox};
use crate::sample::{held, leaking};

/// Runs `prove --from` on a report.
fn show(report: &Report, arguments: &[&str], columns: &str) -> Ran {
    let sandbox = Sandbox::new();
    sandbox.write("report.json", &json(report));
    let arguments = [&["prove", "--from", "report.json"], arguments].concat();
    sandbox.run_with(&arguments, &[("COLUMNS", columns)])
}

fn snapshot(name: &str, ran: &Ran) {
    insta::assert_snapshot!(name, ran.shown());
}

/// A report in which one attack could not be tried and nothing else is wrong.
fn in_part() -> Report {
    let mut report = held();
    for object in &mut report.objects[..4] {
        let why = "the role may not copy to the client".to_owned();
        object.cells[3].outcome = Outcome::NotRun { why };
    }
    report
}

#[test]
fn the_report_says_the_verdict_first_and_every_leak_with_what_mends_it() {
    for columns in ["60", "80", "120"] {
        let ran = show(&leaking(), &[], columns).ends_with(5);
        snapshot(&format!("prove_leaking_{columns}"), &ran);
    }
    snapshot("prove_leaking_colored", &show(&leaking(), &["--color", "always"], "120"));
    snapshot("prove_leaking_verbose", &show(&leaking(), &["--verbose"], "120"));
}

#[test]
fn a_report_without_a_leak_is_short_and_says_what_was_not_tried() {
    snapshot("prove_held_80", &show(&held(), &[], "80").ends_with(0));
    snapshot("prove_held_120", &show(&held(), &[], "120").ends_with(0));
    snapshot("prove_in_part_80", &show(&in_part(), &[], "80").ends_with(0));
}

#[test]
fn a_run_without_attacks_says_that_nothing_was_attacked() {
    let mut report = held();
    report.parts = vec![Part::Lint, Part::Plan];
    report.objects.clear();
    let shown = show(&report, &[], "80").ends_with(0).stdout;
    assert!(shown.starts_with("● No leak was found.\n"), "{shown}");
    assert!(shown.contains("Only lints and plans ran: nothing was attacked."), "{shown}");
    report.findings = leaking().findings;
    let shown = show(&report, &[], "80").ends_with(5).stdout;
    let fault = "✕ 2 faults would let one organization reach another's rows.\n";
    assert!(shown.starts_with(fault), "{shown}");
}

#[test]
fn no_line_but_a_statement_is_wider_than_the_terminal() {
    let is_statement = |line: &&str| {
        ["select ", "alter ", "revoke ", "create ", "insert "]
            .iter()
            .any(|word| line.contains(word))
    };
    for columns in [60, 80, 120] {
        for report in [leaking(), held(), in_part()] {
            let shown = show(&report, &["--verbose"], &columns.to_string()).stdout;
            let wide = shown.lines().filter(|line| line.chars().count() > columns);
            let wide: Vec<&str> = wide.filter(|line| !is_statement(line)).collect();
            assert!(wide.is_empty(), "{columns}: {wide:#?}");
        }
    }
}

#[test]
fn the_figures_of_the_text_are_those_of_the_json() {
    for report in [leaking(), in_part()] {
        let text = show(&report, &[], "120").stdout;
        let answered = show(&report, &["--json"], "120").stdout;
        let answered: Value = serde_json::from_str(&answered).unwrap();
        let lines: Vec<&str> =
            text.lines().skip_while(|line| !line.contains(" attacks ·")).collect();
        let figures = lines.join(" · ").replace("   ", " · ");
        let figure = |word: &str| -> u64 {
            let part = figures.split(" · ").find(|part| part.contains(word));
            let number = part.and_then(|part| part.split_whitespace().next());
            number.map_or(0, |number| number.replace(',', "").parse().unwrap())
        };
        for (key, word) in [
            ("attacks", "attacks"),
            ("stopped", "stopped"),
            ("leaked", "leaked"),
            ("revealed", "reveal"),
            ("not_run", "not run"),
            ("do_not_apply", "not apply"),
        ] {
            assert_eq!(answered["totals"][key], figure(word), "{key} in {figures}");
        }
        let found = text.lines().find(|line| line.starts_with("found ")).unwrap_or_default();
        for severity in ["leak", "oracle", "warning"] {
            let number = answered["severities"][severity].as_u64().unwrap();
            let is_said = found.contains(&format!("{number} {severity}"));
            assert_eq!(is_said, number > 0, "{severity} in \"{found}\"");
        }
    }
}

#[test]
fn five_is_a_leak_or_what_is_denied() {
    show(&leaking(), &[], "80").ends_with(5);
    show(&leaking(), &["--json"], "80").ends_with(5);
    show(&held(), &["--deny", "oracle,not-run,warnings"], "80").ends_with(0);
    show(&in_part(), &["--deny", "oracle,warnings"], "80").ends_with(0);
    show(&in_part(), &["--deny", "not-run"], "80").ends_with(5);

    let mut report = leaking();
    report.objects.retain(|object| !object.leaks());
    report.findings.retain(|finding| finding.code != "TN0721" && finding.code != "TN0817");
    show(&report, &[], "80").ends_with(0);
    show(&report, &["--deny", "oracle"], "80").ends_with(5);
    show(&report, &["--deny", "warnings"], "80").ends_with(5);
}

#[test]
fn files_are_written_whole_and_named_at_the_end() {
    let sandbox = Sandbox::new();
    sandbox.write("report.json", &json(&leaking()));
    sandbox.write("out.xml", "what was there before");
    let arguments =
        ["prove", "--from", "report.json", "--sarif", "out.sarif", "--junit", "out.xml"];
    let ran = sandbox.run(&arguments).ends_with(5);
    assert!(ran.stdout.contains("sarif  out.sarif"), "{}", ran.stdout);
    assert!(ran.stdout.contains("junit  out.xml"), "{}", ran.stdout);
    let read = |name: &str| std::fs::read_to_string(sandbox.path().join(name)).unwrap();
    let sarif: Value = serde_json::from_str(&read("out.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(read("out.xml").starts_with("<?xml") && read("out.xml").ends_with("</testsuites>\n"));
    let names = std::fs::read_dir(sandbox.path()).unwrap();
    let left = names
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".new-"));
    assert_eq!(left.count(), 0);
}

#[test]
fn a_dash_is_the_standard_output_and_only_one_can_have_it() {
    let ran = show(&leaking(), &["--junit", "-"], "80").ends_with(5);
    assert!(ran.stdout.starts_with("<?xml"), "{}", ran.stdout);
    let ran = show(&leaking(), &["--sarif", "-", "--json"], "80").ends_with(2);
    ran.complains(&["written over each other"]);
    let ran = show(&leaking(), &["--sarif", "-", "--junit", "-"], "80").ends_with(2);
    ran.complains(&["two reports would be written to -"]);
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_attacked() {
    let sandbox = Sandbox::new();
    // An address that would be temporary, had it been tried.
    let prove = |file: &str| {
        sandbox.run(&["prove", "--database", "postgres://127.0.0.1:1/x", "--junit", file])
    };
    prove("absent/out.xml").ends_with(2).complains(&["TN1008", "absent/out.xml"]);
    std::fs::create_dir(sandbox.path().join("folder")).unwrap();
    prove("folder").ends_with(2).complains(&["TN1008", "folder"]);
    assert_eq!(std::fs::read_dir(sandbox.path().join("folder")).unwrap().count(), 0);
    let before = std::fs::metadata("/dev/null").unwrap().permissions().mode();
    show(&held(), &["--junit", "/dev/null"], "80").ends_with(0);
    assert_eq!(std::fs::metadata("/dev/null").unwrap().permissions().mode(), before);
}

#[test]
fn a_report_of_something_else_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("other.json", "{}");
    sandbox.run(&["prove", "--from", "other.json"]).ends_with(2).complains(&["TN1009"]);
    sandbox.run(&["prove", "--from", "absent.json"]).ends_with(2).complains(&["TN1009"]);
    let mut report = held();
    report.format = 2;
    show(&report, &[], "80").ends_with(2).complains(&["TN1009", "its format is 2"]);
}

#[test]
fn what_a_database_calls_its_things_cannot_steer_the_terminal_or_show_a_password() {
    // SC-3
    let mut report = leaking();
    report.database = "a\u{1b}[2J\u{202e}b".to_owned();
    report.objects[0].name = "public.\u{1b}]0;x\u{7}".to_owned();
    report.findings[0].cause = "it reads postgres://a:hunter2@b/c\u{1b}[31m".to_owned();
    for arguments in [&[][..], &["--verbose"], &["--color", "always"]] {
        let shown = show(&report, arguments, "80").stdout;
        for part in ["\u{1b}[2J", "\u{1b}]", "\u{7}", "\u{202e}", "hunter2"] {
            assert!(!shown.contains(part), "{part:?} in {shown}");
        }
        assert!(shown.contains("a\\u{1b}[2J\\u{202e}b"), "{shown}");
    }
    for arguments in [&["--json"][..], &["--sarif", "-"], &["--junit", "-"]] {
        let shown = show(&report, arguments, "80").stdout;
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_temporary() {
    // SC-3
    let url = "postgres://app:hunter2@127.0.0.1:1/x";
    let ran = Sandbox::new().run(&["prove", "--database", url]).ends_with(6);
    let ran = ran.complains(&["TN0501", "Nothing was changed."]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn what_stops_a_run_has_a_code_and_masks_the_address() {
    // SC-3
    let sandbox = Sandbox::new();
    let prove = |url: &str| sandbox.run(&["prove", "--database", url]);
    let ran = prove("hunter2 is no address").ends_with(2).complains(&["TN0305"]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    let ran = prove("postgres:///leaky").ends_with(2).complains(&["TN0305", "it names no host"]);
    ran.complains(&["tenantry prove --help"]);
    let ran = sandbox.run(&["prove", "--deny", "everything"]).ends_with(2);
    ran.complains(&["everything", "oracle, not-run, warnings", "tenantry prove --help"]);
    sandbox.run(&["prove", "--from", "a.json", "--as", "app"]).ends_with(2);
    sandbox.run(&["prove", "--statement-timeout", "0"]).ends_with(2);
    sandbox.run(&["explain", "TN1003"]).ends_with(0);
}

#[test]
fn without_a_database_nothing_is_made_to_be_attacked() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["prove", "--as", "app"]).ends_with(2);
    ran.complains(&["no database was named", "--database", "DATABASE_URL", "Nothing was changed."]);
    assert!(!sandbox.data_dir().exists());
    let url = ("DATABASE_URL", "postgres:///leaky");
    let ran = sandbox.run_with(&["prove"], &[url]).ends_with(2);
    ran.complains(&["TN0305", "DATABASE_URL", "it names no host"]);
}
