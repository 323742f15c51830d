//! `tenantry doctor`: on a machine where nothing is wrong, where something is, and while the server runs.

use serde_json::Value;

use crate::harness::Sandbox;
use crate::server::Server;

fn report(sandbox: &Sandbox, arguments: &[&str], code: i32) -> Value {
    let ran = sandbox.run(&[&["doctor", "--json"], arguments].concat()).ends_with(code);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn codes(report: &Value, family: &str) -> Vec<String> {
    let checks = report["checks"][family].as_array().unwrap();
    let codes = checks.iter().filter_map(|check| check["code"].as_str());
    codes.map(str::to_owned).collect()
}

#[test]
fn the_doctor_looks_into_a_running_server_finds_a_flaw_and_mends_it() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    let well = report(&sandbox, &[], 0);
    assert_eq!(well["healthy"], true);
    assert_eq!(well["checks"]["isolation"].as_array().unwrap().len(), 8);
    for family in [
        "configuration",
        "cluster",
        "postgres",
        "clock",
        "migrations",
        "signing_key",
        "secret",
        "disk",
    ] {
        assert_eq!(well["checks"][family][0]["state"], "good", "{family}: {well}");
    }

    sandbox.sql("tenantry", "create table public.notes (organization_id uuid, text text); grant select, truncate on public.notes to tenantry_app");
    sandbox.sql("tenantry", "create view public.everything as select * from public.notes; grant select on public.everything to tenantry_app");
    let ill = report(&sandbox, &[], 1);
    let found = codes(&ill, "isolation");
    for code in ["TN0203", "TN0204", "TN0208"] {
        assert!(found.iter().any(|found| found == code), "{code}: {ill}");
    }
    let shown = sandbox.run(&["doctor"]).ends_with(1).stdout;
    assert!(shown.contains("can mend 3 of them"), "{shown}");
    assert!(shown.contains("alter view everything set (security_invoker = true);"), "{shown}");

    // The table has no key that protect() could stand on: that one is left, and said.
    let mended = report(&sandbox, &["--fix"], 1);
    assert_eq!(codes(&mended, "isolation"), ["TN0203"], "{mended}");
    assert!(
        mended["mended"].to_string().contains("not mended: select tenantry.protect"),
        "{mended}"
    );
    sandbox.sql("tenantry", "drop table public.notes cascade");
    report(&sandbox, &[], 0);
    assert_eq!(server.stop().code, Some(0));

    // Open files are found, and closed.
    use std::os::unix::fs::PermissionsExt;
    let open =
        |path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    open(sandbox.data_dir().join("master.key"), 0o644);
    open(sandbox.data_dir(), 0o755);
    let ill = report(&sandbox, &[], 1);
    assert_eq!(codes(&ill, "secret"), ["TN0302"]);
    assert_eq!(codes(&ill, "data_directory"), ["TN0607"]);
    report(&sandbox, &["--fix"], 0);
}

#[test]
fn the_doctor_goes_on_when_the_database_is_away() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", "DATABASE_URL=postgres://user:hunter2@127.0.0.1:1/x\n");
    let ran = sandbox.run(&["doctor"]).ends_with(1);
    for part in ["TN0501", "not asked", "1 problem"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
}

#[test]
fn the_doctor_makes_nothing_where_there_is_nothing_yet() {
    let sandbox = Sandbox::new();
    let report = report(&sandbox, &[], 0);
    assert_eq!(report["checks"]["cluster"][0]["state"], "good", "{report}");
    assert_eq!(report["checks"]["isolation"][0]["state"], "skipped", "{report}");
    assert!(!sandbox.data_dir().exists());
    let ran = sandbox.run(&["doctor", "--postgres-bin", "/nowhere"]).ends_with(1);
    assert!(ran.stdout.contains("TN0102"), "{}", ran.stdout);
}
