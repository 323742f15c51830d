//! A client of HTTP/2 that can do what a well-behaved one does not.

use bytes::Bytes;
use h2::client::{Connection, ResponseFuture, SendRequest};
use h2::{PingPong, SendStream};
use http::{Method, Request};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpSocket;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::Server;

/// A connection that is open.
pub(crate) struct Http2 {
    pub(crate) requests: SendRequest<Bytes>,
    pub(crate) pings: PingPong,
    /// How the connection ends.
    pub(crate) end: JoinHandle<Result<(), h2::Error>>,
}

impl Http2 {
    /// Speaks HTTP/2 without TLS.
    pub(crate) async fn to(server: &Server) -> Self {
        Self::from("127.0.0.1", server).await
    }

    /// The same, as a client of another address of this machine.
    pub(crate) async fn from(address: &str, server: &Server) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        Self::over(socket.connect(server.address).await.unwrap()).await
    }

    /// Speaks HTTP/2 over a stream.
    pub(crate) async fn over(io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self::tuned(io, 65_535).await
    }

    /// Takes so many bytes of an answer before it asks for more.
    pub(crate) async fn tuned(
        io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        window: u32,
    ) -> Self {
        let mut builder = h2::client::Builder::new();
        builder.initial_window_size(window).initial_max_send_streams(100);
        let (requests, mut connection): (SendRequest<Bytes>, Connection<_, _>) =
            builder.handshake(io).await.unwrap();
        let pings = connection.ping_pong().unwrap();
        let end = TaskTracker::new().spawn(connection);
        Self { requests: requests.ready().await.unwrap(), pings, end }
    }

    /// Begins a request without a body.
    pub(crate) fn get(&mut self, path: &str) -> Result<ResponseFuture, h2::Error> {
        Ok(self.requests.send_request(request(Method::GET, path), true)?.0)
    }

    /// Begins a request of somebody who is signed in.
    pub(crate) fn get_as(&mut self, token: &str, path: &str) -> Result<ResponseFuture, h2::Error> {
        let mut request = request(Method::GET, path);
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", bearer);
        Ok(self.requests.send_request(request, true)?.0)
    }

    /// Begins a request whose body is to follow.
    pub(crate) async fn begin(
        &mut self,
        path: &str,
    ) -> Result<(ResponseFuture, SendStream<Bytes>), h2::Error> {
        self.requests = self.requests.clone().ready().await?;
        self.requests.send_request(request(Method::POST, path), false)
    }
}

fn request(method: Method, path: &str) -> Request<()> {
    let request = Request::builder().method(method).uri(format!("https://x{path}"));
    request.header("content-type", "application/json").body(()).unwrap()
}
