//! `serve --demo`: what the screen shows works, and nothing real is ever filled.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::harness::Sandbox;
use crate::server::Server;
use crate::terminal::{Terminal, assert_screen};

const SIGN_UP: &str = r#"{"email":"ada@example.com","password":"canary-horse-battery-7","name":"Ada","organization_name":"Analytical Engines"}"#;
const TEXT: (&str, &str) = ("TENANTRY_LOG_FORMAT", "text");
const ANYWHERE: (&str, &str) = ("TENANTRY_LISTEN", "127.0.0.1:0");

/// Runs a line of the screen in a shell, and answers what it prints.
fn run(line: &str) -> String {
    let output = Command::new("sh").args(["-c", &format!("{} -sS", line.trim())]).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_demo_is_in_a_directory_of_its_own_and_its_line_signs_in() {
    // SC-2: no default password, also not here.
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::serve(&sandbox, &["--demo"]);
    let screen = terminal.until("stops Tenantry and its PostgreSQL.").to_owned();
    assert_screen("terminal_demo", &screen);
    assert!(sandbox.path().join(".tenantry-demo").exists() && !sandbox.data_dir().exists());
    let line = screen.lines().find(|line| line.contains("curl ")).unwrap();
    let answer = run(line);
    assert!(answer.contains("access_token") && answer.contains("\"slug\":\"demo\""), "{answer}");
    assert_eq!(terminal.stop(), Some(0));

    // Found again, with another password, and without a terminal in a file.
    let mut command = sandbox.command(&["serve", "--demo"]);
    let server = Server::spawn(command.env(ANYWHERE.0, ANYWHERE.1)).unwrap();
    let file = sandbox.path().join(".tenantry-demo/demo-login");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let login = std::fs::read_to_string(&file).unwrap();
    assert!(run(&login).contains("access_token"));
    let old = line.split("-d ").nth(1).unwrap().trim().trim_matches('\'');
    assert_eq!(server.post("/auth/login", old).status, 401);
    let password = login.split("\"password\":\"").nth(1).unwrap().split('"').next().unwrap();
    let stopped = server.stop().ends_with(0);
    assert!(!stopped.stderr.contains(password), "the log has the password: {}", stopped.stderr);
    assert!(!sandbox.path().join(".tenantry-demo/setup-link").exists());
}

#[test]
fn a_demo_refuses_what_may_be_somebodys() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    assert_eq!(server.post("/auth/signup", SIGN_UP).status, 201);
    sandbox.sql("postgres", "create database fresh");
    let (fresh, administrator) = (sandbox.address("fresh", false), sandbox.address("fresh", true));
    let up = [("DATABASE_URL", fresh.as_str()), ("TENANTRY_ADMIN_DATABASE_URL", &administrator)];
    sandbox.run_with(&["migrate", "up"], &up).ends_with(0);
    let demo = ["serve", "--demo", "--data-dir", ".tenantry"];
    let given =
        |address: &str| sandbox.run_with(&demo, &[("DATABASE_URL", address), TEXT, ANYWHERE]);
    // Empty, but not its own; and one with an organization in it.
    let parts = ["TN0631", "--demo refuses this database", "Nothing was changed."];
    given(&fresh).ends_with(4).complains(&parts).complains(&["none that --demo made"]);
    let real = sandbox.address("tenantry", false);
    given(&real).ends_with(4).complains(&parts).complains(&["it has 1 organization"]);
    assert_eq!(server.stop().code, Some(0));
    let ran = sandbox.run_with(&demo, &[TEXT, ANYWHERE]).ends_with(4);
    ran.complains(&parts).complains(&["it has 1 organization"]);
    let again = Server::start(&sandbox, &[]);
    let organizations = sandbox.sql("tenantry", "select count(*) from tenantry.organizations");
    assert_eq!((organizations.as_str(), again.stop().code), ("1", Some(0)));
}
