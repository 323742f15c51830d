//! The certificate while the server runs: it is looked at once a minute and at SIGHUP. A new pair that cannot be used
//! is told in the log, and the old one stays in use.

use std::time::Duration;

use tenantry_api::Tls;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failed;
use crate::config::Config;
use crate::trouble::Trouble;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(60);

/// The certificate, if the server has one.
#[derive(Debug)]
pub(super) struct Certificate(Option<(Tls, Signal)>);

impl Certificate {
    /// Reads the files of the configuration. SIGHUP is received from now on, and ends no server that has one.
    pub(super) fn load(config: &Config) -> Result<Self, Trouble> {
        let Some(files) = &config.tls else { return Ok(Self(None)) };
        let tls = files.load(config)?;
        let hangups = signal(SignalKind::hangup())
            .map_err(|error| failed("signals cannot be received", &error))?;
        Ok(Self(Some((tls, hangups))))
    }

    /// What the server encrypts with.
    pub(super) fn tls(&self) -> Option<Tls> {
        self.0.as_ref().map(|(tls, _)| tls.clone())
    }

    /// Reads the files again whenever they may have changed. Never resolves.
    pub(super) async fn keep_fresh(self) {
        let Some((tls, mut hangups)) = self.0 else { return std::future::pending().await };
        loop {
            let was_asked = tokio::select! {
                _ = hangups.recv() => true,
                () = tokio::time::sleep(LOOK) => false,
            };
            renew(tls.clone(), was_asked).await;
        }
    }
}

/// Files may lie on a disk that does not answer, which must not hold up a thread of the runtime.
async fn renew(tls: Tls, was_asked: bool) {
    let reading =
        tokio::task::spawn_blocking(move || (was_asked || tls.is_outdated()).then(|| tls.reload()));
    match reading.await {
        Ok(None) => {}
        Ok(Some(Ok(()))) => tracing::info!("the certificate was read again"),
        Ok(Some(Err(error))) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(%error, cause, "the new certificate cannot be used; the old one stays");
        }
        Err(error) => tracing::error!(%error, "the certificate could not be looked at"),
    }
}
