//! The example as its reader runs it: a process, a private cluster, two people with an organization each.

#![cfg(test)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// The running example. Dropped, it is killed, and its cluster ends with it.
struct Example {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Example {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As root the cluster runs as another user, who must be able to pass through.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_quickstart-axum"))
            .arg("127.0.0.1:0")
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").unwrap_or_else(|| panic!("it printed {line:?}"));
        let address = address.split('/').next().unwrap().to_owned();
        Self { child, address, _folder: folder }
    }

    /// Sends a request and answers status and body.
    fn send(&self, request: &str, token: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Signs up with an organization of one's own and answers the access token.
    fn sign_up(&self, name: &str) -> String {
        let body = json!({
            "email": format!("{name}@example.com"),
            "password": "securepassword123",
            "name": name,
            "organization_name": format!("{name} organization"),
        });
        let (status, answer) = self.send("POST /auth/signup", "", Some(&body));
        assert_eq!(status, 201, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }
}

#[test]
fn two_organizations_see_their_own_notes_only() {
    let mut example = Example::start();
    let (john, jane) = (example.sign_up("john"), example.sign_up("jane"));
    let note = json!({ "body": "ours" });
    assert_eq!(example.send("POST /api/notes", &john, Some(&note)), (201, note.clone()));
    assert_eq!(example.send("GET /api/notes", &john, None), (200, json!([note])));
    assert_eq!(example.send("GET /api/notes", &jane, None), (200, json!([])));

    // The application's routes stand behind the same gate, and their refusals look like all others.
    let (status, problem) = example.send("GET /api/notes", "nobody", None);
    assert_eq!((status, &problem["code"]), (401, &json!("unauthenticated")));
    let (status, problem) = example.send("POST /api/notes", &john, Some(&json!({ "bod": 1 })));
    assert_eq!((status, &problem["code"]), (422, &json!("invalid")));

    let stopped = Command::new("kill").args(["-INT", &example.child.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    assert!(example.child.wait().unwrap().success(), "it ends well when it is asked to");
}
