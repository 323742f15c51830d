//! What carries the bytes: a socket of this machine, TCP, or TLS over either.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// A connected socket.
#[derive(Debug)]
pub(crate) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

/// Anything that carries bytes.
pub(super) trait Carrier: AsyncRead + AsyncWrite + Unpin + Send + Sync {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Carrier for T {}

/// A connection's bytes, encrypted or not. The plain socket has no pointer in its way.
pub(super) enum Stream {
    Plain(Socket),
    Encrypted(Box<dyn Carrier>),
}

impl fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(socket) => socket.fmt(formatter),
            Self::Encrypted(_) => formatter.write_str("Encrypted"),
        }
    }
}

macro_rules! delegate {
    ($($of:ident { $($kind:ident),+ }),+) => {$(
        impl AsyncRead for $of {
            fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $(Self::$kind(inner) => Pin::new(inner).poll_read(context, buffer)),+ }
            }
        }

        impl AsyncWrite for $of {
            fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
                match self.get_mut() { $(Self::$kind(inner) => Pin::new(inner).poll_write(context, bytes)),+ }
            }

            fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $(Self::$kind(inner) => Pin::new(inner).poll_flush(context)),+ }
            }

            fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $(Self::$kind(inner) => Pin::new(inner).poll_shutdown(context)),+ }
            }
        }
    )+};
}

delegate! { Socket { Tcp, Unix }, Stream { Plain, Encrypted } }
