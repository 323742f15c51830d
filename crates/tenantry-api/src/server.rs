//! Serving connections within limits, until told to stop. What happens on one connection is in `server/connection.rs`;
//! here is who gets one, and the order in which everything ends.

mod arriving;
mod connection;
mod desk;
mod exchange;
mod executor;
mod handshake;
mod leaving;
mod limits;
mod preface;
mod pulse;
mod tls;
mod watched;

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::crowd::Crowd;
use crate::metrics::OpenConnection;

use connection::Host;

pub(crate) use arriving::BodyFault;
pub use limits::Limits;
pub use tls::{Tls, TlsError};

/// How a server treats its connections.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// The certificate, where the server encrypts. Every answer then has `Strict-Transport-Security`.
    pub tls: Option<Tls>,
    /// The proxies that may open as many connections as they need.
    pub trusted_proxies: Vec<IpAddr>,
    /// What a client may take.
    pub limits: Limits,
}

/// Serves with the usual limits until `stop` resolves, then answers what is in flight and returns.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tasks: &TaskTracker,
    stop: impl Future<Output = ()>,
) {
    Server::default().serve(listener, router, tasks, stop).await;
}

/// How far a server is on its way to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It takes requests.
    Serving,
    /// It answers what has begun.
    Stopping,
    /// It waits for nobody any more.
    Over,
}

impl Server {
    /// Serves until `stop` resolves, then answers what is in flight and returns. All connections run as `tasks`.
    pub async fn serve(
        self,
        listener: TcpListener,
        router: Router,
        tasks: &TaskTracker,
        stop: impl Future<Output = ()>,
    ) {
        let drain = self.limits.drain;
        let door = Door::new(self, router, tasks);
        tokio::select! {
            () = stop => {}
            () = door.accept(&listener) => {}
        }
        door.phase.send_replace(Phase::Stopping);
        door.close(listener);
        if timeout(drain, door.phase.closed()).await.is_err() {
            tracing::warn!("some requests were still in flight after {} seconds", drain.as_secs());
            door.phase.send_replace(Phase::Over);
            door.phase.closed().await;
        }
    }
}

/// Where connections come in.
struct Door {
    host: Arc<Host>,
    /// Each connection holds a receiver, so that the last one's end is seen here.
    phase: watch::Sender<Phase>,
    places: Arc<Semaphore>,
    crowd: Arc<Crowd>,
    trusted_proxies: Vec<IpAddr>,
    tasks: TaskTracker,
}

impl Door {
    fn new(server: Server, router: Router, tasks: &TaskTracker) -> Self {
        let Server { tls, trusted_proxies, limits } = server;
        let builder = connection::builder(&limits, tasks);
        let budget = Arc::new(Semaphore::new(limits.body_bytes));
        let answers = Arc::new(Semaphore::new(limits.answer_bytes));
        Self {
            host: Arc::new(Host { builder, router, limits, tls, budget, answers }),
            phase: watch::Sender::new(Phase::Serving),
            places: Arc::new(Semaphore::new(limits.connections)),
            crowd: Crowd::new(limits.connections_per_address),
            trusted_proxies,
            tasks: tasks.clone(),
        }
    }

    /// Lets connections in for as long as it is polled.
    async fn accept(&self, listener: &TcpListener) {
        while let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
            match listener.accept().await {
                Ok((stream, address)) => self.enter(stream, address, Some(place)),
                Err(error) => {
                    // Out of file descriptors, mostly: wait for some to be given back.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// Closes the door behind those who stand in it: whoever waits in the queue was promised an answer.
    fn close(&self, listener: TcpListener) {
        // The runtime may not know yet of a connection that the system has, so the system is asked.
        let Ok(listener) = listener.into_std() else { return };
        // More than there are places for, if need be: the queue is short, and they stay for one request.
        while let Ok((stream, address)) = listener.accept() {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                self.enter(stream, address, None);
            }
        }
    }

    fn enter(&self, stream: TcpStream, address: SocketAddr, place: Option<OwnedSemaphorePermit>) {
        let ip = address.ip().to_canonical();
        let visit = match self.trusted_proxies.contains(&ip) {
            true => None,
            false => match self.crowd.enter(ip) {
                Some(visit) => Some(visit),
                None => {
                    tracing::debug!(%address, "an address has too many connections");
                    return;
                }
            },
        };
        let serving =
            connection::run(Arc::clone(&self.host), stream, address, self.phase.subscribe());
        let counted = OpenConnection::count();
        self.tasks.spawn(async move {
            serving.await;
            drop((place, visit, counted));
        });
    }
}
