//! The task that reads the marks of changed access. It reads after each announcement and twice a second
//! besides, because an announcement can be lost; while it does not succeed, nothing remembered holds.

use std::future::Future;
use std::time::{Duration, Instant};

use tenantry_db::Channel;
use tenantry_db::changes::UNSEEN;
use tenantry_store::access_changes::{self, Changed, Reading};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::error::IdentityError;
use crate::identity::Identity;

/// How often the marks are read when nothing is announced: three times before nothing holds any more.
const EVERY: Duration = Duration::from_millis(500);
/// Between two readings at the least, because anybody who may connect may announce.
const PAUSE: Duration = Duration::from_millis(5);
/// How long one reading may take.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two tries to listen.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

impl Identity {
    /// Learns of changes that other servers make, until `stop` resolves. Without it nothing is remembered,
    /// and every request asks the database.
    pub async fn watch_access(&self, stop: impl Future<Output = ()>) {
        let announced = Notify::new();
        tokio::select! {
            () = stop => {}
            () = self.listen(&announced) => {}
            () = self.read_when(&announced) => {}
        }
    }

    /// Reads the marks of changes since an earlier reading, once and now.
    ///
    /// # Errors
    /// The store's; also when the answer comes too late to be of use.
    pub async fn read_access_changes(
        &self,
        earlier: Option<&Reading>,
    ) -> Result<Reading, IdentityError> {
        let changes = self.0.database.changes();
        let began = Instant::now();
        let (reading, changed) = access_changes::since(&self.0.database, earlier).await?;
        match changed {
            Changed::Subjects(subjects) => changes.note(&subjects),
            Changed::Everything => changes.note_everything(),
        }
        // In this order: what is believed again must have been noted before.
        changes.caught_up(began);
        Ok(reading)
    }

    async fn read_when(&self, announced: &Notify) {
        let (mut last, mut is_behind) = (None, false);
        loop {
            let read = timeout(PATIENCE, self.read_access_changes(last.as_ref())).await;
            // After a failure the next reading goes on from nothing, and all is forgotten.
            last = match read {
                Ok(Ok(reading)) => {
                    if is_behind {
                        tracing::info!("changes of access are read again");
                    }
                    Some(reading)
                }
                failed => {
                    if !is_behind {
                        let cause =
                            failed.ok().and_then(Result::err).map(|error| error.to_string());
                        tracing::warn!(
                            cause,
                            "changes of access cannot be read; nothing is remembered meanwhile"
                        );
                    }
                    None
                }
            };
            is_behind = last.is_none();
            sleep(PAUSE).await;
            // Running out is the usual case when nothing happens.
            let _ = timeout(EVERY, announced.notified()).await;
        }
    }

    /// Passes announcements on for as long as it is polled.
    async fn listen(&self, announced: &Notify) {
        loop {
            match timeout(UNSEEN, self.0.database.listen(Channel::ACCESS)).await {
                // A pooler hands nothing on: there is only the reading now and then.
                Ok(Ok(None)) => std::future::pending().await,
                Ok(Ok(Some(mut listener))) => {
                    // What was announced before this is not heard.
                    announced.notify_one();
                    while listener.hears().await {
                        announced.notify_one();
                    }
                }
                Ok(Err(error)) => tracing::debug!(cause = error.describe(), "nobody listens"),
                Err(_) => tracing::debug!("nobody listens: the connection takes too long"),
            }
            sleep(LISTEN_AGAIN).await;
        }
    }
}
