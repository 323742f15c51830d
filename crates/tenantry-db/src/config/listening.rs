//! A connection that only listens. It is driven here, message by message, because what is announced comes
//! between the answers: a connection that is driven as usual drops it.

use std::future::poll_fn;
use std::pin::Pin;

use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_postgres::config::SslMode;
use tokio_postgres::{AsyncMessage, Client, Connection, Error, NoTls};

use super::Config;

/// What drives a listening connection, until it ends.
type Listening = BoxFuture<'static, Result<(), Error>>;

impl Config {
    /// Connects, and hands on that something was announced, but not what: two announcements that are not
    /// picked up are one. The future must be driven.
    pub(crate) async fn open_listening(
        &self,
        heard: mpsc::Sender<()>,
    ) -> Result<(Client, Listening), Error> {
        if let Some(tls) = self.tls.clone().filter(|_| !self.is_local()) {
            let (client, connection) = self.driver.connect(tls).await?;
            return Ok((client, Box::pin(drive(connection, heard))));
        }
        let mut driver = self.driver.clone();
        if self.is_local() {
            driver.ssl_mode(SslMode::Disable);
        }
        let (client, connection) = driver.connect(NoTls).await?;
        Ok((client, Box::pin(drive(connection, heard))))
    }
}

async fn drive<S, T>(mut connection: Connection<S, T>, heard: mpsc::Sender<()>) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) =
        poll_fn(|context| Pin::new(&mut connection).poll_message(context)).await
    {
        if let AsyncMessage::Notification(_) = message? {
            // Full: the one before was not picked up yet, and stands for this one too.
            let _ = heard.try_send(());
        }
    }
    Ok(())
}
