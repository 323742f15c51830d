//! Restarting while people work (RE-1), with real processes: one that is replaced by the next, and one that takes
//! over the port of another that still runs.

use std::net::TcpStream;

use crate::harness::Sandbox;
use crate::load::{Load, ask};
use crate::server::Server;

/// A database of its own, so that servers may come and go; the first server lends its cluster.
struct Stage {
    sandbox: Sandbox,
    lender: Server,
    database: String,
}

impl Stage {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let lender = Server::start(&sandbox, &[]);
        sandbox.sql("postgres", "create database busy");
        let database = sandbox.address("busy", false);
        let administrator = sandbox.address("busy", true);
        let up = [
            ("DATABASE_URL", database.as_str()),
            ("TENANTRY_ADMIN_DATABASE_URL", administrator.as_str()),
        ];
        sandbox.run_with(&["migrate", "up"], &up).ends_with(0);
        Self { sandbox, lender, database }
    }

    fn server(&self, address: &str, is_sharing: &str) -> Server {
        let variables = [
            ("DATABASE_URL", self.database.as_str()),
            ("TENANTRY_LISTEN", address),
            ("TENANTRY_REUSE_PORT", is_sharing),
        ];
        Server::start(&self.sandbox, &variables)
    }
}

/// A request that reads what belongs to an organization, of somebody who has just signed up.
fn listing(server: &Server, name: &str) -> String {
    let body = format!(
        r#"{{"email":"{name}@example.com","password":"canary-horse-battery-7","name":"{name}","organization_name":"{name}"}}"#
    );
    let answer = server.post("/auth/signup", &body);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let token = answer["access_token"].as_str().unwrap();
    format!("GET /api/v1/projects HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n")
}

#[test]
fn a_server_takes_over_from_another_twice_and_no_request_fails_or_waits_for_a_port() {
    // RE-1
    let stage = Stage::new();
    let mut server = stage.server("127.0.0.1:0", "true");
    let address = server.address.clone();
    let loads = ["acme", "globex"].map(|name| Load::begin(&address, &listing(&server, name), 2));
    for _ in 0..2 {
        let next = stage.server(&address, "true");
        server.stop().ends_with(0);
        server = next;
        loads.iter().for_each(|load| load.wait(20));
    }
    for load in loads {
        let tally = load.end();
        println!("{} answered, {} refused", tally.answered, tally.refused);
        assert!(tally.failed.is_empty() && tally.refused == 0, "{tally:?}");
        assert!(tally.answered >= 40, "{tally:?}");
    }
    server.stop().ends_with(0);
    stage.lender.stop().ends_with(0);
}

#[test]
fn a_server_is_restarted_twice_and_no_request_that_was_sent_is_broken() {
    // RE-1
    let stage = Stage::new();
    let mut server = stage.server("127.0.0.1:0", "false");
    let address = server.address.clone();
    let loads = ["acme", "globex"].map(|name| Load::begin(&address, &listing(&server, name), 2));
    for _ in 0..2 {
        loads.iter().for_each(|load| load.wait(20));
        server.stop().ends_with(0);
        server = stage.server(&address, "false");
    }
    loads.iter().for_each(|load| load.wait(20));
    for load in loads {
        let tally = load.end();
        println!("{} answered, {} refused", tally.answered, tally.refused);
        assert!(tally.failed.is_empty(), "{tally:?}");
        assert!(tally.answered >= 60 && tally.refused > 0, "{tally:?}");
    }

    // Readiness says no on a connection that is open already, and that it was the last word.
    let waiting = TcpStream::connect(&address).unwrap();
    let ready = "GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n";
    assert_eq!(ask(&waiting, ready).unwrap(), (200, false));
    server.signal("TERM");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(ask(&waiting, ready).unwrap(), (503, true));
    server.wait().ends_with(0);

    // A port that nobody shares is taken, also for a server that would share it.
    let alone = stage.server(&address, "false");
    let variables = [("TENANTRY_LISTEN", address.as_str()), ("TENANTRY_REUSE_PORT", "true")];
    stage.sandbox.run_with(&["serve"], &variables).ends_with(6).complains(&["TN0601"]);
    alone.stop().ends_with(0);
    stage.lender.stop().ends_with(0);
}
