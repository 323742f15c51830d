//! One running server: started, watched and stopped as our child process. Start it from a thread that lives as
//! long as it does, because the signal it gets when we die follows the thread (see `command`).

use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::command;
use crate::configuration::Configuration;
use crate::error::EmbeddedError;
use crate::failure;
use crate::pid_file::PidFile;
use crate::processes;
use crate::server_log::ServerLog;

/// How long an orderly shutdown may take; it ends every session and writes a checkpoint.
const ORDERLY: Duration = Duration::from_secs(30);
/// How long each harsher way may take.
const HARSHER: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(5);

/// Everything that is needed to start the server, again and again.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(crate) binaries: Binaries,
    pub(crate) account: Account,
    pub(crate) cluster: PathBuf,
    pub(crate) socket_directory: PathBuf,
    pub(crate) configuration: Configuration,
    pub(crate) log: ServerLog,
}

/// A server process.
#[derive(Debug)]
pub(crate) struct Postmaster {
    child: Child,
    cluster: PathBuf,
    log: ServerLog,
    log_start: u64,
}

impl Postmaster {
    /// Starts the server; it is not ready yet.
    pub(crate) fn spawn(launch: &Launch) -> Result<Self, EmbeddedError> {
        let log = launch.log.open()?;
        let errors =
            log.try_clone().map_err(|error| failure::of_io("open", &launch.cluster, error))?;
        let log_start = launch.log.end();
        let program = launch.binaries.program("postgres");
        // SIGINT is the fast, orderly shutdown: that is what should happen when we are killed.
        let child = command::as_account(&program, &launch.account, "INT")
            .args(launch.configuration.arguments(&launch.cluster, &launch.socket_directory))
            .current_dir("/")
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| EmbeddedError::Spawn { program, error })?;
        let (cluster, log) = (launch.cluster.clone(), launch.log.clone());
        Ok(Self { child, cluster, log, log_start })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether the server says that it accepts connections.
    pub(crate) fn is_ready(&self) -> bool {
        PidFile::read(&self.cluster).is_some_and(|file| file.pid == self.pid() && file.is_ready)
    }

    /// How the server ended, once it has.
    pub(crate) fn exited(&mut self) -> Result<Option<ExitStatus>, EmbeddedError> {
        self.child.try_wait().map_err(|error| failure::of_io("wait for", &self.cluster, error))
    }

    /// What the server has said since it was started.
    pub(crate) fn said(&self) -> String {
        self.log.since(self.log_start)
    }

    /// Stops the server and waits until it is gone: in order first, then at once, then by force.
    pub(crate) fn stop(mut self) -> Result<(), EmbeddedError> {
        for (signal, patience) in
            [(Signal::SIGINT, ORDERLY), (Signal::SIGQUIT, HARSHER), (Signal::SIGKILL, HARSHER)]
        {
            processes::send(self.pid(), signal);
            let deadline = Instant::now() + patience;
            while Instant::now() < deadline {
                if self.exited()?.is_some() {
                    let orderly = signal == Signal::SIGINT;
                    return if orderly { Ok(()) } else { Err(EmbeddedError::StopUnclean) };
                }
                std::thread::sleep(POLL);
            }
        }
        Err(EmbeddedError::LeftoverRuns { pid: self.pid() })
    }
}
