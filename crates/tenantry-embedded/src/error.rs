//! Everything that can be wrong with the private cluster. Each failure has a code that never changes its
//! meaning, and a next step in `help`; the text of a cause is never repeated in the message.

use std::path::PathBuf;

use crate::binaries::Binaries;

/// Why the private cluster could not be found, created, started or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// No PostgreSQL server was found anywhere.
    #[error("no PostgreSQL server is installed (looked in {} directories)", searched.len())]
    BinariesMissing {
        /// Every directory that was looked in.
        searched: Vec<PathBuf>,
    },
    /// The directory that was named explicitly holds no usable server.
    #[error("{} holds no usable PostgreSQL server: {reason}", directory.display())]
    BinariesUnusable {
        /// The directory that was named.
        directory: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Only a PostgreSQL that is too old was found.
    #[error("PostgreSQL {} in {} is too old: 15 or newer is needed", newest.version, newest.directory.display())]
    BinariesTooOld {
        /// The newest that was found.
        newest: Binaries,
    },
    /// We run as root and the machine has no account to hand the database to.
    #[error("PostgreSQL does not run as root, and there is no account to run it as")]
    NoUnprivilegedAccount,
    /// We run as root and the database's account cannot get to the data directory.
    #[error("the account {account}, which runs the database, cannot enter {} on the way to {}", directory.display(), data_dir.display())]
    NotTraversable {
        /// The directory that is closed to the account.
        directory: PathBuf,
        /// The data directory.
        data_dir: PathBuf,
        /// The account's name.
        account: String,
    },
    /// Another process runs the cluster of this data directory.
    #[error("{} is in use{}", data_dir.display(), holder(*pid))]
    InUse {
        /// The data directory.
        data_dir: PathBuf,
        /// The process that holds it, when it left its number.
        pid: Option<u32>,
    },
    /// The data was written by another major version.
    #[error("the data in {} belongs to PostgreSQL {cluster}, and PostgreSQL {} was found in {}", directory.display(), binaries.version, binaries.directory.display())]
    OtherMajor {
        /// The directory of the data.
        directory: PathBuf,
        /// The major version that wrote the data.
        cluster: u32,
        /// The binaries that would have run it.
        binaries: Binaries,
    },
    /// The disk is full.
    #[error("the disk that holds {} is full{}", path.display(), quoted(log))]
    DiskFull {
        /// What could not be written.
        path: PathBuf,
        /// The last lines of the server's log or of the failed program.
        log: String,
    },
    /// A file or directory cannot be written: permissions, or a read-only file system.
    #[error("{} cannot be written{}", path.display(), quoted(log))]
    NotWritable {
        /// What could not be written.
        path: PathBuf,
        /// The last lines of the server's log or of the failed program, or the system's own words.
        log: String,
    },
    /// The cluster belongs to another account.
    #[error("the cluster in {} belongs to {owner}, and this is {ourselves}", directory.display())]
    ForeignOwner {
        /// The directory of the data.
        directory: PathBuf,
        /// Who owns it.
        owner: String,
        /// Who we are.
        ourselves: String,
    },
    /// The cluster is there and its superuser's password is not.
    #[error("the password of the cluster's superuser is missing: {}", path.display())]
    PasswordMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The socket's directory could be somebody else's.
    #[error("{} cannot hold the database's socket: {reason}", directory.display())]
    SocketDirectoryUnsafe {
        /// The directory.
        directory: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is a directory where the cluster belongs, and it is not a cluster.
    #[error("{} is not a PostgreSQL data directory", directory.display())]
    NotACluster {
        /// The directory.
        directory: PathBuf,
    },
    /// `initdb` failed for a reason of its own.
    #[error("the cluster could not be created{}", quoted(output))]
    InitializationFailed {
        /// What `initdb` printed last.
        output: String,
    },
    /// The server exited instead of starting.
    #[error("the database server did not start{}", quoted(log))]
    StartFailed {
        /// The last lines of the server's log.
        log: String,
    },
    /// The server did not become ready in time.
    #[error("the database server was not ready after {seconds} s{}", quoted(log))]
    StartTimeout {
        /// How long was waited, in seconds.
        seconds: u64,
        /// The last lines of the server's log.
        log: String,
    },
    /// The server did not shut down in time and was cut off; the next start recovers from the log.
    #[error("the database server did not stop in time and was cut off")]
    StopUnclean,
    /// A server left behind by a killed parent is still running and does not stop.
    #[error("process {pid} of an earlier start still uses the data and does not stop")]
    LeftoverRuns {
        /// The process.
        pid: u32,
    },
    /// The thread that looks after the server ended on its own.
    #[error("the supervisor of the database server is gone")]
    SupervisorGone,
    /// The thread that looks after the server could not be started.
    #[error("the supervisor of the database server could not be started")]
    NoThread {
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A program could not be started.
    #[error("{} could not be run", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// The system has no randomness to give.
    #[error("the system gave no random numbers")]
    NoRandomness {
        /// Why.
        #[source]
        error: getrandom::Error,
    },
    /// A file operation failed for another reason.
    #[error("could not {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        error: std::io::Error,
    },
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| " by another process".to_owned(), |pid| format!(" by process {pid}"))
}

/// Program output as an appendix of a message: nothing at all when there is none.
fn quoted(output: &str) -> String {
    match output.trim() {
        "" => String::new(),
        one_line if !one_line.contains('\n') => format!(": {one_line}"),
        lines => format!(":\n{lines}"),
    }
}

impl EmbeddedError {
    /// The code of this kind of failure. A code never changes its meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BinariesMissing { .. } => "TN0101",
            Self::BinariesUnusable { .. } => "TN0102",
            Self::BinariesTooOld { .. } => "TN0103",
            Self::NoUnprivilegedAccount => "TN0104",
            Self::NotTraversable { .. } => "TN0105",
            Self::InUse { .. } => "TN0106",
            Self::OtherMajor { .. } => "TN0107",
            Self::DiskFull { .. } => "TN0108",
            Self::NotWritable { .. } => "TN0109",
            Self::ForeignOwner { .. } => "TN0110",
            Self::PasswordMissing { .. } => "TN0111",
            Self::SocketDirectoryUnsafe { .. } => "TN0112",
            Self::NotACluster { .. } => "TN0113",
            Self::InitializationFailed { .. } => "TN0114",
            Self::StartFailed { .. } => "TN0115",
            Self::StartTimeout { .. } => "TN0116",
            Self::StopUnclean => "TN0117",
            Self::LeftoverRuns { .. } => "TN0118",
            Self::SupervisorGone => "TN0119",
            Self::Spawn { .. } => "TN0120",
            Self::NoRandomness { .. } => "TN0121",
            Self::Io { .. } => "TN0122",
            Self::NoThread { .. } => "TN0123",
        }
    }
}
