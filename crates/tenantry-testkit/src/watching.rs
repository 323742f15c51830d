//! The watcher of a service: with it, the service remembers between requests.

use std::time::{Duration, Instant};

use tenantry_api::Service;
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

/// A running watcher. Dropped, it ends.
#[derive(Debug)]
pub struct Watching {
    _stop: oneshot::Sender<()>,
}

impl Watching {
    /// Watches over a service, from when this returns.
    pub async fn over(service: &Service, tasks: &TaskTracker) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let watched = service.clone();
        tasks.spawn(async move { watched.watch_access(async { drop(stopped.await) }).await });
        let started = Instant::now();
        while !service.database().changes().is_watched() {
            assert!(started.elapsed() < Duration::from_secs(10), "nobody watches");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Self { _stop: stop }
    }
}
