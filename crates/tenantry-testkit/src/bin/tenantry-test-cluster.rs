//! Starts the cluster of a test run in the background and tells nextest where it is. The background
//! process watches the one that started the run, and ends with it: nothing is left behind.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed start is a failed run, and the panic says why; the environment is nextest's"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::kill;
use nix::unistd::{Pid, getppid};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.as_slice() {
        [_, mode, directory, watched] if mode == "--serve" => {
            serve(Path::new(directory), Pid::from_raw(watched.parse()?));
            Ok(())
        }
        _ => launch(),
    }
}

/// Starts the background process, waits until the cluster is ready, and sets the variable for the tests.
fn launch() -> anyhow::Result<()> {
    let directory: PathBuf = tempfile::Builder::new().prefix("tenantry-test-").tempdir()?.keep();
    let log = std::fs::File::create(directory.join("log"))?;
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--serve", &directory.to_string_lossy(), &getppid().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()?;
    let ready = directory.join("ready.json");
    while !ready.exists() {
        if child.try_wait()?.is_some() {
            anyhow::bail!(
                "the test cluster did not start:\n{}",
                std::fs::read_to_string(directory.join("log"))?
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    if let Some(variables) = std::env::var_os("NEXTEST_ENV") {
        let mut file = std::fs::OpenOptions::new().append(true).open(variables)?;
        writeln!(file, "TENANTRY_TEST_CLUSTER={}", ready.display())?;
    }
    Ok(())
}

/// Holds the cluster for as long as the watched process lives.
fn serve(directory: &Path, watched: Pid) {
    let (cluster, reached) = tenantry_testkit::TestCluster::start(directory);
    let written = directory.join("ready.json.new");
    std::fs::write(&written, serde_json::to_vec(&reached).unwrap()).unwrap();
    std::fs::rename(&written, directory.join("ready.json")).unwrap();
    while kill(watched, None).is_ok() {
        std::thread::sleep(Duration::from_millis(300));
    }
    drop(cluster);
    std::fs::remove_dir_all(directory).unwrap();
}
