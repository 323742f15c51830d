//! Requests that two readers could read in two ways (VA-4). Each carries a second request that only a
//! reader who is led astray would answer.

use std::time::Duration;

use tenantry_testkit::App;

use super::Server;

/// The stowaway.
const SECOND: &str = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

fn post(headers: &str, body: &str) -> String {
    format!(
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n{body}"
    )
}

fn get(headers: &str) -> String {
    format!("GET /livez HTTP/1.1\r\nHost: x\r\n{headers}\r\n{SECOND}")
}

/// What is sent, and the statuses that may answer it.
type Case = (&'static str, String, &'static [u16]);

const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

fn followed(body: &str) -> String {
    format!("{body}{SECOND}")
}

/// Lengths that are said twice, or are none.
fn lengths() -> Vec<Case> {
    vec![
        // The body is refused as no JSON, by the one length that counts; the connection ends there.
        (
            "length and chunks",
            post(&format!("Content-Length: 5\r\n{CHUNKED}"), &followed("0\r\n\r\n")),
            &[400],
        ),
        (
            "chunks and length",
            post(&format!("{CHUNKED}Content-Length: 5\r\n"), &followed("0\r\n\r\n")),
            &[400],
        ),
        ("chunks, then a stowaway", post(CHUNKED, &followed("2\r\n{}\r\n0\r\n\r\n")), &[422]),
        ("two lengths", post("Content-Length: 0\r\nContent-Length: 5\r\n", SECOND), &[400]),
        (
            "two lengths, the other way",
            post("Content-Length: 5\r\nContent-Length: 0\r\n", SECOND),
            &[400],
        ),
        ("a list of lengths", post("Content-Length: 0, 5\r\n", SECOND), &[400]),
        ("a signed length", post("Content-Length: +5\r\n", SECOND), &[400]),
        ("a negative length", post("Content-Length: -1\r\n", SECOND), &[400]),
        ("a hexadecimal length", post("Content-Length: 0x5\r\n", SECOND), &[400]),
        ("a length with a gap", post("Content-Length: 0 5\r\n", SECOND), &[400]),
        (
            "a length beyond all numbers",
            post("Content-Length: 99999999999999999999999\r\n", SECOND),
            &[400, 413],
        ),
        ("no length in the length", post("Content-Length: \r\n", SECOND), &[400]),
    ]
}

/// Codings of the transfer.
fn codings() -> Vec<Case> {
    vec![
        (
            "an unknown coding",
            post("Transfer-Encoding: xchunked\r\n", &followed("0\r\n\r\n")),
            &[400],
        ),
        (
            "chunked, but not last",
            post("Transfer-Encoding: chunked, identity\r\n", &followed("0\r\n\r\n")),
            &[400],
        ),
        (
            "another coding before",
            post("Transfer-Encoding: gzip, chunked\r\n", &followed("0\r\n\r\n")),
            &[400],
        ),
        (
            "two codings",
            post(
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
                &followed("0\r\n\r\n"),
            ),
            &[400],
        ),
        ("chunked twice", post(&format!("{CHUNKED}{CHUNKED}"), &followed("0\r\n\r\n")), &[400]),
        (
            "a coding behind a tab",
            post("Transfer-Encoding: \u{b}chunked\r\n", &followed("0\r\n\r\n")),
            &[400],
        ),
    ]
}

/// Lines of the head.
fn lines() -> Vec<Case> {
    vec![
        (
            "a gap before the colon",
            post("Transfer-Encoding : chunked\r\n", &followed("0\r\n\r\n")),
            &[400],
        ),
        ("a folded header", post("X: a\r\n b\r\n", SECOND), &[400]),
        ("a folded length", post("Content-Length:\r\n 5\r\n", SECOND), &[400]),
        (
            "a header before the first",
            "GET /livez HTTP/1.1\r\n Host: x\r\n\r\n".to_owned() + SECOND,
            &[400],
        ),
        ("a header without a colon", get("X\r\n"), &[400]),
        ("a header without a name", get(": a\r\n"), &[400]),
        ("a gap in a name", get("X Y: a\r\n"), &[400]),
        ("a null in a value", get("X: a\0b\r\n"), &[400]),
        ("a lone carriage return", get("X: a\rY: b\r\n"), &[400]),
    ]
}

/// Chunks.
fn chunks() -> Vec<Case> {
    vec![
        ("a chunk of no size", post(CHUNKED, &followed("zz\r\n{}\r\n0\r\n\r\n")), &[400]),
        ("a chunk of a negative size", post(CHUNKED, &followed("-2\r\n{}\r\n0\r\n\r\n")), &[400]),
        (
            "a chunk beyond all numbers",
            post(CHUNKED, &followed("FFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")),
            &[400],
        ),
        (
            "a chunk that is longer than it says",
            post(CHUNKED, &followed("2\r\n{}{}\r\n0\r\n\r\n")),
            &[400],
        ),
        ("a chunk size behind a gap", post(CHUNKED, &followed(" 2\r\n{}\r\n0\r\n\r\n")), &[400]),
        (
            "chunks to HTTP/1.0",
            format!("POST /auth/login HTTP/1.0\r\nHost: x\r\n{CHUNKED}\r\n0\r\n\r\n{SECOND}"),
            &[400],
        ),
    ]
}

/// The request as a whole.
fn wholes() -> Vec<Case> {
    vec![
        ("no host", format!("GET /livez HTTP/1.1\r\n\r\n{SECOND}"), &[400]),
        ("two hosts", get("Host: y\r\n"), &[400]),
        (
            "a version of its own",
            format!("GET /livez HTTP/1.2\r\nHost: x\r\n\r\n{SECOND}"),
            &[400, 505],
        ),
        (
            "a version to come",
            format!("GET /livez HTTP/3.0\r\nHost: x\r\n\r\n{SECOND}"),
            &[400, 505],
        ),
        (
            "a gap in the address",
            format!("GET /li vez HTTP/1.1\r\nHost: x\r\n\r\n{SECOND}"),
            &[400],
        ),
        ("no request at all", format!("hello\r\n\r\n{SECOND}"), &[400]),
        ("another protocol", format!("\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n{SECOND}"), &[400]),
        ("a header of 64 KiB", get(&format!("X: {}\r\n", "a".repeat(65_536))), &[431]),
        ("a thousand headers", get(&"X: a\r\n".repeat(1_000)), &[431]),
        (
            "an address of 64 KiB",
            format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n{SECOND}", "a".repeat(65_536)),
            &[414, 431],
        ),
    ]
}

fn cases() -> Vec<Case> {
    [lengths(), codings(), lines(), chunks(), wholes()].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_two_and_the_connection_ends_with_it() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let cases = cases();
    assert!(cases.len() >= 40);
    let tries = cases.iter().map(|(_, bytes, _)| server.say(bytes.clone()));
    for (heard, (name, _, expected)) in
        futures_util::future::join_all(tries).await.iter().zip(&cases)
    {
        let statuses = heard.statuses();
        assert_eq!(statuses.len(), 1, "{name}: {}", heard.text);
        assert!(expected.contains(&statuses[0]), "{name}: {}", heard.text);
        assert!(heard.closed, "{name}: the connection stays open: {}", heard.text);
    }
}

/// The positive control: what is well framed is answered, one after the other, on one connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn well_framed_requests_are_answered_on_one_connection() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let length = post("Content-Length: 2\r\n", &format!("{{}}{SECOND}"));
    let feeds = "POST /auth/login HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 2\n\n{}";
    let patience = Duration::from_secs(3);
    let (both, length, feeds) = tokio::join!(
        server.say_and_wait(format!("{SECOND}{SECOND}"), patience),
        server.say_and_wait(length, patience),
        server.say_and_wait(feeds, patience)
    );
    assert_eq!((both.statuses(), both.closed), (vec![200, 200], false), "{}", both.text);
    assert_eq!(length.statuses(), [422, 200], "{}", length.text);
    // RFC 9112, section 2.2: a reader may take a lone line feed for the end of a line. There is one
    // reading of it then, and the length still rules.
    assert_eq!(feeds.statuses(), [422], "{}", feeds.text);
    let last = server.say(get("Connection: close\r\n")).await;
    assert_eq!((last.statuses(), last.closed), (vec![200], true), "{}", last.text);
    let old = server.say("GET /livez HTTP/1.0\r\n\r\n").await;
    assert_eq!((old.statuses(), old.closed), (vec![200], true), "{}", old.text);
    let head = server.say("HEAD /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert_eq!(head.statuses(), [200]);
    assert!(
        head.text.ends_with("\r\n\r\n") && head.text.contains("content-length: "),
        "{}",
        head.text
    );
}

/// LM-1: whoever sends headers slowly is not waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_that_do_not_end_are_given_up_after_ten_seconds() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let address = server.address;
    let patience = Duration::from_secs(15);
    let unfinished = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    let slow =
        tokio::task::spawn_blocking(move || super::connection::say(address, unfinished, patience));
    let quick = server.say_and_wait(SECOND, Duration::from_secs(1)).await;
    assert_eq!(quick.statuses(), [200]);
    let slow = slow.await.unwrap();
    assert!(slow.closed, "{slow:?}");
    assert!((9..12).contains(&slow.took.as_secs()), "{:?}", slow.took);
    assert!(slow.statuses().iter().all(|status| *status == 408), "{}", slow.text);
}
