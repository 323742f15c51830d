//! A server on a port of its own, and a client that sends bytes.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

/// A running server. Dropped, it goes on until the runtime of its test ends.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(router: Router) -> Self {
        Self::start_as(tenantry_api::Server::default(), router).await
    }

    /// A server with limits or a certificate of its own.
    pub(crate) async fn start_as(server: tenantry_api::Server, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let tasks = TaskTracker::new();
        let connections = tasks.clone();
        let serving = tasks.spawn(async move {
            let told = async { drop(stopped.await) };
            server.serve(listener, router, &connections, told).await;
        });
        Self { address, stop: Some(stop), serving }
    }

    /// Tells the server to stop.
    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped.
    pub(crate) async fn stopped(self) {
        self.serving.await.unwrap();
    }

    /// Sends bytes and hears the server out, until it closes.
    pub(crate) async fn say(&self, bytes: impl Into<Vec<u8>>) -> Heard {
        self.say_and_wait(bytes, Duration::from_secs(10)).await
    }

    /// Sends bytes and hears the server out, until it closes or has said nothing for so long.
    pub(crate) async fn say_and_wait(
        &self,
        bytes: impl Into<Vec<u8>>,
        patience: Duration,
    ) -> Heard {
        let (address, bytes) = (self.address, bytes.into());
        tokio::task::spawn_blocking(move || say(address, &bytes, patience)).await.unwrap()
    }
}

/// What a server answered to bytes.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) text: String,
    /// Whether the server closed the connection, rather than wait for more.
    pub(crate) closed: bool,
    pub(crate) took: Duration,
}

impl Heard {
    /// The statuses of all answers.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        let lines = self.text.split("HTTP/1.").skip(1);
        lines.filter_map(|line| line.get(2..5)?.parse().ok()).collect()
    }
}

pub(crate) fn say(address: SocketAddr, bytes: &[u8], patience: Duration) -> Heard {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    // The server may refuse and close before it has everything.
    let _ = stream.write_all(bytes);
    let (text, closed) = hear(&mut stream, patience);
    Heard { text, closed, took: started.elapsed() }
}

/// Everything that comes until the server closes or says nothing for so long.
pub(crate) fn hear(stream: &mut TcpStream, patience: Duration) -> (String, bool) {
    stream.set_read_timeout(Some(patience)).unwrap();
    let (mut heard, mut buffer) = (Vec::new(), [0; 4_096]);
    let closed = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break true,
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
            Err(error) => {
                break !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
            }
        }
    };
    (String::from_utf8_lossy(&heard).into_owned(), closed)
}
