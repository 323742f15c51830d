//! The life of a server: first start, requests, a stop in order, a stop by force, and the data after each.

use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::harness::Sandbox;
use crate::server::{Server, read_answer};

const SIGN_UP: &str = r#"{"email":"ada@example.com","password":"canary-horse-battery-7","name":"Ada","organization_name":"Analytical Engines"}"#;
const LOGIN: &str = r#"{"email":"ada@example.com","password":"canary-horse-battery-7"}"#;

#[test]
fn a_server_starts_from_nothing_and_keeps_its_data_through_a_stop_and_a_kill() {
    // RE-1, RE-10, SC-1, SC-3
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    assert_eq!(server.get("/livez").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
    let answer = server.post("/auth/signup", SIGN_UP);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let key = sandbox.data_dir().join("master.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);

    let stopped = server.stop().ends_with(0).complains(&["\"stopped\""]);
    let secret = std::fs::read_to_string(&key).unwrap();
    for canary in ["canary-horse", secret.trim(), "eyJ"] {
        assert!(!stopped.stderr.contains(canary), "{canary} in {}", stopped.stderr);
    }

    let mut killed = Server::start(&sandbox, &[]);
    assert_eq!(killed.post("/auth/login", LOGIN).status, 200);
    killed.signal("KILL");
    assert_eq!(killed.wait().code, None);

    let again = Server::start(&sandbox, &[]);
    assert_eq!(again.post("/auth/login", LOGIN).status, 200);
    assert_eq!(again.stop().code, Some(0));

    // A new secret takes over; what the old one sealed is accepted meanwhile, and nobody is locked out.
    let rotation = [
        ("JWT_SECRET_KEY", "8f0b2c6d9e1a4f7385bd0c2e6a917f34"),
        ("JWT_SECRET_KEY_PREVIOUS", secret.trim()),
    ];
    let rotated = Server::start(&sandbox, &rotation);
    assert_eq!(rotated.get("/readyz").status, 200);
    assert_eq!(rotated.post("/auth/login", LOGIN).status, 200);
    assert_eq!(rotated.stop().code, Some(0));
}

#[test]
fn a_stop_answers_what_is_in_flight_and_a_second_signal_ends_at_once() {
    // RE-1
    let sandbox = Sandbox::new();
    let mut server = Server::start(&sandbox, &[]);
    let mut in_flight = half_a_request(&server);
    server.signal("TERM");
    wait_until_closed(&server);
    let (_, rest) = LOGIN.split_at(10);
    in_flight.write_all(rest.as_bytes()).unwrap();
    let answer = read_answer(&mut in_flight);
    assert_eq!(answer.status, 401, "{}", answer.body);
    server.wait().ends_with(0);

    let mut server = Server::start(&sandbox, &[]);
    let _never_finished = half_a_request(&server);
    server.signal("INT");
    wait_until_closed(&server);
    let asked_again = Instant::now();
    server.signal("INT");
    server.wait().ends_with(130);
    assert!(asked_again.elapsed() < Duration::from_secs(2), "{:?}", asked_again.elapsed());
    // What was cut off is well again.
    assert_eq!(Server::start(&sandbox, &[]).stop().code, Some(0));
}

/// A request of which the server has seen the head and the first ten bytes of the body.
fn half_a_request(server: &Server) -> TcpStream {
    let mut stream = server.connect();
    let (begun, _) = LOGIN.split_at(10);
    let length = LOGIN.len();
    write!(
        stream,
        "POST /auth/login HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{begun}"
    )
    .unwrap();
    // There is no sign from outside that it was read; a moment is enough.
    std::thread::sleep(Duration::from_millis(200));
    stream
}

fn wait_until_closed(server: &Server) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(&server.address).is_ok() {
        assert!(Instant::now() < deadline, "the server still accepts connections");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_signal_while_starting_stops_in_order_and_leaves_no_database_running() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["serve"]);
    let mut child = command.env("TENANTRY_LISTEN", "127.0.0.1:0").spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let sent = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!sandbox.data_dir().join("postgres/postmaster.pid").exists());
    assert_eq!(Server::start(&sandbox, &[]).stop().code, Some(0));
}
