//! `postgres.log`: the server writes straight into it, so that nothing is lost when we die. It is cut by copying,
//! never by renaming, because the server keeps the file open.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

use crate::error::EmbeddedError;
use crate::failure;

/// The log is cut when it is larger; with the copy of what was cut, twice this is kept.
const LARGEST: u64 = 2 * 1024 * 1024;
/// How many lines of the log an error quotes.
const QUOTED_LINES: usize = 12;
/// How much of the end of the log is looked at for them.
const QUOTED_BYTES: u64 = 8 * 1024;

/// The server's log.
#[derive(Debug, Clone)]
pub(crate) struct ServerLog {
    path: PathBuf,
}

impl ServerLog {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Opens it for the server to write to.
    pub(crate) fn open(&self) -> Result<File, EmbeddedError> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&self.path)
            .map_err(|error| failure::of_io("open", &self.path, error))
    }

    /// Where the next line will be written.
    pub(crate) fn end(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }

    /// The last lines written after `position`.
    pub(crate) fn since(&self, position: u64) -> String {
        match read_since(&self.path, position) {
            Ok(text) => last_lines(&text),
            Err(error) => format!("({} cannot be read: {error})", self.path.display()),
        }
    }

    /// Cuts the log when it has grown too large, keeping the cut part as `postgres.log.1`.
    pub(crate) fn cut(&self) {
        if self.end() <= LARGEST {
            return;
        }
        let copy = self.path.with_extension("log.1");
        let cut = remove_if_there(&copy)
            .and_then(|()| std::fs::copy(&self.path, &copy))
            .and_then(|_| self.truncate());
        if let Err(error) = cut {
            tracing::warn!(path = %self.path.display(), %error, "could not cut the database's log");
        }
    }

    fn truncate(&self) -> std::io::Result<()> {
        // The server appends, so its next line lands at the new end.
        OpenOptions::new()
            .write(true)
            .custom_flags(OFlag::O_NOFOLLOW.bits())
            .open(&self.path)?
            .set_len(0)
    }
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read_since(path: &Path, position: u64) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    // A position beyond the end means that the log was cut meanwhile.
    let from = if position > end { 0 } else { position };
    file.seek(SeekFrom::Start(from.max(end.saturating_sub(QUOTED_BYTES))))?;
    let mut bytes = Vec::new();
    file.take(QUOTED_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(QUOTED_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, ServerLog};
    use std::io::Write;

    #[test]
    fn a_grown_log_is_cut_while_the_server_goes_on_writing() {
        let directory = tempfile::tempdir().unwrap();
        let log = ServerLog::new(directory.path().join("postgres.log"));
        let mut server = log.open().unwrap();
        let line = "x".repeat(1023);
        for _ in 0..=LARGEST / 1024 {
            writeln!(server, "{line}").unwrap();
        }
        log.cut();
        assert_eq!(log.end(), 0);
        writeln!(server, "after the cut").unwrap();
        assert_eq!(log.since(LARGEST), "after the cut");
        let copy = directory.path().join("postgres.log.1");
        assert_eq!(copy.metadata().unwrap().len(), LARGEST + 1024);
    }

    #[test]
    fn only_the_last_lines_since_a_position_are_quoted() {
        let directory = tempfile::tempdir().unwrap();
        let log = ServerLog::new(directory.path().join("postgres.log"));
        let mut server = log.open().unwrap();
        writeln!(server, "before").unwrap();
        let position = log.end();
        for number in 1..=20 {
            writeln!(server, "line {number}").unwrap();
        }
        let quoted = log.since(position);
        assert!(quoted.starts_with("line 9\n") && quoted.ends_with("line 20"), "{quoted}");
    }
}
