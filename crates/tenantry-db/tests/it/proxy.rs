//! A wire between the driver and the database that is slow and counts: every byte takes its time, and a
//! flight is whatever the client sends before it hears an answer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tenantry_db::{Config, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::Instant;
use tokio_postgres::config::Host;
use tokio_util::task::TaskTracker;

/// The wire.
#[derive(Debug)]
pub(crate) struct Proxy {
    directory: TempDir,
    port: u16,
    database: String,
    flights: Arc<AtomicUsize>,
}

impl Proxy {
    /// Stands between whoever uses [`Proxy::target`] and the database of `config`; each way takes `delay`.
    pub(crate) fn start(config: &Config, delay: Duration, tasks: &TaskTracker) -> Self {
        let Host::Unix(socket_dir) = &config.get_hosts()[0] else { panic!("no socket") };
        let port = config.get_ports()[0];
        let behind = socket_dir.join(format!(".s.PGSQL.{port}"));
        let directory = tempfile::tempdir().unwrap();
        let listener =
            UnixListener::bind(directory.path().join(format!(".s.PGSQL.{port}"))).unwrap();
        let flights = Arc::new(AtomicUsize::new(0));
        tasks.spawn(accept(listener, behind, delay, flights.clone(), tasks.clone()));
        Self { directory, port, database: config.get_dbname().unwrap().to_owned(), flights }
    }

    /// The database at the other end of the wire.
    pub(crate) fn target(&self, connections: usize) -> Target {
        let mut config = Config::new();
        config.host_path(self.directory.path()).port(self.port).dbname(&self.database);
        Target { config, is_behind_pooler: false, connections }
    }

    /// How many flights there were since the last time this was asked.
    pub(crate) fn flights(&self) -> usize {
        self.flights.swap(0, Ordering::SeqCst)
    }
}

async fn accept(
    listener: UnixListener,
    behind: impl AsRef<Path>,
    delay: Duration,
    flights: Arc<AtomicUsize>,
    tasks: TaskTracker,
) {
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(behind.as_ref()).await.unwrap();
        let ((from_client, to_client), (from_server, to_server)) =
            (client.into_split(), server.into_split());
        let is_clients_turn = Arc::new(AtomicBool::new(true));
        let (turn, flights) = (is_clients_turn.clone(), flights.clone());
        let sent = move || {
            if turn.swap(false, Ordering::SeqCst) {
                flights.fetch_add(1, Ordering::SeqCst);
            }
        };
        let heard = move || is_clients_turn.store(true, Ordering::SeqCst);
        tasks.spawn(carry(from_client, to_server, delay, sent, || {}));
        tasks.spawn(carry(from_server, to_client, delay, || {}, heard));
    }
}

/// Carries bytes one way, each chunk `delay` later, without holding the next one up.
async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    delay: Duration,
    read: impl Fn() + Send + 'static,
    written: impl Fn() + Send + 'static,
) {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let reading = async move {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            read();
            if sender.send((Instant::now() + delay, buffer[..length].to_vec())).is_err() {
                break;
            }
        }
    };
    let writing = async move {
        while let Some((due, bytes)) = receiver.recv().await {
            tokio::time::sleep_until(due).await;
            written();
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(reading, writing);
}
