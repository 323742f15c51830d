//! The thread that keeps the server alive: it starts it, notices when it dies (or is replaced on disk), and starts
//! it again for as long as it takes. The thread ends when the other end of `life` is dropped, never by itself.

use std::convert::Infallible;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::EmbeddedError;
use crate::failure;
use crate::fingerprint::InstallationWatch;
use crate::leftovers;
use crate::postmaster::{Launch, Postmaster};
use crate::state::ClusterState;

/// How long the first start may take; a restart takes as long as recovery does.
const FIRST_START: Duration = Duration::from_secs(60);
/// How often a starting server is asked whether it is ready.
const STARTING_POLL: Duration = Duration::from_millis(10);
/// How often a running server is looked at: the longest time its death stays unnoticed.
const RUNNING_POLL: Duration = Duration::from_millis(100);
/// How often the log's size and the installed binaries are looked at.
const HOUSEKEEPING: Duration = Duration::from_secs(2);
/// The pause before the first restart, doubled for each one that fails, and its limit.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A server that ran this long was well: the next restart counts as the first again.
const WELL: Duration = Duration::from_secs(1);
/// After so many failed starts in a row the state says so.
const FAILED_AFTER: u32 = 5;

/// The handle of the thread.
#[derive(Debug)]
pub(crate) struct Supervisor {
    thread: Option<JoinHandle<Result<(), EmbeddedError>>>,
    life: Option<Sender<Infallible>>,
    state: Arc<Mutex<ClusterState>>,
}

impl Supervisor {
    /// Starts the thread and waits until the server is ready for the first time.
    pub(crate) fn start(launch: Launch) -> Result<Self, EmbeddedError> {
        let (life, end_of_life) = channel();
        let (first, first_start) = sync_channel(1);
        let state = Arc::new(Mutex::new(ClusterState::Restarting { attempt: 1 }));
        let watch = Watch { launch, life: end_of_life, state: Arc::clone(&state), attempt: 0 };
        let thread = std::thread::Builder::new()
            .name("postgres-supervisor".to_owned())
            .spawn(move || watch.run(&first))
            .map_err(|error| EmbeddedError::NoThread { error })?;
        first_start.recv().map_err(|_| EmbeddedError::SupervisorGone)??;
        Ok(Self { thread: Some(thread), life: Some(life), state })
    }

    pub(crate) fn state(&self) -> ClusterState {
        if self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            let reason = EmbeddedError::SupervisorGone.to_string();
            return ClusterState::Failed { attempts: 0, reason };
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Stops the server and the thread, waiting for both. Doing it twice does nothing.
    pub(crate) fn stop(&mut self) -> Result<(), EmbeddedError> {
        self.life = None;
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let stopped = thread.join().unwrap_or(Err(EmbeddedError::SupervisorGone));
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = ClusterState::Stopped;
        stopped
    }
}

/// Why the running server is no longer looked after.
enum Ended {
    Asked,
    Died(Option<ExitStatus>),
    Upgraded,
}

struct Watch {
    launch: Launch,
    life: Receiver<Infallible>,
    state: Arc<Mutex<ClusterState>>,
    attempt: u32,
}

impl Watch {
    fn run(mut self, first: &SyncSender<Result<(), EmbeddedError>>) -> Result<(), EmbeddedError> {
        let started = self.start_once(Some(FIRST_START));
        let (mut server, answer) = match started {
            Ok(server) => {
                if let Some((postmaster, _)) = &server {
                    self.set_state(ClusterState::Running { pid: postmaster.pid() });
                }
                (server, Ok(()))
            }
            Err(error) => (None, Err(error)),
        };
        if first.send(answer).is_err() {
            // Nobody waits any more, so nobody would ever stop the server.
            return server.map_or(Ok(()), |running| running.0.stop());
        }
        while let Some((mut postmaster, installation)) = server {
            match self.look_after(&mut postmaster, installation)? {
                Ended::Asked => return postmaster.stop(),
                Ended::Died(status) => {
                    tracing::error!(status = ?status.map(|s| s.to_string()), "the database server died; restarting it");
                }
                Ended::Upgraded => {
                    tracing::info!(
                        "the PostgreSQL binaries were upgraded; restarting the database server"
                    );
                    if let Err(error) = postmaster.stop() {
                        tracing::warn!(%error, "the old database server did not stop in order");
                    }
                }
            }
            server = self.revive();
        }
        Ok(())
    }

    /// Watches over a running server until something happens.
    fn look_after(
        &mut self,
        postmaster: &mut Postmaster,
        mut installation: InstallationWatch,
    ) -> Result<Ended, EmbeddedError> {
        let ready = Instant::now();
        let mut housekeeping = ready + HOUSEKEEPING;
        self.set_state(ClusterState::Running { pid: postmaster.pid() });
        while self.pause(RUNNING_POLL) {
            if let Some(status) = postmaster.exited()? {
                if ready.elapsed() >= WELL {
                    self.attempt = 0;
                }
                return Ok(Ended::Died(Some(status)));
            }
            if Instant::now() >= housekeeping {
                housekeeping += HOUSEKEEPING;
                self.launch.log.cut();
                if installation.is_upgraded() {
                    self.attempt = 0;
                    return Ok(Ended::Upgraded);
                }
            }
        }
        Ok(Ended::Asked)
    }

    /// Starts the server again, as often as it takes; nothing when we were asked to stop meanwhile.
    fn revive(&mut self) -> Option<(Postmaster, InstallationWatch)> {
        let down_since = Instant::now();
        let mut failures = 0;
        self.set_state(ClusterState::Restarting { attempt: self.attempt.saturating_add(1) });
        while self.pause(pause_before(self.attempt)) {
            self.attempt = self.attempt.saturating_add(1);
            match self.start_once(None) {
                Ok(Some(server)) => {
                    let down = u64::try_from(down_since.elapsed().as_millis()).unwrap_or(u64::MAX);
                    tracing::info!(
                        attempts = failures + 1,
                        down_ms = down,
                        "the database server is back"
                    );
                    return Some(server);
                }
                Ok(None) => return None,
                Err(error) => {
                    failures += 1;
                    self.note_failure(failures, &error);
                }
            }
        }
        None
    }

    /// Starts the server and waits until it is ready; nothing when we were asked to stop meanwhile.
    fn start_once(
        &mut self,
        budget: Option<Duration>,
    ) -> Result<Option<(Postmaster, InstallationWatch)>, EmbeddedError> {
        let launch = &self.launch;
        leftovers::clear(&launch.cluster, &launch.socket_directory, &launch.account)?;
        launch.log.cut();
        let installation = InstallationWatch::new(&launch.binaries);
        let mut postmaster = Postmaster::spawn(launch)?;
        let deadline = budget.map(|budget| (Instant::now() + budget, budget.as_secs()));
        while !postmaster.is_ready() {
            if postmaster.exited()?.is_some() {
                return Err(failure::of_start(&launch.cluster, postmaster.said()));
            }
            if let Some((deadline, seconds)) = deadline
                && Instant::now() >= deadline
            {
                let log = postmaster.said();
                postmaster.stop()?;
                return Err(EmbeddedError::StartTimeout { seconds, log });
            }
            if !self.pause(STARTING_POLL) {
                postmaster.stop()?;
                return Ok(None);
            }
        }
        Ok(Some((postmaster, installation)))
    }

    fn note_failure(&self, failures: u32, error: &EmbeddedError) {
        tracing::error!(code = error.code(), %error, attempts = failures, "the database server did not start");
        self.set_state(if failures >= FAILED_AFTER {
            ClusterState::Failed { attempts: failures, reason: error.to_string() }
        } else {
            ClusterState::Restarting { attempt: failures + 1 }
        });
    }

    fn set_state(&self, state: ClusterState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }

    /// Waits; false when we were asked to stop.
    fn pause(&self, time: Duration) -> bool {
        matches!(self.life.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }
}

fn pause_before(attempt: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::pause_before;

    #[test]
    fn the_pause_doubles_from_a_tenth_of_a_second_to_five_seconds() {
        let pauses: Vec<_> = (0..8).map(|attempt| pause_before(attempt).as_millis()).collect();
        assert_eq!(pauses, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert_eq!(pause_before(u32::MAX).as_millis(), 5_000);
    }
}
