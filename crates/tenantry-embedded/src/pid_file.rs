//! `postmaster.pid`, the file in which a postmaster says who it is and how far it has come. It stays behind when
//! the postmaster is killed, so its number alone proves nothing.

use std::path::Path;

/// The line, counted from zero, that holds the status.
const STATUS_LINE: usize = 7;

/// What `postmaster.pid` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PidFile {
    /// The postmaster that wrote it.
    pub(crate) pid: u32,
    /// Whether it said that it accepts connections.
    pub(crate) is_ready: bool,
}

impl PidFile {
    /// Reads the file of a cluster; nothing when it is absent or still being written.
    pub(crate) fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let status = text.lines().nth(STATUS_LINE).map(str::trim);
        Some(Self { pid, is_ready: status == Some("ready") })
    }
}

#[cfg(test)]
mod tests {
    use super::PidFile;

    #[test]
    fn a_postmaster_is_ready_when_its_file_says_so() {
        let starting =
            "4711\n/data/postgres\n1790000000\n5432\n/data/run\n\n  5432001  5\nstarting\n";
        assert_eq!(PidFile::parse(starting), Some(PidFile { pid: 4711, is_ready: false }));
        let ready = starting.replace("starting", "ready   ");
        assert_eq!(PidFile::parse(&ready), Some(PidFile { pid: 4711, is_ready: true }));
        assert_eq!(PidFile::parse("4711\n/da"), Some(PidFile { pid: 4711, is_ready: false }));
        assert_eq!(PidFile::parse(""), None);
    }
}
