//! A wire between the driver and the database that can be slow, refuse, cut, swallow, and lose the answer
//! to COMMIT, switched while it is in use. It also counts: a flight is whatever the client sends before it
//! hears an answer. What was swallowed stays lost after the fault, as on a network.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tenantry_db::{Config, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_postgres::config::Host;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What the wire does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: it carries.
    Pass,
    /// Each way takes so long.
    Latency(Duration),
    /// New connections are refused: nobody listens. Those that there are go on.
    Refuse,
    /// Connections are accepted, bytes are swallowed, nothing is answered.
    Hang,
    /// COMMIT arrives at the server; its answer is dropped and the connection is cut.
    LoseCommit,
    /// The connection is cut before COMMIT arrives at the server.
    CutCommit,
}

/// The wire.
#[derive(Debug)]
pub struct FaultProxy {
    directory: TempDir,
    port: u16,
    database: String,
    wire: Arc<Wire>,
}

#[derive(Debug)]
struct Wire {
    fault: watch::Sender<Fault>,
    links: Mutex<CancellationToken>,
    flights: AtomicUsize,
    lost: AtomicUsize,
    accepted: AtomicUsize,
    socket: PathBuf,
    behind: PathBuf,
    tasks: TaskTracker,
}

impl FaultProxy {
    /// Stands between whoever uses [`FaultProxy::target`] and the database of `config`.
    pub fn start(config: &Config, tasks: &TaskTracker) -> Self {
        let Host::Unix(socket_dir) = &config.get_hosts()[0] else { panic!("no socket") };
        let port = config.get_ports()[0];
        let directory = tempfile::tempdir().unwrap();
        let name = format!(".s.PGSQL.{port}");
        let wire = Arc::new(Wire {
            fault: watch::Sender::new(Fault::Pass),
            links: Mutex::default(),
            flights: AtomicUsize::new(0),
            lost: AtomicUsize::new(0),
            accepted: AtomicUsize::new(0),
            socket: directory.path().join(&name),
            behind: socket_dir.join(&name),
            tasks: tasks.clone(),
        });
        let listener = UnixListener::bind(&wire.socket).unwrap();
        tasks.spawn(serve(Arc::clone(&wire), listener));
        Self { directory, port, database: config.get_dbname().unwrap().to_owned(), wire }
    }

    /// The database at the other end of the wire.
    pub fn target(&self, connections: usize) -> Target {
        let mut config = Config::new();
        config.host_path(self.directory.path()).port(self.port).dbname(&self.database);
        Target { config, is_behind_pooler: false, connections }
    }

    /// From now on the wire does this.
    pub async fn set(&self, fault: Fault) {
        self.wire.fault.send_replace(fault);
        while self.wire.socket.exists() == (fault == Fault::Refuse) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Cuts every connection that there is now.
    pub fn cut(&self) {
        std::mem::take(&mut *self.wire.links.lock().unwrap()).cancel();
    }

    /// How many flights there were since the last time this was asked.
    pub fn flights(&self) -> usize {
        self.wire.flights.swap(0, Ordering::SeqCst)
    }

    /// How many COMMITs lost their answer or never arrived.
    pub fn lost(&self) -> usize {
        self.wire.lost.load(Ordering::SeqCst)
    }

    /// How many connections were accepted so far.
    pub fn accepted(&self) -> usize {
        self.wire.accepted.load(Ordering::SeqCst)
    }
}

/// Listens, except while connections are refused.
async fn serve(wire: Arc<Wire>, listener: UnixListener) {
    let mut fault = wire.fault.subscribe();
    let mut listening = Some(listener);
    loop {
        if *fault.borrow_and_update() == Fault::Refuse {
            if listening.take().is_some() {
                std::fs::remove_file(&wire.socket).unwrap();
            }
        } else if listening.is_none() {
            listening = Some(UnixListener::bind(&wire.socket).unwrap());
        }
        let accepted = async {
            match &listening {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = fault.changed() => if changed.is_err() { return },
            accepted = accepted => match accepted {
                Ok((client, _)) => link(&wire, client).await,
                Err(_) => return,
            },
        }
    }
}

/// Joins a client to a connection of its own to the server.
async fn link(wire: &Arc<Wire>, client: UnixStream) {
    wire.accepted.fetch_add(1, Ordering::SeqCst);
    // A server that is gone: the client sees its connection closed.
    let Ok(server) = UnixStream::connect(&wire.behind).await else { return };
    let link = Arc::new(Link {
        wire: Arc::clone(wire),
        is_clients_turn: AtomicBool::new(true),
        is_losing: AtomicBool::new(false),
        cut: wire.links.lock().unwrap().child_token(),
    });
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    for (from, to, way) in
        [(from_client, to_server, Way::ToServer), (from_server, to_client, Way::ToClient)]
    {
        let link = Arc::clone(&link);
        wire.tasks.spawn(async move {
            tokio::select! {
                () = link.cut.cancelled() => {}
                () = link.carry(from, to, way) => {}
            }
        });
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToServer,
    ToClient,
}

struct Link {
    wire: Arc<Wire>,
    is_clients_turn: AtomicBool,
    /// A COMMIT has passed whose answer must not.
    is_losing: AtomicBool,
    cut: CancellationToken,
}

impl Link {
    /// Carries bytes one way, each chunk after its delay, without holding the next one up.
    async fn carry(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Way) {
        let (sender, mut receiver) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
        let reading = async move {
            let mut buffer = vec![0; 65_536];
            while let Ok(length @ 1..) = from.read(&mut buffer).await {
                if let Some(delay) = self.fate(way, &buffer[..length])
                    && sender.send((Instant::now() + delay, buffer[..length].to_vec())).is_err()
                {
                    break;
                }
            }
        };
        let writing = async move {
            while let Some((due, bytes)) = receiver.recv().await {
                tokio::time::sleep_until(due).await;
                if way == Way::ToClient {
                    self.is_clients_turn.store(true, Ordering::SeqCst);
                }
                if to.write_all(&bytes).await.is_err() {
                    break;
                }
            }
        };
        tokio::join!(reading, writing);
    }

    /// The delay of a chunk; `None` when it is swallowed.
    fn fate(&self, way: Way, bytes: &[u8]) -> Option<Duration> {
        if way == Way::ToServer && self.is_clients_turn.swap(false, Ordering::SeqCst) {
            self.wire.flights.fetch_add(1, Ordering::SeqCst);
        }
        let fault = *self.wire.fault.borrow();
        if self.is_losing.load(Ordering::SeqCst) {
            if way == Way::ToClient && contains(bytes, b"COMMIT\0") {
                self.lose();
            }
            return None;
        }
        let is_commit = way == Way::ToServer && commits(bytes);
        match fault {
            Fault::Hang => return None,
            Fault::Latency(delay) => return Some(delay),
            Fault::LoseCommit if is_commit => self.is_losing.store(true, Ordering::SeqCst),
            Fault::CutCommit if is_commit => {
                self.lose();
                return None;
            }
            Fault::Pass | Fault::Refuse | Fault::LoseCommit | Fault::CutCommit => {}
        }
        Some(Duration::ZERO)
    }

    fn lose(&self) {
        self.wire.lost.fetch_add(1, Ordering::SeqCst);
        self.cut.cancel();
    }
}

/// Whether one of these messages runs COMMIT: as text (`Q`), or by a prepared statement (`B`), whose name ends with its
/// verb. The messages looked for are tiny and leave in one write, so that a chunk begins with a message.
fn commits(mut bytes: &[u8]) -> bool {
    while let Some((tag, rest)) = bytes.split_first() {
        let Some((length, _)) = rest.split_first_chunk::<4>() else { return false };
        let Ok(length) = usize::try_from(u32::from_be_bytes(*length)) else { return false };
        let Some((message, next)) = rest.split_at_checked(length) else { return false };
        let runs_it = match tag {
            b'Q' => contains(message, b"commit\0"),
            b'B' => contains(message, b"_commit\0"),
            _ => false,
        };
        if runs_it {
            return true;
        }
        bytes = next;
    }
    false
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.cut();
    }
}
