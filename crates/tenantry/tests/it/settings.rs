//! `tenantry config`: what is shown and from where, what is checked, and that the example file can be used.

use serde_json::Value;

use crate::harness::Sandbox;

const ADDRESS: &str = "postgres://tenantry_app:canary@db.example.com:5432/app";

/// A place with a setting from each source.
fn mixed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("tenantry.toml", "# ours\nlog = \"debug\"\n\ntrusted_proxies = [\"10.0.0.1\"]\n");
    sandbox.write(".env", "OTHER=1\nJWT_SECRET_KEY=canary-6d9e1a4f7385bd0c2e6a917f34\n");
    sandbox
}

const VARIABLES: [(&str, &str); 3] =
    [("DATABASE_URL", ADDRESS), ("TENANTRY_LOG", "info"), ("COLUMNS", "80")];

#[test]
fn every_setting_is_shown_with_its_origin_and_no_secret_is() {
    // SC-3
    let shown = |columns: &str, more: &[&str]| {
        let arguments = [&["config", "--listen", "127.0.0.1:8001"], more].concat();
        let mut variables = VARIABLES;
        variables[2].1 = columns;
        let ran = mixed().run_with(&arguments, &variables).ends_with(0);
        assert!(!ran.shown().contains("canary"), "{}", ran.shown());
        ran
    };
    insta::assert_snapshot!("settings_80", shown("80", &[]).shown());
    insta::assert_snapshot!("settings_120", shown("120", &[]).shown());
    insta::assert_snapshot!("settings_colored", shown("80", &["--color", "always"]).shown());
    let json: Value = serde_json::from_str(&shown("80", &["--json"]).stdout).unwrap();
    let find = |name: &str| {
        let mut all = json["settings"].as_array().unwrap().iter();
        all.find(|setting| setting["name"] == name).unwrap()
    };
    assert_eq!(find("TENANTRY_LISTEN")["source"], "flag");
    assert_eq!(find("TENANTRY_LOG")["source"], "environment");
    assert_eq!(find("TENANTRY_TRUSTED_PROXIES")["line"], 4);
    assert_eq!(find("TENANTRY_TRUSTED_PROXIES")["file"], "tenantry.toml");
    assert_eq!(find("JWT_SECRET_KEY")["value"], "***");
    assert_eq!(find("JWT_SECRET_KEY")["line"], 2);
    let database = &find("DATABASE_URL")["value"];
    assert_eq!(database, "postgres://tenantry_app:***@db.example.com:5432/app");
    assert_eq!(find("ACCESS_TOKEN_EXPIRE_MINUTES")["source"], "default");
    assert_eq!(json["files"], serde_json::json!(["tenantry.toml", ".env"]));
}

#[test]
fn show_and_the_bare_command_are_the_same_and_a_flag_may_stand_behind_either() {
    let sandbox = mixed();
    let bare = sandbox.run(&["config", "--listen", "127.0.0.1:1"]).ends_with(0);
    let show = sandbox.run(&["config", "show", "--listen", "127.0.0.1:1"]).ends_with(0);
    assert_eq!(bare.stdout, show.stdout);
    assert!(bare.stdout.contains("127.0.0.1:1"), "{}", bare.stdout);
}

#[test]
fn what_cannot_be_used_is_shown_all_the_same_and_said_at_the_end() {
    let sandbox = Sandbox::new();
    sandbox.write("tenantry.toml", "\nlisten = \"nowhere\"\n");
    let ran = sandbox.run_with(&["config"], &[("COLUMNS", "80")]).ends_with(2);
    assert!(ran.stdout.contains("tenantry.toml:2"), "{}", ran.stdout);
    ran.complains(&["TN0305", "nowhere", "tenantry.toml:2"]);
}

#[test]
fn a_check_ends_with_zero_or_with_two_and_starts_nothing() {
    let sandbox = mixed();
    // Nothing answers at this address, and nobody asks it.
    let ran = sandbox.run_with(&["config", "check"], &VARIABLES).ends_with(0);
    insta::assert_snapshot!("settings_check", ran.shown());
    let wrong = [("TENANTRY_LISTEN", "nowhere"), ("TENANTRY_PASSWORD_MIN_LENGTH", "7")];
    let ran = sandbox.run_with(&["config", "check"], &wrong).ends_with(2);
    ran.complains(&["TENANTRY_LISTEN", "TENANTRY_PASSWORD_MIN_LENGTH", "exit 2"]);
    let weak = sandbox.run_with(&["config", "check"], &[("JWT_SECRET_KEY", "hunter2")]);
    let weak = weak.ends_with(2).complains(&["TN0301"]);
    assert!(!weak.stderr.contains("hunter2"), "{}", weak.stderr);
    let odd = [("ACCESS_TOKEN_EXPIRE_MINUTES", "1440")];
    let ran = sandbox.run_with(&["config", "check"], &odd).ends_with(0).complains(&["TN0308"]);
    assert!(ran.stdout.contains("with 1 warning"), "{}", ran.stdout);
    let ran = sandbox.run_with(&["config", "check", "--json"], &odd).ends_with(0);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["warnings"][0]["code"], "TN0308");
    assert!(!sandbox.data_dir().exists(), "nothing was started");
}

#[test]
fn the_example_changes_nothing_and_every_line_of_it_can_be_used() {
    let sandbox = Sandbox::new();
    let example = sandbox.run(&["config", "example"]).ends_with(0).stdout;
    let before = sandbox.run(&["config", "--json"]).ends_with(0).stdout;
    sandbox.write("tenantry.toml", &example);
    let settings = |text: &str| serde_json::from_str::<Value>(text).unwrap()["settings"].clone();
    let after = sandbox.run(&["config", "--json"]).ends_with(0).stdout;
    assert_eq!(settings(&before), settings(&after));

    let uncommented: String = example
        .lines()
        .filter_map(|line| {
            line.strip_prefix('#').filter(|rest| !rest.is_empty() && !rest.starts_with(' '))
        })
        .fold(String::new(), |text, line| text + line + "\n");
    let all = settings(&before).as_array().unwrap().len();
    let secrets = example.matches("# A secret:").count();
    assert_eq!(uncommented.lines().count() + secrets, all, "{uncommented}");
    sandbox.write("tenantry.toml", &uncommented);
    sandbox.run(&["config", "check"]).ends_with(0);
}
