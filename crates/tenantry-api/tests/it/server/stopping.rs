//! Stopping: what has begun is finished, and nothing new is begun (RE-1).

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tenantry_testkit::App;

use super::Server;
use super::connection::hear;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_flight_is_answered_and_no_new_connection_is_taken() {
    let app = App::start().await;
    let mut server = Server::start(app.router()).await;
    let address = server.address;
    let mut begun = TcpStream::connect(address).unwrap();
    begun
        .write_all(b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{")
        .unwrap();
    // One that waits for its next request, as a browser's does.
    let mut idle = TcpStream::connect(address).unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let (idle, (first, _)) = tokio::task::spawn_blocking(move || {
        let heard = hear(&mut idle, Duration::from_millis(500));
        (idle, heard)
    })
    .await
    .unwrap();
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    let started = Instant::now();
    server.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(TcpStream::connect(address).is_err(), "a new connection was taken");
    begun.write_all(b"}").unwrap();
    let finished = tokio::task::spawn_blocking(move || {
        let mut idle = idle;
        (hear(&mut begun, Duration::from_secs(5)), hear(&mut idle, Duration::from_secs(5)))
    });
    let ((text, closed), (rest, idle_closed)) = finished.await.unwrap();
    assert!(text.starts_with("HTTP/1.1 422") && closed, "{text}");
    assert!(rest.is_empty() && idle_closed, "{rest}");
    server.stopped().await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_server_stops_at_once() {
    let app = App::start().await;
    let mut server = Server::start(app.router()).await;
    assert_eq!(
        server.say("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.statuses(),
        [200]
    );
    let started = Instant::now();
    server.stop();
    server.stopped().await;
    assert!(started.elapsed() < Duration::from_secs(2));
}

/// LM-1. Whoever connects and says nothing keeps no place: not for long, and not when the server stops.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_connection_is_ended_and_does_not_delay_the_stop() {
    let app = App::start().await;
    let mut server = Server::start(app.router()).await;
    let mut silent = TcpStream::connect(server.address).unwrap();
    let began = Instant::now();
    let heard = tokio::task::spawn_blocking(move || hear(&mut silent, Duration::from_secs(15)));
    let (text, is_closed) = heard.await.unwrap();
    assert!(text.is_empty() && is_closed, "{text}");
    assert!((9..13).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    let _silent = TcpStream::connect(server.address).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let stopping = Instant::now();
    server.stop();
    server.stopped().await;
    assert!(stopping.elapsed() < Duration::from_secs(2), "{:?}", stopping.elapsed());
}
