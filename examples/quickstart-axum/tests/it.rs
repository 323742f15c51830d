//! The example as its reader runs it: a process, a private cluster, two people with an organization each.

#![cfg(test)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tenantry_core::Clock;
use tenantry_db::{Config, DbError, bootstrap};
use tenantry_prove::attack::{Attack, Group};
use tenantry_prove::report::{Outcome, Report, Verdict};
use tenantry_prove::{Options, prove};

/// The running example. Dropped, it is killed, and its cluster ends with it.
struct Example {
    child: Child,
    address: String,
    folder: tempfile::TempDir,
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
        Self { child, address, folder }
    }

    /// An administrator's way to its database, as the files of its cluster say it.
    fn administrator(&self) -> Config {
        let cluster = self.folder.path().join(".quickstart");
        let password = std::fs::read_to_string(cluster.join("superuser.password")).unwrap();
        let pid_file = std::fs::read_to_string(cluster.join("postgres/postmaster.pid")).unwrap();
        let lines: Vec<&str> = pid_file.lines().collect();
        let (port, socket) = (lines[3].trim().parse().unwrap(), lines[4].trim());
        let mut config = Config::new();
        config.host_path(socket).port(port).dbname("postgres");
        config.user("tenantry_superuser").password(password.trim());
        config
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

/// RL-1, RL-2, RL-3, RL-4, RL-5, RL-7: the application's own table stands under every attack, like the control plane's.
#[tokio::test]
async fn the_applications_own_table_holds_under_every_attack() {
    let example = Example::start();
    for name in ["john", "jane"] {
        let token = example.sign_up(name);
        let note = json!({ "body": format!("of {name}") });
        assert_eq!(example.send("POST /api/notes", &token, Some(&note)).0, 201);
    }
    let address = example.administrator();
    let report = proved(&address).await;
    assert_eq!((report.role.as_str(), report.verdict()), ("tenantry_app", Verdict::Held));
    let found: Vec<_> =
        report.findings.iter().map(|finding| (&finding.code, &finding.title)).collect();
    assert_eq!(found, []);
    assert_eq!(
        matrix(&report, "public.notes"),
        "select 0, scan 0, join 0, copy 0, insert x, update 0, move x, delete 0, upsert x, reference ., probe ., \
         unset 0, forged x, expired x, replayed x, stale 0"
    );

    // The check can fail: without its guard, the same table leaks.
    let opened: Result<(), DbError> = bootstrap::with_client(&address, async |client| {
        client.batch_execute("drop policy tenantry_guard on public.notes").await.unwrap();
        Ok(())
    })
    .await;
    opened.unwrap();
    let report = proved(&address).await;
    assert_eq!(report.verdict(), Verdict::Leaks);
    assert!(matrix(&report, "public.notes").starts_with("select L, scan L"));
}

async fn proved(address: &Config) -> Report {
    Box::pin(prove(address, &Options::default(), &Clock::system(), &|_| {})).await.unwrap()
}

/// What came of each attack on a table: `0` no rows, `x` refused, `L` leaked, `.` nothing to try.
fn matrix(report: &Report, name: &str) -> String {
    let object = report.objects.iter().find(|object| object.name == name).unwrap();
    let attacks = Attack::ALL.into_iter().filter(|attack| attack.group() != Group::Reach);
    let cells = attacks.map(|attack| {
        let sign = match object.cell(attack).map(|cell| &cell.outcome) {
            Some(Outcome::NoRows) => '0',
            Some(Outcome::Refused) => 'x',
            Some(Outcome::Leaked { .. }) => 'L',
            Some(Outcome::DoesNotApply { .. }) => '.',
            other => panic!("{attack}: {other:?}"),
        };
        format!("{attack} {sign}")
    });
    cells.collect::<Vec<_>>().join(", ")
}
