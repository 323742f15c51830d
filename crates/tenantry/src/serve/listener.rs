//! The address that is listened on. When it is taken, `/proc` usually says by whom, and so does the message.

use std::fs::{read_dir, read_link, read_to_string};
use std::io::ErrorKind;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::trouble::{Problem, Trouble};

/// Connections that wait to be accepted.
const QUEUE: u32 = 1_024;

/// The address, taken.
#[derive(Debug)]
pub(super) struct Listener {
    socket: Socket,
    /// Where it really listens: the port that was given for 0.
    pub(super) address: SocketAddr,
}

#[derive(Debug)]
enum Socket {
    /// It listens already: connections wait in it until they are accepted, and nobody else can take the port.
    Listening(TcpListener),
    /// It shares the port and does not listen yet, or clients would wait for a server that is still starting while
    /// another one could answer them.
    Bound(TcpSocket),
}

impl Listener {
    /// Takes the address of a setting, or says who has it. A shared one can be taken by several servers of
    /// one account.
    pub(super) async fn bind(
        setting: &str,
        wanted: SocketAddr,
        is_shared: bool,
    ) -> Result<Self, Trouble> {
        let bound = if is_shared {
            share(wanted)
        } else {
            TcpListener::bind(wanted).await.and_then(|socket| {
                Ok(Self { address: socket.local_addr()?, socket: Socket::Listening(socket) })
            })
        };
        Ok(bound.map_err(|error| refusal(setting, wanted, &error))?)
    }

    /// Listens, from now on if it did not before.
    pub(super) fn open(self) -> Result<TcpListener, Problem> {
        match self.socket {
            Socket::Listening(socket) => Ok(socket),
            Socket::Bound(socket) => socket
                .listen(QUEUE)
                .map_err(|error| refusal("TENANTRY_LISTEN", self.address, &error)),
        }
    }
}

fn share(wanted: SocketAddr) -> std::io::Result<Listener> {
    let socket = if wanted.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(wanted)?;
    Ok(Listener { address: socket.local_addr()?, socket: Socket::Bound(socket) })
}

fn refusal(setting: &str, wanted: SocketAddr, error: &std::io::Error) -> Problem {
    let mut elsewhere = wanted;
    elsewhere.set_port(wanted.port().checked_add(1).unwrap_or(8000));
    if error.kind() != ErrorKind::AddrInUse {
        return Problem::new("TN0602", format!("{wanted} cannot be listened on"))
            .fact("cause", error.to_string())
            .help(format!("{setting}=127.0.0.1:8000 tenantry serve"));
    }
    let problem = Problem::new("TN0601", format!("the port {} is taken", wanted.port()));
    let problem = match holder(wanted.port()) {
        Some(holder) => problem.fact("holder", holder),
        None => problem.fact("cause", error.to_string()),
    };
    problem.help(format!("{setting}={elsewhere} tenantry serve"))
}

/// The process that listens on a port, as far as this account may see it.
fn holder(port: u16) -> Option<String> {
    let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| listening(table, port)).concat();
    read_dir("/proc").ok()?.filter_map(Result::ok).find_map(|process| {
        let pid: u32 = process.file_name().to_str()?.parse().ok()?;
        let files = read_dir(process.path().join("fd")).ok()?;
        let holds = files.filter_map(Result::ok).any(|file| {
            read_link(file.path()).is_ok_and(|link| {
                sockets.iter().any(|socket| link.to_string_lossy() == format!("socket:[{socket}]"))
            })
        });
        let name = || read_to_string(process.path().join("comm")).unwrap_or_default();
        holds.then(|| format!("process {pid}, {}", name().trim()))
    })
}

/// The sockets that listen on a port. The columns are: number, local address, remote address, state (`0A` is
/// listening), five more, and the socket's number.
fn listening(table: &str, port: u16) -> Vec<String> {
    let wanted = format!(":{port:04X}");
    let text = read_to_string(table).unwrap_or_default();
    let rows = text.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| row.len() > 9 && row[1].ends_with(&wanted) && row[3] == "0A")
        .map(|row| row[9].to_owned())
        .collect()
}
