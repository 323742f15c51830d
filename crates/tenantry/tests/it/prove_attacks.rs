//! `tenantry prove` on databases that are there: our own, one that leaks, and the same when it is mended.

use serde_json::Value;

use crate::harness::Sandbox;
use crate::server::Server;

const LEAKY: &str = include_str!("../../../../examples/leaky/definer-view.sql");
const MENDED: &str = include_str!("../../../../examples/leaky/definer-view.fix.sql");

#[test]
fn our_own_control_plane_holds_and_ends_with_zero() {
    let sandbox = Sandbox::new();
    sandbox.run(&["migrate", "up"]).ends_with(0);
    let ran = sandbox.run(&["prove", "--json", "--deny", "oracle,not-run"]).ends_with(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["verdict"], "held");
    assert_eq!(report["role"], "tenantry_app");
    assert!(report["totals"]["attacks"].as_u64() > Some(50), "{}", report["totals"]);
    assert!(ran.stderr.is_empty(), "nobody watches: {}", ran.stderr);
}

#[test]
fn a_leak_ends_with_five_until_it_is_mended() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    sandbox.sql("postgres", "create database leaky");
    sandbox.sql("leaky", LEAKY);
    let address = sandbox.address("leaky", true);
    let prove = |arguments: &[&str]| {
        let enter = ["--context", "set local app.tenant = {org}", "--skip", "forged"];
        let arguments = [&["prove"], arguments, &enter].concat();
        sandbox.run_with(&arguments, &[("DATABASE_URL", &address), ("COLUMNS", "120")])
    };

    let refused = prove(&[]).ends_with(4).complains(&["TN1003", "--as ROLE"]);
    assert!(refused.stdout.is_empty(), "{}", refused.stdout);
    prove(&["--as", "nobody_at_all"]).ends_with(2).complains(&["TN1001"]);
    let files =
        ["--as", "fieldpost_app", "--html", "a.html", "--sarif", "a.sarif", "--junit", "a.xml"];
    let ran = prove(&files).ends_with(5);
    for part in ["2 views leak", "✕ ticket_search", "security_invoker = true", "exit 5", "a.sarif"]
    {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
    let read = |name: &str| std::fs::read_to_string(sandbox.path().join(name)).unwrap();
    assert!(read("a.html").contains("ticket_search") && read("a.xml").contains("<failure"));
    let sarif: Value = serde_json::from_str(&read("a.sarif")).unwrap();
    let codes = sarif["runs"][0]["results"].as_array().unwrap().iter();
    assert!(codes.clone().all(|result| result["ruleIndex"].is_u64()), "every code has its rule");
    let explained = codes.map(|result| result["ruleId"].as_str().unwrap());
    explained.for_each(|code| drop(sandbox.run(&["explain", code]).ends_with(0)));

    sandbox.sql("leaky", MENDED);
    prove(&["--as", "fieldpost_app"]).ends_with(0);
    prove(&["--as", "fieldpost_app", "--only", "ticket_serch"]).ends_with(2).complains(&["TN1007"]);
    let password = std::fs::read_to_string(sandbox.data_dir().join("superuser.password")).unwrap();
    assert!(
        !["a.html", "a.sarif", "a.xml"].iter().any(|name| read(name).contains(password.trim()))
    );
    assert_eq!(server.stop().code, Some(0));
}

#[test]
fn a_context_that_fails_is_wrong_usage_and_nothing_to_prove_too() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    sandbox.sql("postgres", "create database leaky");
    sandbox.sql("leaky", LEAKY);
    let prove = |database: &str, context: &str| {
        let address = sandbox.address(database, true);
        let arguments =
            ["prove", "--database", &address, "--as", "fieldpost_app", "--context", context];
        sandbox.run(&arguments).ends_with(2)
    };
    prove("leaky", "set nonsense").complains(&["TN1005", "Nothing was changed."]);
    prove("postgres", "set a.b = {org}").complains(&["TN1004", "--tenant-column"]);
    assert_eq!(server.stop().code, Some(0));
}
