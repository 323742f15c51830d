//! A running `tenantry serve`, and plain HTTP to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::harness::{Ran, Sandbox};

/// A server process. Dropped, it is killed.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Server {
    /// Starts a server on a free port and waits until it says that it is ready.
    pub(crate) fn start(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Self {
        let mut command = sandbox.command(&["serve"]);
        command.env("TENANTRY_LISTEN", "127.0.0.1:0").envs(variables.iter().copied());
        Self::spawn(&mut command).unwrap_or_else(|log| panic!("the server did not start: {log}"))
    }

    pub(crate) fn spawn(command: &mut Command) -> Result<Self, String> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut log = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                child.wait().unwrap();
                return Err(log);
            };
            log.push_str(&line);
            log.push('\n');
            let json = line.split_once("\"address\":\"http");
            if let Some((_, rest)) = json.or_else(|| line.split_once("address=http")) {
                let address = rest.split(['"', ' ']).next().unwrap();
                break address.trim_start_matches('s').trim_start_matches("://").to_owned();
            }
        };
        let log = Arc::new(Mutex::new(log));
        let shared = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = shared.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Ok(Self { child, address, log, reader: Some(reader) })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end; answers the exit code, and what was logged in all.
    pub(crate) fn wait(&mut self) -> Ran {
        let deadline = Instant::now() + Duration::from_secs(40);
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let stderr = self.log.lock().unwrap().clone();
        Ran { code: status.code(), stdout: String::new(), stderr }
    }

    /// Stops in order.
    pub(crate) fn stop(mut self) -> Ran {
        self.signal("TERM");
        self.wait()
    }

    /// What was logged so far, once the line of the start is there.
    pub(crate) fn log(&self) -> String {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let log = self.log.lock().unwrap().clone();
            if log.contains("\"metrics\":") || Instant::now() > deadline {
                return log;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path, "")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.request("POST", path, body)
    }

    fn request(&self, method: &str, path: &str, body: &str) -> Answer {
        exchange(&self.address, &format!("{method} {path}"), "application/json", body)
    }
}

/// One request on a connection of its own; `line` is method and path.
pub(crate) fn exchange(address: &str, line: &str, media: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: {media}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    read_answer(&mut stream)
}

/// Reads an answer to the end of the connection.
pub(crate) fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    Answer { status: status.unwrap_or_else(|| panic!("no status in: {text}")), body }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            // In order, or the database would outlive the test's directory.
            self.signal("TERM");
            let _ended = self.child.wait();
        }
    }
}
