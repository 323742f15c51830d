//! Clears away what a killed server or a killed first start left: processes that still hold the shared memory, and
//! files that would make the next server believe that it still runs. Call only while holding the lock of the data directory.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::account::Account;
use crate::data_directory::DataDirectory;
use crate::error::EmbeddedError;
use crate::failure;
use crate::pid_file::PidFile;
use crate::processes;
use crate::socket_directory;

/// How long a postmaster without a parent may take for an orderly shutdown before it is cut off.
const ORDERLY: Duration = Duration::from_secs(20);
/// How long backends without a postmaster may take to notice it by themselves.
const BY_THEMSELVES: Duration = Duration::from_millis(300);
/// How long each harsher signal may take.
const HARSHER: Duration = Duration::from_secs(3);
const POLL: Duration = Duration::from_millis(10);

/// Stops every process that still works on the cluster, then removes stale files.
pub(crate) fn clear(cluster: &Path, socket: &Path, account: &Account) -> Result<(), EmbeddedError> {
    stop_processes(cluster, account)?;
    if let Some(file) = PidFile::read(cluster)
        && processes::exists(file.pid)
    {
        // Its number went to a process that is none of the cluster's (in a container the numbers come around
        // at once), and PostgreSQL, which asks only whether the number is alive, would refuse to start.
        remove(&cluster.join("postmaster.pid"))?;
    }
    let name = socket_directory::socket_file();
    remove(&socket.join(&name))?;
    remove(&socket.join(format!("{name}.lock")))
}

/// Removes what starts that were killed left half-made.
pub(crate) fn remove_unfinished(
    directory: &DataDirectory,
    account: &Account,
) -> Result<(), EmbeddedError> {
    for path in directory.unfinished()? {
        if path.is_dir() && !path.is_symlink() {
            remove_unfinished_cluster(&path, account)?;
        } else {
            remove(&path)?;
        }
    }
    Ok(())
}

/// The programs that a killed `initdb` had started live on for a moment and go on writing, so a directory just
/// emptied may not be empty.
fn remove_unfinished_cluster(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
    let deadline = Instant::now() + HARSHER;
    loop {
        stop_processes(path, account)?;
        match std::fs::remove_dir_all(path) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound && !path.exists() => return Ok(()),
            Err(error)
                if Instant::now() < deadline
                    && matches!(
                        error.kind(),
                        ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty
                    ) =>
            {
                std::thread::sleep(POLL);
            }
            Err(error) => return Err(failure::of_io("remove", path, error)),
        }
    }
}

fn stop_processes(cluster: &Path, account: &Account) -> Result<(), EmbeddedError> {
    let left = || processes::of_cluster(cluster, account);
    let postmaster = PidFile::read(cluster).map(|file| file.pid).filter(|pid| left().contains(pid));
    if let Some(pid) = postmaster {
        tracing::warn!(pid, "a database server outlived its parent; stopping it");
        processes::send(pid, Signal::SIGINT);
        wait_until(ORDERLY, || !left().contains(&pid));
    }
    for (signal, patience) in
        [(None, BY_THEMSELVES), (Some(Signal::SIGQUIT), HARSHER), (Some(Signal::SIGKILL), HARSHER)]
    {
        if let Some(signal) = signal {
            left().into_iter().for_each(|pid| processes::send(pid, signal));
        }
        if wait_until(patience, || left().is_empty()) {
            return Ok(());
        }
    }
    left().first().map_or(Ok(()), |pid| Err(EmbeddedError::LeftoverRuns { pid: *pid }))
}

fn wait_until(patience: Duration, is_done: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !is_done() {
        if Instant::now() >= deadline {
            return false;
        }
        std::thread::sleep(POLL);
    }
    true
}

fn remove(path: &Path) -> Result<(), EmbeddedError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(failure::of_io("remove", path, error))
        }
        _ => Ok(()),
    }
}
