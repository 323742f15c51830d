//! The line that ends each request, as programs and as people read it.

use std::io::Write;

use serde_json::Value;

use crate::harness::Sandbox;
use crate::server::{Server, read_answer};

fn get(server: &Server, path: &str, more: &str) -> (u16, String) {
    let mut stream = server.connect();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{more}\r\n").unwrap();
    let answer = read_answer(&mut stream);
    (answer.status, answer.body)
}

fn sign_up(server: &Server, name: &str) -> Value {
    let body = format!(
        r#"{{"email":"{name}@example.com","password":"canary-horse-battery-7","name":"{name}","organization_name":"{name}"}}"#
    );
    serde_json::from_str(&server.post("/auth/signup", &body).body).unwrap()
}

/// What both formats must tell of: two organizations, an address that is not there, and no credentials.
fn requests(server: &Server) -> Vec<(String, usize)> {
    let mut seen = Vec::new();
    for name in ["acme", "globex"] {
        let account = sign_up(server, name);
        let token = account["access_token"].as_str().unwrap();
        let shown = format!("authorization: Bearer {token}\r\nx-canary: canary-header\r\n");
        let (status, body) = get(server, "/api/v1/projects?limit=77", &shown);
        assert_eq!(status, 200);
        seen.push((account["organization"]["id"].as_str().unwrap().to_owned(), body.len()));
    }
    assert_eq!(get(server, "/nowhere/%1b[2J", "").0, 404);
    seen
}

#[test]
fn a_program_reads_one_flat_line_a_request() {
    // SC-3
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[]);
    let seen = requests(&server);
    let log = server.stop().ends_with(0).stderr;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let lines: Vec<&Value> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(lines.len(), 5, "{log}");
    for line in &lines {
        assert!(line["span"].is_null() && line["status"].is_u64(), "{line}");
        assert!(line["milliseconds"].is_u64() && line["bytes"].is_u64(), "{line}");
        assert!(line["request"].as_str().unwrap().starts_with("req_"), "{line}");
    }
    for (line, (organization, bytes)) in [lines[1], lines[3]].into_iter().zip(&seen) {
        assert_eq!(line["organization"], organization.as_str());
        assert_eq!(line["bytes"], *bytes);
        assert_eq!((&line["method"], &line["path"]), (&"GET".into(), &"/api/v1/projects".into()));
        assert_eq!((&line["route"], &line["status"]), (&"/api/v1/projects".into(), &200.into()));
    }
    assert_eq!((&lines[4]["route"], &lines[4]["status"]), (&"none".into(), &404.into()));
    assert!(lines[4].get("organization").is_none(), "{}", lines[4]);
    assert!(!log.contains("canary") && !log.contains("limit=77"), "{log}");
}

#[test]
fn a_person_reads_status_method_path_and_time_in_columns() {
    let sandbox = Sandbox::new();
    let server = Server::start(&sandbox, &[("TENANTRY_LOG_FORMAT", "text")]);
    let seen = requests(&server);
    let log = server.stop().ends_with(0).stderr;
    println!("{log}");
    for (organization, bytes) in &seen {
        let line = log
            .lines()
            .find(|line| line.contains("/api/v1/projects") && line.contains(organization.as_str()));
        let words: Vec<&str> = line.unwrap().split_whitespace().collect();
        assert_eq!(words[1..4], ["200", "GET", "/api/v1/projects"], "{words:?}");
        assert_eq!(
            (words[5], words[6], words[7]),
            ("ms", bytes.to_string().as_str(), "B"),
            "{words:?}"
        );
        assert!(words[8] == organization && words[9].starts_with("req_"), "{words:?}");
    }
    assert_eq!(log.matches(" 201 POST   /auth/signup ").count(), 2, "{log}");
    assert!(!log.contains('\u{1b}') && !log.contains("canary"), "{log}");
}
