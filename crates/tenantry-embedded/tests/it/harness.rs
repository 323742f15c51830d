//! A place for a cluster, and a client for it. The client is `psql`, so that nothing of ours stands between the
//! test and the server.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tenantry_embedded::{Cluster, ClusterState, Options};

/// A directory of its own for each test, passable for the account that runs the database.
pub(crate) struct Place {
    directory: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("tenantry-it-").tempdir().unwrap();
        set_mode(directory.path(), 0o755);
        Self { directory }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path().join(".tenantry")
    }

    pub(crate) fn options(&self) -> Options {
        Options { data_dir: self.data_dir(), binaries: None, search_path: search_path() }
    }

    pub(crate) fn start(&self) -> Cluster {
        Cluster::start(&self.options()).unwrap()
    }
}

/// The `PATH` of whoever runs the tests: a machine may have its PostgreSQL nowhere else.
#[expect(clippy::disallowed_methods, reason = "the tests stand in for the program that reads it")]
pub(crate) fn search_path() -> Option<OsString> {
    std::env::var_os("PATH")
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// A `psql` that is about to run a statement as the superuser.
pub(crate) fn psql(cluster: &Cluster, password: &str, statement: &str) -> Command {
    // A directory of links may hold the server's programs only.
    let beside = cluster.binaries().join("psql");
    let program = if beside.exists() { beside } else { PathBuf::from("psql") };
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PGPASSWORD", password)
        .args(["-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-d", "postgres"])
        .args(["-U", cluster.superuser(), "-p", &cluster.port().to_string(), "-c", statement])
        .arg("-h")
        .arg(cluster.socket_dir())
        .current_dir("/");
    command
}

/// What a command printed, or why it failed.
pub(crate) fn outcome(mut command: Command) -> Result<String, String> {
    let output = command.output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

pub(crate) fn sql(cluster: &Cluster, statement: &str) -> Result<String, String> {
    outcome(psql(cluster, cluster.password(), statement))
}

pub(crate) fn pid(cluster: &Cluster) -> u32 {
    match cluster.state() {
        ClusterState::Running { pid } => pid,
        other => panic!("the cluster is not running: {other:?}"),
    }
}

/// Waits until a condition holds and returns how long that took.
pub(crate) fn wait_for(
    what: &str,
    patience: Duration,
    mut holds: impl FnMut() -> bool,
) -> Duration {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < patience, "waited {patience:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    start.elapsed()
}

/// Waits until another server than `old` accepts connections.
pub(crate) fn wait_for_restart(cluster: &Cluster, old: u32) -> Duration {
    wait_for(
        "a new server",
        Duration::from_secs(20),
        || matches!(cluster.state(), ClusterState::Running { pid } if pid != old),
    )
}

pub(crate) fn is_alive(pid: u32) -> bool {
    // A zombie is dead; its number stays taken until somebody asks how it ended.
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with('Z'))
}

pub(crate) fn signal(pid: u32, signal: nix::sys::signal::Signal) {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(pid).unwrap());
    nix::sys::signal::kill(pid, signal).unwrap();
}

/// The path of one of this crate's example programs, built along with the tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "build it with `cargo build -p tenantry-embedded --example {name}`");
    path
}

/// Says in the test's output that a part was left out, and why.
#[expect(clippy::print_stderr, reason = "a skipped part must be seen in the test's output")]
pub(crate) fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}
