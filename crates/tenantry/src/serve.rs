//! `tenantry serve`: the address first (a taken port fails before anything is started), then the database, then the
//! checks, then the doors open. Stopping goes the other way round, and waits for what is in flight.

mod certificate;
mod demo;
mod handover;
mod listener;
mod start;
mod welcome;

use std::time::{Duration, Instant};

use tenantry_api::{Limits, Server};
use tenantry_identity::Identity;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::backing::Backing;
use crate::config::Config;
use crate::exit::Exit;
use crate::keys::Keys;
use crate::screen::Screen;
use crate::trouble::{Problem, Trouble};

use crate::signals::Signals;
use certificate::Certificate;
use listener::Listener;

/// How often the signing keys are looked after. A new one is published a day before it signs.
const KEY_RENEWAL: Duration = Duration::from_secs(60 * 60);
/// How often what was deleted long enough ago is removed.
const SWEEPING: Duration = Duration::from_secs(60 * 60);
/// How long the tasks behind the connections may take after these have ended.
const LAST_TASKS: Duration = Duration::from_secs(3);

/// Serves until a signal stops it. A second signal ends the process at once.
pub(crate) async fn run(config: &Config, screen: &Screen) -> Result<Exit, Trouble> {
    let mut signals =
        Signals::listen().map_err(|error| failed("signals cannot be received", &error))?;
    let (stop, stopped) = oneshot::channel();
    let mut work = Box::pin(serve(config, screen, stopped));
    let signal = tokio::select! {
        done = &mut work => return done,
        signal = signals.next() => signal,
    };
    tracing::info!(signal, "stopping: no new connections, requests in flight are answered");
    // The other end is gone when the work has just ended by itself.
    let _ = stop.send(());
    tokio::select! {
        done = &mut work => done,
        _ = signals.next() => end_at_once(),
    }
}

#[expect(
    clippy::exit,
    reason = "unwinding would wait for the database, and the person asked twice"
)]
fn end_at_once() -> ! {
    tracing::warn!("ended at once; the next start recovers the database");
    std::process::exit(i32::from(Exit::Interrupted.number()))
}

/// Something of the machine or the runtime that a server cannot do without.
fn failed(title: &str, error: &dyn std::error::Error) -> Problem {
    Problem::new("TN0604", title).fact("cause", error.to_string()).causes(error)
}

async fn serve(
    config: &Config,
    screen: &Screen,
    mut stopped: oneshot::Receiver<()>,
) -> Result<Exit, Trouble> {
    let started = Instant::now();
    // A bad secret is said before anything is made.
    Keys::load(config)?;
    let certificate = Certificate::load(config)?;
    let listener = Listener::bind("TENANTRY_LISTEN", config.listen, config.is_sharing_port).await?;
    let watched = match config.metrics_listen {
        Some(address) => Some(Listener::bind("TENANTRY_METRICS_LISTEN", address, false).await?),
        None => None,
    };
    let backing = tokio::select! {
        backing = Backing::open(config) => backing?,
        _ = &mut stopped => return Ok(Exit::Done),
    };
    let opened = started.elapsed();
    let tasks = TaskTracker::new();
    let ready = tokio::select! {
        ready = start::start(config, &backing, &listener, &tasks, opened) => ready.map(Some),
        _ = &mut stopped => Ok(None),
    };
    let served = match ready {
        Ok(Some(ready)) => {
            let server = Server {
                tls: certificate.tls(),
                trusted_proxies: config.trusted_proxies.clone(),
                limits: Limits::default(),
            };
            match listener.open() {
                Ok(listener) => {
                    welcome::show(config, screen, &backing, &ready, started.elapsed()).await;
                    let sockets = (listener, watched);
                    Box::pin(answer(server, certificate, sockets, ready, &tasks, stopped)).await;
                    Ok(Exit::Done)
                }
                Err(problem) => Err(problem.into()),
            }
        }
        Ok(None) => Ok(Exit::Done),
        Err(trouble) => Err(trouble),
    };
    tasks.close();
    if tokio::time::timeout(LAST_TASKS, tasks.wait()).await.is_err() {
        tracing::warn!("some tasks had not ended and were cut off");
    }
    let closed = backing.close().await;
    let exit = served?;
    closed?;
    tracing::info!("stopped");
    Ok(exit)
}

async fn answer(
    server: Server,
    certificate: Certificate,
    (listener, watched): (TcpListener, Option<Listener>),
    ready: start::Ready,
    tasks: &TaskTracker,
    stopped: oneshot::Receiver<()>,
) {
    let service = ready.service.clone();
    let stop = async move {
        // An error says that the sender is gone, which stops the server as well.
        let _ = stopped.await;
        service.begin_shutdown();
    };
    let router = ready.service.router();
    let closing = CancellationToken::new();
    let serving = async {
        tokio::select! {
            () = server.serve(listener, router, tasks, stop) => {}
            () = renew_signing_keys(&ready.identity) => {}
            () = sweep_now_and_then(&ready.service) => {}
            () = certificate.keep_fresh() => {}
            () = ready.service.watch_access(std::future::pending()) => {}
        }
        closing.cancel();
    };
    // The books are closed when the last request was answered.
    let books = ready.service.keep_books(closing.clone().cancelled_owned());
    let watching = show_metrics(watched, &ready, tasks, closing.clone().cancelled_owned());
    tokio::join!(serving, books, watching);
    ready.database.close();
}

/// Answers `/metrics` on an address of its own, when it has one, until `stop` resolves.
async fn show_metrics(
    watched: Option<Listener>,
    ready: &start::Ready,
    tasks: &TaskTracker,
    stop: impl Future<Output = ()>,
) {
    let Some(listener) = watched else { return };
    tracing::info!(metrics = %listener.address, "the metrics have an address of their own");
    let router = ready.service.metrics_router();
    match listener.open() {
        Ok(listener) => tenantry_api::serve(listener, router, tasks, stop).await,
        Err(problem) => tracing::error!(%problem.title, "the metrics cannot be shown"),
    }
}

/// Removes what was deleted long enough ago, for as long as the server runs.
async fn sweep_now_and_then(service: &tenantry_api::Service) {
    loop {
        tokio::time::sleep(SWEEPING).await;
        match service.sweep().await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "what was deleted long enough ago is removed"),
            Err(failure) => {
                let problem = failure.into_problem();
                tracing::warn!(%problem, "what is due could not be removed; the next try is in an hour");
            }
        }
    }
}

/// Looks after the keys that sign tokens for as long as the server runs.
async fn renew_signing_keys(identity: &Identity) {
    loop {
        tokio::time::sleep(KEY_RENEWAL).await;
        if let Err(error) = identity.renew_signing_keys().await {
            tracing::warn!(%error, "the signing keys could not be looked after; the next try is in an hour");
        }
    }
}
