//! What one client may take (LM-1). The times are shortened here; `server/pulse.rs` tests the real ones on a clock
//! that can be turned.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::RETRY_AFTER;
use tenantry_api::{Limits, Server as Settings};
use tenantry_testkit::App;
use tokio::task::spawn_blocking;

use super::Server;
use super::connection::hear;
use super::http2::Http2;

const LIVE: &[u8] = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";
const LAST: &[u8] = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
/// A length that is promised and not kept.
const BEGUN: &str = "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";

fn settings(limits: Limits) -> Settings {
    Settings { limits, ..Settings::default() }
}

/// Sends on a connection that stays open, and answers what comes within a moment.
async fn send(
    mut stream: TcpStream,
    bytes: Vec<u8>,
    patience: Duration,
) -> (TcpStream, String, bool) {
    spawn_blocking(move || {
        let _ = stream.write_all(&bytes);
        let (text, closed) = hear(&mut stream, patience);
        (stream, text, closed)
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_so_many_connections_and_a_trusted_proxy_as_many_as_it_needs() {
    let app = App::start().await;
    let limits = Limits { connections_per_address: 3, ..Limits::default() };
    let server = Server::start_as(settings(limits), app.router()).await;
    let moment = Duration::from_millis(300);
    let mut held = Vec::new();
    for _ in 0..3 {
        let stream = TcpStream::connect(server.address).unwrap();
        let (stream, text, closed) = send(stream, LIVE.to_vec(), moment).await;
        assert!(text.starts_with("HTTP/1.1 200") && !closed, "{text}");
        held.push(stream);
    }
    let fourth = server.say(LIVE).await;
    assert!(fourth.text.is_empty() && fourth.closed, "{fourth:?}");
    let elsewhere = Http2::from("127.0.0.2", &server).await.get("/livez").unwrap().await;
    assert_eq!(elsewhere.unwrap().status(), 200);
    held.pop();
    tokio::time::sleep(moment).await;
    assert_eq!(server.say(LAST).await.statuses(), [200], "a place that was given back");

    let proxied =
        Settings { trusted_proxies: vec!["127.0.0.1".parse().unwrap()], ..settings(limits) };
    let server = Server::start_as(proxied, app.router()).await;
    let held: Vec<_> = (0..20).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    assert_eq!(server.say(LAST).await.statuses(), [200]);
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_waits_ends_and_one_that_asks_again_does_not() {
    let app = App::start().await;
    let keep_alive = Duration::from_secs(2);
    let server =
        Server::start_as(settings(Limits { keep_alive, ..Limits::default() }), app.router()).await;
    let mut stream = TcpStream::connect(server.address).unwrap();
    for _ in 0..3 {
        let (same, text, closed) = send(stream, LIVE.to_vec(), Duration::from_secs(1)).await;
        assert!(text.starts_with("HTTP/1.1 200") && !closed, "{text}");
        stream = same;
    }
    let waiting = Instant::now();
    let (_, rest, closed) = send(stream, Vec::new(), Duration::from_secs(10)).await;
    assert!(rest.is_empty() && closed);
    assert!(waiting.elapsed() < Duration::from_secs(4), "{:?}", waiting.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_only_pings_ends_in_order() {
    let app = App::start().await;
    let http2_idle = Duration::from_secs(1);
    let server =
        Server::start_as(settings(Limits { http2_idle, ..Limits::default() }), app.router()).await;
    let mut client = Http2::to(&server).await;
    assert_eq!(client.get("/livez").unwrap().await.unwrap().status(), 200);
    let began = Instant::now();
    let mut pings = 0;
    while !client.end.is_finished() {
        let pong = client.pings.ping(h2::Ping::opaque());
        pings += usize::from(matches!(tokio::time::timeout(http2_idle, pong).await, Ok(Ok(_))));
        assert!(began.elapsed() < Duration::from_secs(10), "pings keep it alive");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(pings > 5, "it ended after {pings} pings");
    client.end.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_pauses_is_answered_408_in_either_http() {
    let app = App::start().await;
    let body_pause = Duration::from_secs(1);
    let server =
        Server::start_as(settings(Limits { body_pause, ..Limits::default() }), app.router()).await;
    let heard = server.say(BEGUN).await;
    assert_eq!((heard.statuses(), heard.closed), (vec![408], true), "{}", heard.text);
    assert!(heard.text.contains("\"code\":\"timeout\"") && heard.text.contains("nothing for 1 s"));
    assert!(heard.took < Duration::from_secs(5), "{:?}", heard.took);

    let mut client = Http2::to(&server).await;
    let (answer, mut body) = client.begin("/auth/login").await.unwrap();
    body.send_data(Bytes::from_static(b"{"), false).unwrap();
    assert_eq!(answer.await.unwrap().status(), 408);
    assert_eq!(client.get("/livez").unwrap().await.unwrap().status(), 200, "the others go on");

    // A body that is slow and never pauses is read to its end.
    let mut stream = TcpStream::connect(server.address).unwrap();
    let slow = spawn_blocking(move || {
        let head = "POST /auth/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for byte in b"{    }" {
            std::thread::sleep(Duration::from_millis(400));
            stream.write_all(&[*byte]).unwrap();
        }
        hear(&mut stream, Duration::from_secs(5)).0
    });
    let text = slow.await.unwrap();
    assert!(text.starts_with("HTTP/1.1 422"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_have_a_share_of_the_memory_together() {
    let app = App::start().await;
    let server = Server::start_as(
        settings(Limits { body_bytes: 120_000, ..Limits::default() }),
        app.router(),
    )
    .await;
    let (mut one, mut other) = (Http2::to(&server).await, Http2::to(&server).await);
    let part = Bytes::from(vec![b' '; 60_000]);
    let (_answer, mut held) = one.begin("/auth/login").await.unwrap();
    held.send_data(part.clone(), false).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (answer, mut body) = other.begin("/auth/login").await.unwrap();
    body.send_data(part.clone(), false).unwrap();
    body.send_data(Bytes::from(vec![b' '; 5_000]), true).unwrap();
    let refused = answer.await.unwrap();
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()[RETRY_AFTER], "1");

    // There is room again when the first has gone, and the same body is read.
    held.send_reset(h2::Reason::CANCEL);
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..3 {
        let (answer, mut body) = other.begin("/auth/login").await.unwrap();
        body.send_data(part.clone(), true).unwrap();
        assert_eq!(answer.await.unwrap().status(), 400, "it is no JSON");
    }
}

/// Holds so many requests in flight, as a client of this address.
async fn hold(
    address: &str,
    count: usize,
    server: &Server,
    held: &mut Vec<Box<dyn std::any::Any>>,
) {
    for begun in (0..count).step_by(90) {
        let mut client = Http2::from(address, server).await;
        for _ in begun..count.min(begun + 90) {
            held.push(Box::new(client.begin("/auth/login").await.unwrap()));
        }
        held.push(Box::new(client));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
}

async fn status(address: &str, path: &str, server: &Server) -> (u16, bool) {
    let answer = Http2::from(address, server).await.get(path).unwrap().await.unwrap();
    (answer.status().as_u16(), answer.headers().contains_key(RETRY_AFTER))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_so_many_requests_in_flight_the_answer_is_503_at_once() {
    let app = App::start().await;
    let limits = Limits { body_pause: Duration::from_secs(60), ..Limits::default() };
    let server = Server::start_as(settings(limits), app.router()).await;
    let mut held = Vec::new();
    hold("127.0.0.1", 256, &server, &mut held).await;
    assert_eq!(status("127.0.0.1", "/openapi.json", &server).await, (503, true));
    assert_eq!(status("127.0.0.2", "/openapi.json", &server).await, (200, false));
    hold("127.0.0.2", 256, &server, &mut held).await;
    let began = Instant::now();
    assert_eq!(status("127.0.0.3", "/openapi.json", &server).await, (503, true));
    assert!(began.elapsed() < Duration::from_secs(2));
    for path in ["/livez", "/readyz"] {
        assert_eq!(status("127.0.0.3", path, &server).await.0, 200, "{path}");
    }
    held.clear();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(status("127.0.0.1", "/openapi.json", &server).await, (200, false));
}
