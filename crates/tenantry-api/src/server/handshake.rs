//! From a socket to a stream that HTTP can be spoken on. Where TLS is configured, a client that speaks plain HTTP is
//! told so in plain HTTP, instead of being left with an answer that its program cannot read.

use tenantry_core::{ErrorCode, Problem};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::connection::Host;

/// The first byte of every TLS connection: a handshake record (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 0x16;

/// A connection that is ready for HTTP.
#[derive(Debug)]
pub(super) enum Stream {
    /// As it came.
    Plain(TcpStream),
    /// Through TLS.
    Encrypted(Box<TlsStream<TcpStream>>),
}

/// Shakes hands where that is configured. Nothing comes back when there is nobody to talk to.
pub(super) async fn shake(host: &Host, stream: TcpStream, first: u8) -> Option<Stream> {
    let Some(tls) = &host.tls else { return Some(Stream::Plain(stream)) };
    if first != HANDSHAKE {
        timeout(host.limits.linger, refuse(stream)).await.ok()?;
        return None;
    }
    let acceptor = TlsAcceptor::from(tls.config());
    match timeout(host.limits.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(Stream::Encrypted(Box::new(stream))),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a TLS handshake failed");
            None
        }
        Err(_) => {
            tracing::debug!("a TLS handshake took too long");
            None
        }
    }
}

/// Says in plain HTTP that this is the wrong protocol.
async fn refuse(mut stream: TcpStream) {
    let detail = "This port speaks HTTPS only: begin the address with https://";
    let problem = Problem::new(ErrorCode::MalformedRequest, detail).body(None);
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    // The client may be gone already, and then there is nobody to tell.
    if stream.write_all(answer.as_bytes()).await.is_err() || stream.shutdown().await.is_err() {
        return;
    }
    // What is unread when a socket closes resets it, and the answer would be lost with it.
    let mut rest = [0; 1_024];
    let mut read = 0;
    while let Ok(count @ 1..) = stream.read(&mut rest).await {
        read += count;
        if read > 64 * 1024 {
            return;
        }
    }
}
