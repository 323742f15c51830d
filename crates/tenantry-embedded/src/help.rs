//! The next step for each failure: what a person who reads the message does about it. Every text names something
//! to type, or says that nothing is to be done.

use std::path::Path;

use crate::error::EmbeddedError;
use crate::version::Version;

const INSTALL: &str = "install PostgreSQL 15 or newer: \
    `apt-get install postgresql` (Debian, Ubuntu), `dnf install postgresql-server` (Fedora), \
    `brew install postgresql@17` (macOS); or set DATABASE_URL to a server that runs already";

const NAME_THE_BINARIES: &str = "set TENANTRY_POSTGRES_BIN to the directory that holds `postgres` and \
    `initdb` (`pg_config --bindir` prints it), or unset it to have one found";

const READ_THE_LOG: &str = "the lines above are PostgreSQL's own; the whole log is postgres.log in the \
    data directory";

const AWAIT_RECOVERY: &str = "recovery after a crash can take long: start again, it goes on where it was; \
    postgres.log in the data directory tells how far it is";

impl EmbeddedError {
    /// The next step, exact enough to type.
    pub fn help(&self) -> String {
        match self {
            Self::BinariesMissing { .. } | Self::BinariesTooOld { .. } => INSTALL.to_owned(),
            Self::BinariesUnusable { .. } => NAME_THE_BINARIES.to_owned(),
            Self::NoUnprivilegedAccount => {
                "create one with `useradd --system tenantry`, or run as an ordinary user".to_owned()
            }
            Self::NotTraversable { directory, account, .. } => format!(
                "keep the data elsewhere with `TENANTRY_DATA_DIR=/var/lib/tenantry`, \
                 or open the way for {account} with `chmod o+x {}`",
                directory.display()
            ),
            Self::InUse { pid: Some(pid), .. } => {
                format!("stop that process with `kill {pid}`, or use another TENANTRY_DATA_DIR")
            }
            Self::InUse { pid: None, data_dir } => format!(
                "find the process with `fuser {}` and stop it, or use another TENANTRY_DATA_DIR",
                data_dir.join("lock").display()
            ),
            Self::OtherMajor { directory, cluster, binaries } => {
                other_major_help(directory, *cluster, binaries.version)
            }
            Self::DiskFull { path, .. } => format!(
                "free some space (`df -h {}` shows how much there is) and start again; \
                 what was committed is safe",
                path.display()
            ),
            Self::NotWritable { path, .. } => format!(
                "look at it with `ls -ld {0}` and `findmnt -T {0}`, \
                 or use another TENANTRY_DATA_DIR",
                path.display()
            ),
            Self::ForeignOwner { directory, owner, .. } => format!(
                "run as {owner} or as whoever created it, or look at it with `ls -ld {}`; \
                 a cluster owned by root must be given to an ordinary account with `chown -R`",
                directory.display()
            ),
            Self::PasswordMissing { path } => format!(
                "put the file back from a backup, or set a new password in single-user mode \
                 (`postgres --single`, `alter role tenantry_superuser password '…'`) and write it \
                 to {}",
                path.display()
            ),
            Self::SocketDirectoryUnsafe { directory, .. } => format!(
                "look at it with `ls -ld {}`; remove it, or use a TENANTRY_DATA_DIR with a \
                 shorter path",
                directory.display()
            ),
            Self::NotACluster { directory } => {
                format!("move {} away, or use another TENANTRY_DATA_DIR", directory.display())
            }
            Self::InitializationFailed { .. } | Self::StartFailed { .. } => READ_THE_LOG.to_owned(),
            Self::StartTimeout { .. } => AWAIT_RECOVERY.to_owned(),
            Self::StopUnclean => "nothing to do: the next start recovers".to_owned(),
            Self::LeftoverRuns { pid } => format!("stop it with `kill -QUIT {pid}`"),
            Self::SupervisorGone => "start again, and report this: it is a defect".to_owned(),
            Self::NoThread { .. } => {
                "raise the limit of processes (`ulimit -u` shows it)".to_owned()
            }
            Self::Spawn { program, .. } => {
                format!("check that it runs: `{} --version`", program.display())
            }
            Self::NoRandomness { .. } => "check that /dev/urandom is there and readable".to_owned(),
            Self::Io { path, .. } => format!("look at it with `ls -ld {}`", path.display()),
        }
    }
}

fn other_major_help(directory: &Path, cluster: u32, binaries: Version) -> String {
    format!(
        "point TENANTRY_POSTGRES_BIN at the binaries of PostgreSQL {cluster}, or upgrade the data: \
         create a cluster of version {} beside it with `initdb` (same options, data checksums on), \
         then `pg_upgrade --old-datadir {} --new-datadir …` with both versions' --old-bindir and \
         --new-bindir, and put the new directory in the old one's place",
        binaries.major,
        directory.display()
    )
}
