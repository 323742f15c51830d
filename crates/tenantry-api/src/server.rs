//! Serving connections within limits, until told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::metrics::OpenConnection;

/// Connections at a time; further ones wait in the listen queue.
const MAX_CONNECTIONS: usize = 2_048;
/// How long a client may take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests in flight are waited for when the server stops (RE-1).
const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);

/// Serves until `stop` resolves, then answers what is in flight and returns.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tasks: &TaskTracker,
    stop: impl Future<Output = ()>,
) {
    let builder = Arc::new(limits());
    let graceful = GracefulShutdown::new();
    let (stop_silent, stopping) = watch::channel(());
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: wait for some to be given back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let connection =
            connect(&builder, stream, address, router.clone(), &graceful, stopping.clone());
        tasks.spawn(async move {
            connection.await;
            drop(place);
        });
    }
    drop(listener);
    drop(stop_silent);
    if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests were still in flight after 25 seconds");
    }
}

fn connect(
    builder: &Arc<Builder<TokioExecutor>>,
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    graceful: &GracefulShutdown,
    mut stopping: watch::Receiver<()>,
) -> impl Future<Output = ()> + Send + 'static {
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        request.map(axum::body::Body::new)
    });
    let (builder, watcher) = (Arc::clone(builder), graceful.watcher());
    let counted = OpenConnection::count();
    async move {
        let _counted = counted;
        // The limit on headers counts from the first byte; whoever sends none keeps no place either.
        let mut first = [0];
        tokio::select! {
            ready = tokio::time::timeout(HEADER_TIMEOUT, stream.peek(&mut first)) => {
                if ready.is_err() {
                    return;
                }
            }
            _ = stopping.changed() => return,
        }
        let connection = builder
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
            .into_owned();
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, %address, "a connection ended early");
        }
    }
}

fn limits() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(32 * 1024)
        .half_close(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(16 * 1024)
        .max_local_error_reset_streams(100)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}
