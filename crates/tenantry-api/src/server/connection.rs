//! The life of one connection: its first byte, its handshake, its requests, and its end. It ends by itself, by a
//! limit, or because the server stops; the last of these never breaks a request that is on its way.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto::{Builder, Connection};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::task::TaskTracker;

use super::Phase;
use super::desk::Desk;
use super::executor::Tracked;
use super::handshake::{self, Stream};
use super::limits::Limits;
use super::pulse::{Ending, Pulse};
use super::tls::Tls;
use super::watched::Watched;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) builder: Builder<Tracked>,
    pub(super) router: Router,
    pub(super) limits: Limits,
    pub(super) tls: Option<Tls>,
    /// The bytes that the bodies of requests may still take.
    pub(super) budget: Arc<Semaphore>,
    /// Room for the answers that wait.
    pub(super) answers: Arc<Semaphore>,
}

/// Serves a connection to its end.
pub(super) async fn run(
    host: Arc<Host>,
    stream: TcpStream,
    address: SocketAddr,
    mut phase: watch::Receiver<Phase>,
) {
    // Small answers must not wait for more; a socket that refuses this only answers later.
    let _ = stream.set_nodelay(true);
    let Some(first) = first_byte(&stream, &host.limits, &mut phase).await else { return };
    match handshake::shake(&host, stream, first).await {
        Some(Stream::Plain(stream)) => serve(&host, stream, address, false, phase).await,
        Some(Stream::Encrypted(stream)) => serve(&host, stream, address, true, phase).await,
        None => {}
    }
}

/// The first byte, unless it does not come: whoever sends nothing keeps no place.
async fn first_byte(
    stream: &TcpStream,
    limits: &Limits,
    phase: &mut watch::Receiver<Phase>,
) -> Option<u8> {
    let mut first = [0];
    let stopped = async {
        let _ = phase.wait_for(|phase| *phase != Phase::Serving).await;
        sleep(limits.linger).await;
    };
    let read = tokio::select! {
        read = timeout(limits.head, stream.peek(&mut first)) => read.ok()?.ok()?,
        () = stopped => return None,
    };
    (read == 1).then_some(first[0])
}

async fn serve<I>(
    host: &Host,
    io: I,
    address: SocketAddr,
    is_encrypted: bool,
    phase: watch::Receiver<Phase>,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pulse = Arc::new(Pulse::new(host.limits));
    let desk = Desk {
        router: host.router.clone(),
        address,
        limits: host.limits,
        budget: Arc::clone(&host.budget),
        answers: Arc::clone(&host.answers),
        pulse: Arc::clone(&pulse),
        phase: phase.clone(),
        is_encrypted,
    };
    let io = TokioIo::new(Watched::new(io, Arc::clone(&pulse)));
    let connection = pin!(host.builder.serve_connection(io, desk));
    if let Some(why) = attend(connection, &pulse, host.limits, phase).await {
        tracing::debug!(%address, why, "a connection ended early");
    }
}

/// Runs the connection until it is over; answers why it did not end by itself.
async fn attend<I>(
    mut connection: Pin<&mut Connection<'_, I, Desk, Tracked>>,
    pulse: &Pulse,
    limits: Limits,
    mut phase: watch::Receiver<Phase>,
) -> Option<String>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    Desk: hyper::service::Service<http::Request<Incoming>>,
{
    // When it is asked to end, and when it is not waited for any longer.
    let (mut farewell, mut last) = (None, None);
    let mut is_serving = true;
    loop {
        tokio::select! {
            done = connection.as_mut() => return done.err().map(|error| error.to_string()),
            ending = pulse.ending(), if last.is_none() => match ending {
                Ending::Idle => {
                    connection.as_mut().graceful_shutdown();
                    last = Some(Instant::now() + limits.head);
                }
                Ending::Slow(why) => return Some(why.to_owned()),
                Ending::Flood => return Some("requests are given up too fast".to_owned()),
            },
            () = at(farewell) => {
                connection.as_mut().graceful_shutdown();
                (farewell, last) = (None, Some(Instant::now() + limits.drain));
            }
            () = at(last) => return Some("it did not end when asked to".to_owned()),
            _ = phase.wait_for(|phase| is_over(*phase, is_serving)) => {
                if !is_serving {
                    return Some("the server stops".to_owned());
                }
                is_serving = false;
                // HTTP/2 can say that it ends. A client of HTTP/1 may be sending its next request just now, which is
                // still answered, with the word that it was the last.
                let grace = if pulse.is_http2() { Duration::ZERO } else { limits.linger };
                farewell = Some(Instant::now() + grace);
            }
        }
    }
}

/// Whether the phase has come that is waited for: the end of serving, and then the end.
fn is_over(phase: Phase, is_serving: bool) -> bool {
    if is_serving { phase != Phase::Serving } else { phase == Phase::Over }
}

/// Resolves at a moment, if there is one.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// The library, with the limits that it keeps itself.
pub(super) fn builder(limits: &Limits, tasks: &TaskTracker) -> Builder<Tracked> {
    let mut builder = Builder::new(Tracked(tasks.clone()));
    builder
        .http1()
        .timer(TokioTimer::new())
        // The pulse knows a connection that waits from one that sends its headers slowly; this would not.
        .header_read_timeout(None)
        .max_buf_size(32 * 1024)
        .half_close(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(16 * 1024)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(100)
        .initial_stream_window_size(64 * 1024)
        .initial_connection_window_size(256 * 1024)
        .max_send_buf_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(limits.head);
    builder
}
