//! What the help, the explanations and the topics look like, at two widths, with colours and without.

use crate::harness::Sandbox;

fn snapshot(name: &str, arguments: &[&str], columns: &str) {
    let ran = Sandbox::new().run_with(arguments, &[("COLUMNS", columns)]);
    insta::assert_snapshot!(name, ran.shown());
}

#[test]
fn the_help_begins_with_examples_and_groups_the_commands() {
    snapshot("help_80", &["--help"], "80");
    snapshot("help_120", &["--help"], "120");
    snapshot("help_colored", &["--help", "--color", "always"], "80");
}

#[test]
fn without_a_command_the_help_is_shown_and_the_end_is_a_mistake() {
    let ran = Sandbox::new().run(&[]).ends_with(2);
    assert!(ran.stdout.contains("Examples:"), "{}", ran.stdout);
}

#[test]
fn each_command_has_examples_and_its_settings_as_flags() {
    for command in ["serve", "doctor", "migrate", "prove", "config", "explain", "completion"] {
        snapshot(&format!("help_{command}_80"), &[command, "--help"], "80");
    }
    snapshot("help_serve_120", &["serve", "--help"], "120");
    snapshot("help_adopt_80", &["adopt", "--help"], "80");
    for command in ["plan", "apply", "rollback", "connect"] {
        snapshot(&format!("help_adopt_{command}_80"), &["adopt", command, "--help"], "80");
    }
    snapshot("help_migrate_down_80", &["help", "migrate", "down"], "80");
}

#[test]
fn the_topics_are_generated_from_their_tables() {
    snapshot("help_exit_codes", &["help", "exit-codes"], "80");
    snapshot("help_configuration_80", &["help", "configuration"], "80");
    snapshot("help_configuration_120", &["help", "configuration"], "120");
}

#[test]
fn a_code_is_explained_for_people_and_for_programs() {
    snapshot("explain_80", &["explain", "TN0201"], "80");
    snapshot("explain_120", &["explain", "tn0201"], "120");
    snapshot("explain_colored", &["explain", "TN0201", "--color=always"], "80");
    snapshot("explain_json", &["explain", "TN0601", "--json"], "80");
    snapshot("explain_all", &["explain"], "80");
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    snapshot("slip_command", &["serv"], "80");
    snapshot("slip_argument", &["serve", "--lisen", "x"], "80");
    snapshot("slip_code", &["explain", "TN9999"], "80");
    snapshot("slip_topic", &["help", "exit"], "80");
    snapshot("slip_colored", &["--color", "always", "serv"], "80");
}

#[test]
fn completions_are_made_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = Sandbox::new().run(&["completion", shell]).ends_with(0);
        assert!(ran.stdout.contains("migrate") && ran.stdout.contains("data-dir"), "{shell}");
    }
}

#[test]
fn colours_follow_the_conventions_of_the_environment() {
    let sandbox = Sandbox::new();
    let is_colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        sandbox.run_with(arguments, variables).stdout.contains('\u{1b}')
    };
    let explain = ["explain", "TN0201"];
    assert!(!is_colored(&explain, &[]), "nothing is coloured where there is no terminal");
    assert!(is_colored(&explain, &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored(&explain, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_colored(&["explain", "TN0201", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}
