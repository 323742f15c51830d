//! Stopping: what has begun is finished, and nothing new is begun (RE-1).

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tenantry_api::Limits;
use tenantry_testkit::App;

use super::Server;
use super::connection::hear;
use super::http2::Http2;

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

/// A request that is on its way while the server stops is answered, and told that it was the last on its connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_crosses_the_stop_is_answered_and_is_the_last() {
    let app = App::start().await;
    let mut server = Server::start(app.router()).await;
    let mut waiting = TcpStream::connect(server.address).unwrap();
    waiting.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let fresh = TcpStream::connect(server.address).unwrap();
    let mut http2 = Http2::to(&server).await;
    assert_eq!(http2.get("/livez").unwrap().await.unwrap().status(), 200);
    let heard = tokio::task::spawn_blocking(move || {
        let heard = hear(&mut waiting, Duration::from_millis(300));
        (waiting, heard)
    });
    let (mut waiting, (first, _)) = heard.await.unwrap();
    assert!(first.starts_with("HTTP/1.1 200") && !first.contains("connection: close"), "{first}");
    server.stop();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let crossing = tokio::task::spawn_blocking(move || {
        [&mut waiting, &mut { fresh }].map(|stream| {
            stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
            hear(stream, Duration::from_secs(5))
        })
    });
    for (text, closed) in crossing.await.unwrap() {
        assert!(text.starts_with("HTTP/1.1 200") && closed, "{text}");
        assert!(text.contains("connection: close\r\n"), "{text}");
    }
    http2.end.await.unwrap().unwrap();
    server.stopped().await;
}

/// RE-1. Whoever stays in the queue of the listener when it closes would be reset.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_wait_to_be_accepted_are_answered() {
    let app = App::start().await;
    let limits = Limits { connections: 1, linger: Duration::from_millis(200), ..Limits::default() };
    let settings = tenantry_api::Server { limits, ..tenantry_api::Server::default() };
    let mut server = Server::start_as(settings, app.router()).await;
    // The one place is taken, so that the next one waits in the queue.
    let _held = TcpStream::connect(server.address).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut queued = TcpStream::connect(server.address).unwrap();
    queued.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop();
    let (text, closed) =
        tokio::task::spawn_blocking(move || hear(&mut queued, Duration::from_secs(5)))
            .await
            .unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && closed, "{text}");
    server.stopped().await;
}
