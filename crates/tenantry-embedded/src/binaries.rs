//! Finds the PostgreSQL binaries. Debian keeps the server out of `PATH` (only client programs are there), so a
//! machine without `postgres` in `PATH` usually has it all the same.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::command;
use crate::error::EmbeddedError;
use crate::version::Version;

/// The oldest major version with everything the isolation rests on (`security_invoker` views).
pub(crate) const OLDEST_MAJOR: u32 = 15;

/// Where the operating systems' packages put the server; `*` stands for one directory level's version part.
const USUAL_PLACES: [&str; 7] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/bin",
    "/usr/local/bin",
];

/// A directory with a usable `postgres` and `initdb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The directory that holds `postgres` and `initdb`.
    pub directory: PathBuf,
    /// What `postgres --version` says.
    pub version: Version,
}

impl Binaries {
    /// Finds the newest PostgreSQL: in `explicit` alone when given, else in `search_path` (a value of `PATH`)
    /// and the usual places of Debian, Fedora and Homebrew. Relative entries of the search path are passed over.
    ///
    /// # Errors
    /// [`EmbeddedError::BinariesMissing`], [`EmbeddedError::BinariesUnusable`] for an explicit directory, or
    /// [`EmbeddedError::BinariesTooOld`].
    pub fn find(
        explicit: Option<&Path>,
        search_path: Option<&OsStr>,
    ) -> Result<Self, EmbeddedError> {
        Self::find_for(None, explicit, search_path)
    }

    /// As [`Binaries::find`], but prefers the major version of an existing data directory over a newer one: a
    /// package upgrade that adds a major version must not stop a cluster whose own version is still there.
    pub(crate) fn find_for(
        cluster_major: Option<u32>,
        explicit: Option<&Path>,
        search_path: Option<&OsStr>,
    ) -> Result<Self, EmbeddedError> {
        if let Some(directory) = explicit {
            return Self::in_directory(directory).and_then(Self::new_enough);
        }
        let (searched, found) = search(search_path);
        let same_major = |binaries: &&Self| Some(binaries.version.major) == cluster_major;
        match best(found.iter().filter(same_major)).or_else(|| best(found.iter())) {
            Some(binaries) => binaries.clone().new_enough(),
            None => Err(EmbeddedError::BinariesMissing { searched }),
        }
    }

    /// The full path of one of the programs, for example `initdb`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn in_directory(directory: &Path) -> Result<Self, EmbeddedError> {
        let unusable = |reason: String| EmbeddedError::BinariesUnusable {
            directory: directory.to_path_buf(),
            reason,
        };
        // Links are kept: Homebrew's lead to the new version after an upgrade, where the old place is gone.
        let absolute =
            std::path::absolute(directory).map_err(|error| unusable(error.to_string()))?;
        for program in ["postgres", "initdb"] {
            if !absolute.join(program).is_file() {
                return Err(unusable(format!("there is no {program} in it")));
            }
        }
        let version = version_of(&absolute).map_err(unusable)?;
        Ok(Self { directory: absolute, version })
    }

    fn new_enough(self) -> Result<Self, EmbeddedError> {
        if self.version.major < OLDEST_MAJOR {
            return Err(EmbeddedError::BinariesTooOld { newest: self });
        }
        Ok(self)
    }
}

/// The version of the `postgres` in a directory, or why it cannot be had.
pub(crate) fn version_of(directory: &Path) -> Result<Version, String> {
    let output = command::plain(&directory.join("postgres"))
        .arg("--version")
        .output()
        .map_err(|error| format!("postgres does not run: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Version::from_program_output(&text)
        .ok_or_else(|| format!("postgres --version printed {:?}", text.trim()))
}

/// The newest; among equals the one that is not a mere link to another's `postgres` (the other programs may not be
/// linked beside it), then the one found first.
fn best<'a>(found: impl DoubleEndedIterator<Item = &'a Binaries>) -> Option<&'a Binaries> {
    // The last of equal maxima wins, hence the reversal.
    found
        .rev()
        .max_by_key(|binaries| (binaries.version, !binaries.program("postgres").is_symlink()))
}

/// Every place looked at, and what was found there.
fn search(search_path: Option<&OsStr>) -> (Vec<PathBuf>, Vec<Binaries>) {
    let mut searched: Vec<PathBuf> =
        search_path.map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
    searched.retain(|directory| directory.is_absolute());
    for place in USUAL_PLACES {
        searched.extend(expand(place));
    }
    // A directory on PATH without a usable server is the normal case, not worth a word.
    let found = searched.iter().filter_map(|directory| Binaries::in_directory(directory).ok());
    let found = found.collect();
    (searched, found)
}

/// The directories that a place with one `*` stands for; a place without any stands for itself.
fn expand(place: &str) -> Vec<PathBuf> {
    let Some((before, after)) = place.split_once('*') else { return vec![PathBuf::from(place)] };
    let Some((parent, prefix)) = before.rsplit_once('/') else { return Vec::new() };
    let Ok(entries) = Path::new(if parent.is_empty() { "/" } else { parent }).read_dir() else {
        return Vec::new();
    };
    let mut directories: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(after.trim_start_matches('/')))
        .collect();
    directories.sort();
    directories
}

#[cfg(test)]
mod tests {
    use super::expand;
    use std::path::PathBuf;

    #[test]
    fn a_star_stands_for_every_directory_with_the_prefix() {
        let root = tempfile::tempdir().unwrap();
        for name in ["postgresql@15", "postgresql@17", "mysql"] {
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        let place = format!("{}/postgresql@*/bin", root.path().display());
        let expected: Vec<PathBuf> =
            ["postgresql@15/bin", "postgresql@17/bin"].map(|name| root.path().join(name)).into();
        assert_eq!(expand(&place), expected);
        assert_eq!(expand("/usr/bin"), [PathBuf::from("/usr/bin")]);
        assert!(expand("/no/such/place/*/bin").is_empty());
    }
}
