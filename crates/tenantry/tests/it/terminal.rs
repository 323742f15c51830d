//! A server as a person at a terminal sees it: the program runs on a terminal of its own, 80 columns wide.

use std::fs::File;
use std::io::Read;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};

use crate::harness::Sandbox;

/// A program on a terminal. Dropped, it is stopped.
pub(crate) struct Terminal {
    child: Child,
    pieces: Receiver<String>,
    seen: String,
}

impl Terminal {
    /// Starts a server on a free port.
    pub(crate) fn serve(sandbox: &Sandbox, arguments: &[&str]) -> Self {
        let mut command = sandbox.command(&[&["serve"], arguments].concat());
        command.env("TENANTRY_LISTEN", "127.0.0.1:0").env("NO_COLOR", "1").env("TERM", "xterm");
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let size = Winsize { ws_row: 50, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        let pair = openpty(&size, None).unwrap();
        let (input, errors) = (pair.slave.try_clone().unwrap(), pair.slave.try_clone().unwrap());
        command.stdin(input).stdout(pair.slave).stderr(errors);
        let child = command.spawn().unwrap();
        // The ends that the command keeps would hold the terminal open.
        drop(command);
        let (sender, pieces) = channel();
        let mut screen = File::from(pair.master);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // A terminal that nobody is on any more answers with an error.
            while let Ok(length) = screen.read(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..length]).replace('\r', "");
                if length == 0 || sender.send(text).is_err() {
                    break;
                }
            }
        });
        Self { child, pieces, seen: String::new() }
    }

    /// Waits until the screen shows this, and answers all of it.
    #[track_caller]
    pub(crate) fn until(&mut self, part: &str) -> &str {
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.seen.contains(part) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.pieces.recv_timeout(left) {
                Ok(piece) => self.seen.push_str(&piece),
                Err(error) => panic!("{error}, and no \"{part}\" in: {}", self.seen),
            }
        }
        &self.seen
    }

    /// What stands behind the first `http://` of the screen that is no setup link.
    pub(crate) fn address(&self) -> String {
        let (_, rest) = self.seen.split_once("http://").unwrap();
        rest.split(['/', ' ', '\n']).next().unwrap().to_owned()
    }

    /// Stops it in order.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.end()
    }

    fn end(&mut self) -> Option<i32> {
        let _sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().ok()?.code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.end();
        }
    }
}

/// A snapshot of a screen, without what differs between two starts.
pub(crate) fn assert_screen(name: &str, screen: &str) {
    let filters = [
        (r" {2,}\d+\.\d s", "  TIME"),
        (r"\d+\.\d s", "TIME"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"PostgreSQL \d[\d.]* from \S+", "PostgreSQL VERSION from BINARIES"),
        (r"k_\w+", "KEY"),
        (r"([0-9a-z]{4}-){4,}[0-9a-z]{4}", "SECRET"),
        (r"\d+ migrations", "N migrations"),
        (r"Tenantry \d+\.\d+\.\d+", "Tenantry VERSION"),
        (r"signed with \S+", "signed with KEY"),
    ];
    // Log lines stand between, and have tests of their own.
    let lines: Vec<&str> = screen.lines().filter(|line| !line.contains("  INFO ")).collect();
    let screen = lines.join("\n");
    insta::with_settings!({ filters => filters.to_vec() }, { insta::assert_snapshot!(name, screen) });
}
