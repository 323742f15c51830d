//! What stops a server from starting, and that it says so.

use std::net::TcpListener;

use crate::harness::Sandbox;
use crate::server::Server;

const TEXT: (&str, &str) = ("TENANTRY_LOG_FORMAT", "text");

#[test]
fn a_taken_port_is_said_with_its_holder_and_nothing_is_started() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let sandbox = Sandbox::new();
    let ran = sandbox.run_with(&["serve"], &[("TENANTRY_LISTEN", &address), TEXT]).ends_with(6);
    let mut parts = vec!["TN0601", "is taken", "TENANTRY_LISTEN=127.0.0.1:"];
    let holder = format!("process {}", std::process::id());
    if cfg!(target_os = "linux") {
        parts.push(&holder);
    }
    ran.complains(&parts);
    assert!(!sandbox.data_dir().exists(), "nothing was started");
}

#[test]
fn an_unreachable_database_is_temporary_and_its_password_is_not_shown() {
    // SC-3
    let url = "postgres://user:hunter2@127.0.0.1:1/x";
    let variables = [("DATABASE_URL", url), ("TENANTRY_LISTEN", "127.0.0.1:0"), TEXT];
    let ran = Sandbox::new().run_with(&["serve"], &variables).ends_with(6).complains(&["TN0501"]);
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
}

#[test]
fn without_a_terminal_a_refusal_is_one_line_of_json() {
    let ran = Sandbox::new().run_with(&["serve"], &[("TENANTRY_LISTEN", "nowhere")]).ends_with(2);
    let line: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["problems"][0]["code"], "TN0305");
    assert_eq!(line["exit"], 2);
}

#[test]
fn only_a_migrated_database_with_a_harmless_login_is_served() {
    // RL-6 in the program: the login, the schema, and the way out of each refusal.
    let sandbox = Sandbox::new();
    let first = Server::start(&sandbox, &[]);

    // A second server on the same data directory.
    let ran =
        sandbox.run_with(&["serve"], &[("TENANTRY_LISTEN", "127.0.0.1:0"), TEXT]).ends_with(6);
    ran.complains(&["TN0106", &format!("process {}", first.pid())]);
    sandbox.run(&["migrate", "up"]).ends_with(6).complains(&["TN0106"]);

    // The same database, with the superuser's login.
    let serve = |address: &str| {
        let variables = [("DATABASE_URL", address), ("TENANTRY_LISTEN", "127.0.0.1:0"), TEXT];
        sandbox.run_with(&["serve"], &variables)
    };
    let ran = serve(&sandbox.address("tenantry", true)).ends_with(4);
    let statement = "alter role tenantry_superuser nosuperuser;";
    let ran =
        ran.complains(&["TN0201", statement, "leave user and password out", "Nothing was served"]);
    let password = std::fs::read_to_string(sandbox.data_dir().join("superuser.password")).unwrap();
    assert!(!ran.stderr.contains(password.trim()), "{}", ran.stderr);

    // A database that was never migrated.
    sandbox.sql("postgres", "create database fresh");
    let (fresh, administrator) = (sandbox.address("fresh", false), sandbox.address("fresh", true));
    serve(&fresh).ends_with(4).complains(&["TN0401", "tenantry migrate up"]);
    serve(&sandbox.address("absent", false)).ends_with(2).complains(&["TN0503"]);

    // Migrated, it is served, with logins of Tenantry's own.
    let up =
        [("DATABASE_URL", fresh.as_str()), ("TENANTRY_ADMIN_DATABASE_URL", administrator.as_str())];
    sandbox.run_with(&["migrate", "up"], &up).ends_with(0);
    let second = Server::start(&sandbox, &[("DATABASE_URL", fresh.as_str())]);
    assert_eq!(second.get("/readyz").status, 200);
    assert_eq!(second.stop().code, Some(0));

    // Another secret: the logins that are derived from it do not exist.
    let other = [
        ("DATABASE_URL", fresh.as_str()),
        ("JWT_SECRET_KEY", "a90c1b7e5d3f48266d1e0a7b94c8f35e"),
        ("TENANTRY_LISTEN", "127.0.0.1:0"),
        TEXT,
    ];
    sandbox.run_with(&["serve"], &other).ends_with(2).complains(&["TN0502"]);
    assert_eq!(first.stop().code, Some(0));
}
