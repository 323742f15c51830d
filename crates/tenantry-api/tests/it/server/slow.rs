//! Two hundred slow clients at once (LM-1): they keep their connections, and nobody else waits for them.

use std::time::{Duration, Instant};

use tenantry_api::{Limits, Server as Settings};
use tenantry_testkit::App;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

use super::Server;
use super::http2::Http2;

const HEAD: &[u8] =
    b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const BODY: &[u8] = b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"email\":\"aaaaaaaaaaaaaaaaaaaaa";

/// Sends a byte in each third of a second.
async fn drip(server: &Server, bytes: &'static [u8], at_once: usize, into: &mut JoinSet<()>) {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    into.spawn(async move {
        stream.write_all(&bytes[..at_once]).await.unwrap();
        for byte in &bytes[at_once..] {
            tokio::time::sleep(Duration::from_millis(300)).await;
            if stream.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
    });
}

/// A connection with next to no room for answers.
async fn narrow(server: &Server) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2_048).unwrap();
    socket.connect(server.address).await.unwrap()
}

/// Asks for much and reads nothing of it.
async fn stare(server: &Server, requests: String, into: &mut JoinSet<()>) {
    let mut stream = narrow(server).await;
    into.spawn(async move {
        // Written as far as the server takes it.
        let _ =
            tokio::time::timeout(Duration::from_secs(20), stream.write_all(requests.as_bytes()))
                .await;
        tokio::time::sleep(Duration::from_secs(20)).await;
    });
}

/// The memory of this process, which is client and server in one, in MiB.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_slow_clients_delay_nobody() {
    let app = App::start().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let server = Server::start(app.router()).await;
    let before = memory();
    let mut slow = JoinSet::new();
    let token = acme.token.as_ref().unwrap();
    let pages = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let (mut unread, mut unread_connections) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        drip(&server, HEAD, 20, &mut slow).await;
        drip(&server, BODY, 110, &mut slow).await;
        stare(&server, pages.clone(), &mut slow).await;
        // Ten answers from the database to which no window is opened: more of them than it has connections.
        let stream = TcpStream::connect(server.address).await.unwrap();
        let mut client = Http2::tuned(stream, 10).await;
        for _ in 0..10 {
            let answer = client.get_as(token, "/api/v1/projects").unwrap().await.unwrap();
            assert_eq!(answer.status(), 200);
            unread.push(answer);
        }
        unread_connections.push(client);
    }
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < Duration::from_secs(6) {
        let asked = Instant::now();
        let mut client = Http2::to(&server).await;
        assert_eq!(client.get("/readyz").unwrap().await.unwrap().status(), 200);
        assert_eq!(globex.get("/api/v1/projects").await.status, 200);
        times.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times.sort_unstable();
    let (middle, worst) = (times[times.len() / 2], times[times.len() - 1]);
    let grown = memory().saturating_sub(before);
    println!("{} answers, median {middle:?}, worst {worst:?}; {grown} MiB more", times.len());
    assert!(times.len() > 20 && worst < Duration::from_secs(2), "{worst:?}");
    assert!(grown < 100, "{grown} MiB more");
    assert_eq!(unread.len(), 500);
    slow.abort_all();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_not_read_ends_the_connection_in_either_http() {
    let app = App::start().await;
    let limits = Limits { unread: Duration::from_secs(1), ..Limits::default() };
    let server = Server::start_as(Settings { limits, ..Settings::default() }, app.router()).await;
    let asking = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2_000);
    let mut stream = narrow(&server).await;
    let _ = tokio::time::timeout(Duration::from_secs(4), stream.write_all(asking.as_bytes())).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // What was sent before is still there to be read; behind it is the end.
    let read = async { while matches!(stream.read(&mut [0; 4_096]).await, Ok(1..)) {} };
    tokio::time::timeout(Duration::from_secs(5), read).await.unwrap();

    // A client of HTTP/2 that opens no window: its socket is never full.
    let stream = TcpStream::connect(server.address).await.unwrap();
    let mut client = Http2::tuned(stream, 10).await;
    let answer = client.get("/openapi.json").unwrap().await.unwrap();
    assert_eq!(answer.status(), 200);
    let end = tokio::time::timeout(Duration::from_secs(5), client.end).await;
    assert!(end.is_ok(), "the connection is still there");
}

/// HTTP/2 begins with 24 bytes; whoever sends them slowly is not waited for either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preface_that_does_not_end_is_given_up() {
    let app = App::start().await;
    let limits = Limits { head: Duration::from_secs(1), ..Limits::default() };
    let server = Server::start_as(Settings { limits, ..Settings::default() }, app.router()).await;
    for begun in ["P", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\r\n"] {
        let heard = server.say(begun).await;
        assert!(heard.closed && heard.took < Duration::from_secs(5), "{begun:?}: {:?}", heard.took);
    }
}
