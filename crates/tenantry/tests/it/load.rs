//! Clients that keep their connections and never forgive: a request that was sent must be answered. What is allowed is
//! to connect again, when the server refused the connection or had closed it before anything was sent.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What came of the requests.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) answered: usize,
    /// Connections that were refused, and tried again.
    pub(crate) refused: usize,
    /// Requests that were sent and not answered with 200, and why.
    pub(crate) failed: Vec<String>,
}

/// Clients that ask until they are told to stop.
pub(crate) struct Load {
    is_over: Arc<AtomicBool>,
    /// The answers so far, of all clients.
    answered: Arc<AtomicUsize>,
    clients: Vec<JoinHandle<Tally>>,
}

impl Load {
    /// So many clients that send this request over and over.
    pub(crate) fn begin(address: &str, request: &str, clients: usize) -> Self {
        let (is_over, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let client = |_| {
            let (address, request) = (address.to_owned(), request.to_owned());
            let (is_over, answered) = (Arc::clone(&is_over), Arc::clone(&answered));
            std::thread::spawn(move || run(&address, &request, &is_over, &answered))
        };
        let clients = (0..clients).map(client).collect();
        Self { is_over, answered, clients }
    }

    /// Waits for so many answers more.
    pub(crate) fn wait(&self, count: usize) {
        let enough = self.answered.load(Ordering::SeqCst) + count;
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.answered.load(Ordering::SeqCst) < enough {
            assert!(Instant::now() < deadline, "the clients get no answers");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it; answers what came of all requests.
    pub(crate) fn end(self) -> Tally {
        self.is_over.store(true, Ordering::SeqCst);
        let tallies = self.clients.into_iter().map(|client| client.join().unwrap());
        tallies.fold(Tally::default(), |mut all, mut one| {
            all.answered += one.answered;
            all.refused += one.refused;
            all.failed.append(&mut one.failed);
            all
        })
    }
}

fn run(address: &str, request: &str, is_over: &AtomicBool, answered: &AtomicUsize) -> Tally {
    let (mut tally, mut kept) = (Tally::default(), None);
    while !is_over.load(Ordering::SeqCst) {
        let open = kept.take().filter(|stream| !is_closed(stream));
        let stream = match open.map_or_else(|| TcpStream::connect(address), Ok) {
            Ok(stream) => stream,
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                tally.refused += 1;
                std::thread::sleep(Duration::from_millis(5));
                continue;
            }
            Err(error) => {
                tally.failed.push(format!("connecting: {error}"));
                continue;
            }
        };
        match ask(&stream, request) {
            Ok((200, is_last)) => {
                tally.answered += 1;
                answered.fetch_add(1, Ordering::SeqCst);
                kept = (!is_last).then_some(stream);
            }
            Ok((status, _)) => tally.failed.push(format!("status {status}")),
            Err(error) => tally.failed.push(error.to_string()),
        }
        // About 200 requests a second in all: a load, and not a contest.
        std::thread::sleep(Duration::from_millis(15));
    }
    tally
}

/// Whether the server has closed the connection already.
fn is_closed(stream: &TcpStream) -> bool {
    stream.set_nonblocking(true).unwrap();
    let peeked = stream.peek(&mut [0]);
    stream.set_nonblocking(false).unwrap();
    !matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
}

/// Sends the request; answers the status, and whether it was the last on its connection.
pub(crate) fn ask(mut stream: &TcpStream, request: &str) -> std::io::Result<(u16, bool)> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request.as_bytes())?;
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let begin = head.len();
        if reader.read_line(&mut head)? == 0 {
            let title = format!("the connection ended behind {:?}", &head);
            return Err(std::io::Error::new(ErrorKind::UnexpectedEof, title));
        }
        let line = head[begin..].trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
    Ok((status, head.to_ascii_lowercase().contains("connection: close")))
}
