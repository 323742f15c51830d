//! Streams that are opened to be reset (LM-1): they cost a client nothing, so the connection ends.

use std::time::Duration;

use h2::Reason;
use tenantry_testkit::App;

use super::Server;
use super::http2::Http2;

const LIVE: &str = "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// Asks on connections of its own for as long as the flood lasts; answers how often.
async fn is_well_during<T>(server: &Server, flood: impl Future<Output = T>) -> (usize, T) {
    let mut flood = std::pin::pin!(flood);
    let mut asked = 0;
    loop {
        tokio::select! {
            end = &mut flood => return (asked, end),
            heard = server.say_and_wait(LIVE, Duration::from_secs(2)) => {
                assert_eq!(heard.statuses(), [200], "{}", heard.text);
                asked += 1;
            }
        }
    }
}

/// Each request and its reset leave in one breath, so that no handler has begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rapid_reset_ends_the_connection_and_nobody_else_notices() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let flood = async {
        let mut client = Http2::to(&server).await;
        let mut sent = 0_u32;
        while sent < 100_000 {
            let Ok(ready) = client.requests.clone().ready().await else { break };
            client.requests = ready;
            let Ok((answer, mut body)) = client.begin("/auth/login").await else { break };
            body.send_reset(Reason::CANCEL);
            drop(answer);
            sent += 1;
            if sent.is_multiple_of(100) {
                tokio::task::yield_now().await;
            }
        }
        (sent, client.end.await.unwrap())
    };
    let (_, (sent, end)) = is_well_during(&server, flood).await;
    assert!(sent < 100_000, "the connection outlives the flood");
    assert!(end.is_err(), "the server ends it, not the client: {end:?}");
    assert_eq!(server.say(LIVE).await.statuses(), [200]);
}

/// Requests that are given up only when their handlers have begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_begun_and_given_up_end_the_connection() {
    let app = App::start().await;
    let server = Server::start(app.router()).await;
    let flood = async {
        let mut client = Http2::to(&server).await;
        let mut given_up = 0;
        while given_up < 2_000 {
            let mut streams = Vec::new();
            for _ in 0..50 {
                match client.begin("/auth/login").await {
                    Ok(stream) => streams.push(stream),
                    Err(_) => return given_up,
                }
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
            for (_, body) in &mut streams {
                body.send_reset(Reason::CANCEL);
                given_up += 1;
            }
        }
        given_up
    };
    let (asked, given_up) = is_well_during(&server, flood).await;
    assert!((150..1_000).contains(&given_up), "{given_up} were given up");
    assert!(asked > 0);

    // Half of that, and the connection goes on: people do close pages.
    let mut client = Http2::to(&server).await;
    for _ in 0..100 {
        let (_, mut body) = client.begin("/auth/login").await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
        body.send_reset(Reason::CANCEL);
    }
    assert_eq!(client.get("/livez").unwrap().await.unwrap().status(), 200);
}
