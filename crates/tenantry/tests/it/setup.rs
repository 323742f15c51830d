//! The one-time setup link of a start: where it is shown, where it is not, and that it ends.

use std::os::unix::fs::PermissionsExt;

use crate::harness::Sandbox;
use crate::server::{Server, exchange};
use crate::terminal::{Terminal, assert_screen};

const FORM: &str = "name=Grace&email=grace%40example.com&password=canary+violet+trombone+harbour";
const MEDIA: &str = "application/x-www-form-urlencoded";

/// The path behind the address of a link.
fn path(link: &str) -> &str {
    let at = link.find("/setup/").unwrap_or_else(|| panic!("no link: {link}"));
    link[at..].trim()
}

#[test]
fn without_a_terminal_the_link_is_in_a_file_that_only_its_owner_reads() {
    // SC-2, SC-3
    let sandbox = Sandbox::new();
    let file = sandbox.data_dir().join("setup-link");
    let server = Server::start(&sandbox, &[]);
    let link = std::fs::read_to_string(&file).unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(server.get(path(&link)).status, 200);
    let first = server.stop().ends_with(0).complains(&["setup-link", "nobody is an operator yet"]);
    let token = path(&link).trim_start_matches("/setup/");
    assert!(!first.stderr.contains(token), "the log has the token: {}", first.stderr);

    // Another start, another link; the first one is over.
    let server = Server::start(&sandbox, &[]);
    let newer = std::fs::read_to_string(&file).unwrap();
    assert_eq!(server.get(path(&link)).status, 404);
    let answer = exchange(&server.address, &format!("POST {}", path(&newer)), MEDIA, FORM);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let again = exchange(&server.address, &format!("POST {}", path(&newer)), MEDIA, FORM);
    assert_eq!(again.status, 404);
    let second = server.stop().ends_with(0);
    for secret in [path(&newer).trim_start_matches("/setup/"), "canary", "grace@"] {
        assert!(!second.stderr.contains(secret), "the log has {secret}: {}", second.stderr);
    }

    // There is an operator now: no link, and no file of an earlier start.
    let server = Server::start(&sandbox, &[]);
    assert!(!file.exists());
    let third = server.stop().ends_with(0);
    assert!(!third.stderr.contains("setup"), "{}", third.stderr);
}

#[test]
fn on_a_terminal_the_link_is_on_the_first_screen_and_in_no_file() {
    // SC-2
    let sandbox = Sandbox::new();
    let mut terminal = Terminal::serve(&sandbox, &[]);
    let screen = terminal.until("stops Tenantry and its PostgreSQL.").to_owned();
    assert_screen("terminal_first_start", &screen);
    assert!(!sandbox.data_dir().join("setup-link").exists());
    let link = screen.lines().find(|line| line.contains("/setup/")).unwrap();
    let shown = format!("GET {}", path(link));
    assert_eq!(exchange(&terminal.address(), &shown, MEDIA, "").status, 200);
    assert_eq!(terminal.stop(), Some(0));

    let mut terminal = Terminal::serve(&sandbox, &[]);
    let screen = terminal.until("(Ctrl-C to stop)").to_owned();
    assert_screen("terminal_second_start", &screen);
    assert_eq!(exchange(&terminal.address(), &shown, MEDIA, "").status, 404);
    assert_eq!(terminal.stop(), Some(0));
}
