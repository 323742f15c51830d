//! Turns what the system or a PostgreSQL program said into the error a person can act on. The words looked for
//! are the C library's, which are stable because the programs run with `LC_ALL=C`.

use std::io::{Error, ErrorKind};
use std::path::Path;

use nix::sys::statvfs::statvfs;

use crate::error::EmbeddedError;

/// Less free space than this and a start that failed without a word failed for lack of it: the server cannot
/// even write why. One segment of the write-ahead log is this large.
const ROOM_TO_START: u64 = 16 * 1024 * 1024;

/// What kind of trouble a text speaks of.
enum Trouble {
    DiskFull,
    NotWritable,
    Other,
}

/// The error of a failed file operation.
pub(crate) fn of_io(action: &'static str, path: &Path, error: Error) -> EmbeddedError {
    let (path, log) = (path.to_path_buf(), error.to_string());
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => EmbeddedError::DiskFull { path, log },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            EmbeddedError::NotWritable { path, log }
        }
        _ => EmbeddedError::Io { action, path, error },
    }
}

/// The error of an `initdb` that failed on `directory`.
pub(crate) fn of_initialization(directory: &Path, output: String) -> EmbeddedError {
    let path = directory.to_path_buf();
    match trouble(&output) {
        Trouble::DiskFull => EmbeddedError::DiskFull { path, log: output },
        Trouble::NotWritable => EmbeddedError::NotWritable { path, log: output },
        Trouble::Other => EmbeddedError::InitializationFailed { output },
    }
}

/// The error of a server that exited while starting on `directory`; `log` is what it said.
pub(crate) fn of_start(directory: &Path, log: String) -> EmbeddedError {
    let path = directory.to_path_buf();
    match trouble(&log) {
        Trouble::DiskFull => EmbeddedError::DiskFull { path, log },
        Trouble::NotWritable => EmbeddedError::NotWritable { path, log },
        // The log lies on the same disk, so a full disk may have swallowed the very message.
        Trouble::Other if is_full(directory) => EmbeddedError::DiskFull { path, log },
        Trouble::Other => EmbeddedError::StartFailed { log },
    }
}

fn trouble(text: &str) -> Trouble {
    let speaks_of = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    // A write that was cut short leaves no error number behind, only PostgreSQL's hint.
    if speaks_of(&["No space left on device", "Disk quota exceeded", "Check free disk space"]) {
        Trouble::DiskFull
    } else if speaks_of(&["Permission denied", "Read-only file system"]) {
        Trouble::NotWritable
    } else {
        Trouble::Other
    }
}

fn is_full(directory: &Path) -> bool {
    // A disk that does not answer is not known to be full.
    statvfs(directory).is_ok_and(|disk| free_bytes(&disk) < ROOM_TO_START)
}

#[cfg_attr(
    target_os = "linux",
    expect(clippy::useless_conversion, reason = "the field types differ between systems")
)]
fn free_bytes(disk: &nix::sys::statvfs::Statvfs) -> u64 {
    u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size()))
}
