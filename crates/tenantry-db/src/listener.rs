//! Listening to what the database announces. What is heard is only a reason to look sooner: announcements are lost
//! with a connection, and anybody may make them.

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_postgres::Client;

use crate::connection::Opener;
use crate::error::DbError;

/// A channel, as a literal: its name stands in a statement.
#[derive(Debug, Clone, Copy)]
pub struct Channel {
    listen: &'static str,
}

impl Channel {
    /// The channel on which changes of access are announced.
    pub const ACCESS: Self = Self { listen: "listen tenantry_access" };
}

/// A connection of its own that listens to one channel. Dropped, it is closed.
#[derive(Debug)]
pub struct Listener {
    heard: mpsc::Receiver<()>,
    driver: AbortHandle,
    _client: Client,
}

impl Listener {
    pub(crate) async fn open(opener: &Opener, channel: Channel) -> Result<Self, DbError> {
        let (sender, heard) = mpsc::channel(1);
        let (client, driving) = opener.config().open_listening(sender).await?;
        let driver = opener.tasks().spawn(async move {
            if let Err(error) = driving.await {
                tracing::debug!(%error, "a listening connection ended");
            }
        });
        // Made before the first await, so that giving up closes the connection.
        let listener = Self { heard, driver: driver.abort_handle(), _client: client };
        listener._client.batch_execute(channel.listen).await?;
        Ok(listener)
    }

    /// Waits for an announcement; false when the connection has ended and there will be none.
    pub async fn hears(&mut self) -> bool {
        self.heard.recv().await.is_some()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
