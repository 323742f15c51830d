//! Bytes that are lent to the driver for logging in, and taken back from it afterwards. The driver knows the ways of
//! logging in and of starting TLS; what it then would do with the connection is ours.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// A stream that can be taken back. All clones are the same stream.
#[derive(Debug)]
pub(super) struct Lent<S>(Arc<Mutex<Option<S>>>);

impl<S> Clone for Lent<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Lent<S> {
    pub(super) fn new(stream: S) -> Self {
        Self(Arc::new(Mutex::new(Some(stream))))
    }

    pub(super) fn empty() -> Self {
        Self(Arc::default())
    }

    /// Takes the stream; whoever it was lent to finds it closed.
    pub(super) fn take(&self) -> Option<S> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn with<T>(&self, work: impl FnOnce(&mut S) -> T) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(work)
    }
}

const TAKEN: io::ErrorKind = io::ErrorKind::NotConnected;

impl<S: AsyncRead + Unpin> AsyncRead for Lent<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.with(|stream| Pin::new(stream).poll_read(context, buffer))
            .unwrap_or(Poll::Ready(Err(TAKEN.into())))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lent<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.with(|stream| Pin::new(stream).poll_write(context, bytes))
            .unwrap_or(Poll::Ready(Err(TAKEN.into())))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| Pin::new(stream).poll_flush(context))
            .unwrap_or(Poll::Ready(Err(TAKEN.into())))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(|stream| Pin::new(stream).poll_shutdown(context))
            .unwrap_or(Poll::Ready(Err(TAKEN.into())))
    }
}

impl<S: TlsStream + Unpin> TlsStream for Lent<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.with(|stream| stream.channel_binding()).unwrap_or_else(ChannelBinding::none)
    }
}

/// Starts TLS as the driver's own way does, and keeps a hold on what comes of it.
#[derive(Debug)]
pub(super) struct Keeping<T, S> {
    pub(super) tls: T,
    pub(super) kept: Lent<S>,
}

impl<T, P> TlsConnect<P> for Keeping<T, T::Stream>
where
    T: TlsConnect<P>,
    T::Future: Send + 'static,
    T::Stream: Send + 'static,
{
    type Stream = Lent<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: P) -> Self::Future {
        let Self { tls, kept } = self;
        let connecting = tls.connect(stream);
        Box::pin(async move {
            let stream = connecting.await?;
            *kept.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
            Ok(kept)
        })
    }
}
