//! How a connection comes about: from an address's hosts to a session that is logged in. Hosts are tried in the driver's
//! order, and one that is not found, not reached or does not let us in is passed over; the last one's error is told. The
//! address's patience is for connecting alone, as with the driver: finding a name and logging in take as long as whoever
//! waits for the connection.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, UnixStream, lookup_host};
use tokio::time::timeout;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, TargetSessionAttrs};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Wire;
use super::error::WireError;
use super::lent::{Keeping, Lent};
use super::stream::{Socket, Stream};
use crate::config::Config;

/// Where a connection leads, and how to have the server end what runs on it.
#[derive(Clone)]
pub(crate) struct Place {
    address: Address,
    hostname: Option<String>,
    token: CancelToken,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Place").field("address", &self.address).finish_non_exhaustive()
    }
}

#[derive(Debug, Clone)]
enum Address {
    Tcp(std::net::SocketAddr),
    Unix(PathBuf),
}

/// Opens a connection to the first host of an address that lets us in.
pub(crate) async fn open(config: &Config) -> Result<(Wire, Place), WireError> {
    let mut last =
        WireError::Address("it names no host, or hosts and ports that do not fit together");
    for (index, host) in candidates(config)? {
        let hostname = match config.get_hosts().get(index) {
            Some(Host::Tcp(name)) => Some(name.clone()),
            _ => None,
        };
        // Also a name that is not found is no reason to stop: it may be that of a server that was taken away.
        let addresses = match addresses(config, host, port(config, index)).await {
            Ok(addresses) => addresses,
            Err(error) => {
                last = error;
                continue;
            }
        };
        for address in addresses {
            match log_in(config, address, hostname.clone()).await {
                Ok(opened) => return Ok(opened),
                Err(error) => last = error,
            }
        }
    }
    Err(last)
}

/// Has the server end what runs on a connection.
pub(crate) async fn cancel(config: &Config, place: &Place) -> Result<(), WireError> {
    let socket = connect(config, &place.address).await?;
    let cancelled = match config.encryption() {
        Some(mut tls) => {
            let tls = encryption_for(&mut tls, place.hostname.as_deref())?;
            place.token.cancel_query_raw(socket, tls).await
        }
        None => place.token.cancel_query_raw(socket, NoTls).await,
    };
    Ok(cancelled?)
}

/// The hosts in the order in which they are tried.
fn candidates(config: &Config) -> Result<Vec<(usize, Host)>, WireError> {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let count = hosts.len().max(addresses.len());
    let is_odd = !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len();
    let ports = config.get_ports().len();
    if is_odd || (ports > 1 && ports != count) {
        return Err(WireError::Address("it has not as many hosts as addresses or ports"));
    }
    let mut all: Vec<(usize, Host)> = (0..count)
        .filter_map(|index| {
            let address = addresses.get(index).map(|address| Host::Tcp(address.to_string()));
            address.or_else(|| hosts.get(index).cloned()).map(|host| (index, host))
        })
        .collect();
    if config.get_load_balance_hosts() == LoadBalanceHosts::Random {
        shuffle(&mut all);
    }
    Ok(all)
}

fn port(config: &Config, index: usize) -> u16 {
    let ports = config.get_ports();
    ports.get(index).or_else(|| ports.first()).copied().unwrap_or(5432)
}

async fn addresses(config: &Config, host: Host, port: u16) -> Result<Vec<Address>, WireError> {
    match host {
        Host::Unix(folder) => Ok(vec![Address::Unix(folder.join(format!(".s.PGSQL.{port}")))]),
        Host::Tcp(name) => {
            let found = lookup_host((name.as_str(), port)).await.map_err(WireError::Io)?;
            let mut all: Vec<Address> = found.map(Address::Tcp).collect();
            if config.get_load_balance_hosts() == LoadBalanceHosts::Random {
                shuffle(&mut all);
            }
            Ok(all)
        }
    }
}

/// Another order each time. Which one is nobody's secret.
fn shuffle<T>(all: &mut [T]) {
    for last in (1..all.len()).rev() {
        let random = RandomState::new().hash_one(last);
        let other = usize::try_from(random).unwrap_or(usize::MAX) % (last + 1);
        all.swap(last, other);
    }
}

async fn connect(config: &Config, address: &Address) -> Result<Socket, WireError> {
    let patience = config.get_connect_timeout().copied().unwrap_or(Duration::MAX);
    let connecting = async {
        match address {
            Address::Unix(path) => UnixStream::connect(path).await.map(Socket::Unix),
            Address::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                keep_alive(config, &stream)?;
                Ok(Socket::Tcp(stream))
            }
        }
    };
    match timeout(patience, connecting).await {
        Ok(connected) => connected.map_err(WireError::Io),
        Err(_) => Err(WireError::Io(io::ErrorKind::TimedOut.into())),
    }
}

/// What has the system notice that the other side is gone.
fn keep_alive(config: &Config, stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    if let Some(patience) = config.get_tcp_user_timeout() {
        socket.set_tcp_user_timeout(Some(*patience))?;
    }
    if !config.get_keepalives() {
        return Ok(());
    }
    let mut keepalive = TcpKeepalive::new().with_time(config.get_keepalives_idle());
    if let Some(interval) = config.get_keepalives_interval() {
        keepalive = keepalive.with_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        keepalive = keepalive.with_retries(retries);
    }
    socket.set_tcp_keepalive(&keepalive)
}

/// Lets the driver log in, and takes the stream back from it.
async fn log_in(
    config: &Config,
    address: Address,
    hostname: Option<String>,
) -> Result<(Wire, Place), WireError> {
    let socket = Lent::new(connect(config, &address).await?);
    let (stream, token) = match config.encryption() {
        Some(mut tls) => {
            let tls = encryption_for(&mut tls, hostname.as_deref())?;
            let kept = Lent::empty();
            let keeping = Keeping { tls, kept: kept.clone() };
            let (client, _) = config.connect_raw(socket.clone(), keeping).await?;
            let encrypted = kept.take().map(|stream| Stream::Encrypted(Box::new(stream)));
            (encrypted, client.cancel_token())
        }
        None => {
            let mut plain = tokio_postgres::Config::clone(config);
            plain.ssl_mode(SslMode::Disable);
            let (client, _) = plain.connect_raw(socket.clone(), NoTls).await?;
            (None, client.cancel_token())
        }
    };
    // A server that offers no encryption to somebody who only prefers it talks in the clear.
    let stream = stream.or_else(|| socket.take().map(Stream::Plain)).ok_or(WireError::Closed)?;
    let mut wire = Wire::new(stream);
    demand(config, &mut wire).await?;
    Ok((wire, Place { address, hostname, token }))
}

fn encryption_for(
    tls: &mut MakeRustlsConnect,
    hostname: Option<&str>,
) -> Result<<MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect, WireError> {
    let made = MakeTlsConnect::<Socket>::make_tls_connect(tls, hostname.unwrap_or(""));
    made.map_err(|_| WireError::Address("encryption needs the name of a host"))
}

/// Whether the server is of the kind that the address asks for.
async fn demand(config: &Config, wire: &mut Wire) -> Result<(), WireError> {
    let wanted = match config.get_target_session_attrs() {
        TargetSessionAttrs::ReadWrite => "off",
        TargetSessionAttrs::ReadOnly => "on",
        _ => return Ok(()),
    };
    match wire.text("show transaction_read_only").await? {
        Some(is_read_only) if is_read_only == wanted => Ok(()),
        _ => Err(WireError::Address("the server does not take what target_session_attrs asks for")),
    }
}
