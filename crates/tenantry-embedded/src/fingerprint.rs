//! Notices that the binaries were replaced under the running server. A package upgrade does that, and from then on
//! the old server loads new libraries into new sessions, which fails until it is restarted.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::binaries::{self, Binaries};
use crate::command;

/// Where the libraries lie, seen from the binaries, for installations without `pg_config`.
const LIBRARY_PLACES: [&str; 5] =
    ["../lib", "../lib/postgresql", "../lib64/pgsql", "../lib/pgsql", "../lib64/postgresql"];

/// A library that every database loads.
const LIBRARIES: [&str; 2] = ["plpgsql.so", "plpgsql.dylib"];

/// What tells one installed file from its replacement: device, inode, size and time of change.
type Mark = (u64, u64, u64, i64, i64);

/// Watches the files of an installation.
#[derive(Debug)]
pub(crate) struct InstallationWatch {
    directory: PathBuf,
    major: u32,
    files: Vec<PathBuf>,
    started_with: Vec<Option<Mark>>,
    seen_last: Vec<Option<Mark>>,
}

impl InstallationWatch {
    /// Takes the files as they are now for what the server runs with.
    pub(crate) fn new(binaries: &Binaries) -> Self {
        let mut files = vec![binaries.program("postgres")];
        files.extend(library(binaries));
        let marks: Vec<_> = files.iter().map(|file| mark(file)).collect();
        Self {
            directory: binaries.directory.clone(),
            major: binaries.version.major,
            files,
            started_with: marks.clone(),
            seen_last: marks,
        }
    }

    /// Whether the files were replaced by another build of the same major version and the replacing is over:
    /// two looks in a row saw the same new files. Call every few seconds.
    pub(crate) fn is_upgraded(&mut self) -> bool {
        let now: Vec<_> = self.files.iter().map(|file| mark(file)).collect();
        let settled = now == self.seen_last;
        self.seen_last.clone_from(&now);
        if now == self.started_with || !settled || now.contains(&None) {
            return false;
        }
        match binaries::version_of(&self.directory) {
            Ok(version) if version.major == self.major => true,
            unfit => {
                // Restarting into these would end the service; the old server, still in memory, goes on.
                tracing::error!(directory = %self.directory.display(), found = ?unfit, needed = self.major,
                    "the database's binaries were replaced by ones that cannot run it");
                self.started_with = now;
                false
            }
        }
    }
}

fn mark(file: &Path) -> Option<Mark> {
    let metadata = std::fs::metadata(file).ok()?;
    let changed = (metadata.mtime(), metadata.mtime_nsec());
    Some((metadata.dev(), metadata.ino(), metadata.size(), changed.0, changed.1))
}

fn library(binaries: &Binaries) -> Option<PathBuf> {
    let told = command::plain(&binaries.program("pg_config")).arg("--pkglibdir").output().ok();
    let told = told
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map(|text| PathBuf::from(text.trim()));
    told.into_iter()
        .chain(LIBRARY_PLACES.iter().map(|place| binaries.directory.join(place)))
        .flat_map(|directory| LIBRARIES.map(|library| directory.join(library)))
        .find(|library| library.is_file())
}
