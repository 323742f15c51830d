//! `/metrics` of a running server, on the main address and on one of its own.

use std::io::Write;
use std::net::TcpStream;

use crate::harness::Sandbox;
use crate::server::{Answer, Server, read_answer};

fn get(address: &str, path: &str, more: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{more}\r\n").unwrap();
    read_answer(&mut stream)
}

fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    line.unwrap_or_else(|| panic!("no {series} in {text}")).trim().parse().unwrap()
}

#[test]
fn the_metrics_stand_on_the_main_address_for_this_machine_or_on_one_of_their_own() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    let idle = server.connect();
    let answer = get(&server.address, "/metrics", "");
    assert_eq!(answer.status, 200);
    assert_eq!(value(&answer.body, "tenantry_connections "), 2.0);
    assert!(value(&answer.body, "process_resident_memory_bytes ") > 1_000_000.0);
    assert_eq!(get(&server.address, "/metrics", "x-forwarded-for: 127.0.0.1\r\n").status, 404);
    drop(idle);
    assert_eq!(server.stop().code, Some(0));

    let server = Server::start(&sandbox, &[("TENANTRY_METRICS_LISTEN", "127.0.0.1:0")]);
    assert_eq!(get(&server.address, "/metrics", "").status, 404);
    let log = server.log();
    let (_, rest) = log.split_once("\"metrics\":\"").unwrap();
    let own = rest.split('"').next().unwrap();
    // A connection that is kept open does not hold up the end.
    let mut kept = TcpStream::connect(own).unwrap();
    write!(kept, "GET /metrics HTTP/1.1\r\nhost: test\r\n\r\n").unwrap();
    let answer = get(own, "/metrics", "");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("tenantry_build_info{"), "{}", answer.body);
    assert_eq!(get(own, "/auth/me", "").status, 404);
    let stopped = server.stop().ends_with(0);
    assert!(!stopped.stderr.contains("cut off"), "{}", stopped.stderr);
}

#[test]
fn a_metrics_address_that_is_taken_is_told_with_its_own_setting() {
    let sandbox = Sandbox::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let variables =
        [("TENANTRY_METRICS_LISTEN", address.as_str()), ("TENANTRY_LISTEN", "127.0.0.1:0")];
    let ran = sandbox.run_with(&["serve"], &variables);
    assert_ne!(ran.code, Some(0));
    ran.complains(&["TN0601", "TENANTRY_METRICS_LISTEN="]);
}
