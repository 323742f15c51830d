//! Whether the peers answer right, before anybody says how fast they are: `bench/peers/check` asks each of them about two
//! organizations in a small cluster of its own. A peer that shows the wrong rows, or another's, ends the run.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tenantry_embedded::Binaries;

/// What the check makes its cluster with. A server can be installed without the client's `psql`.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "psql"];

/// Checks all installed peers below `peers`; what is said meanwhile goes to a file in `folder`.
pub(super) fn all_answer_right(peers: &Path, folder: &Path) -> Result<()> {
    let Some(programs) = programs() else {
        println!("the peers are not checked: {} were not found", PROGRAMS.join(", "));
        return Ok(());
    };
    println!("checking the peers");
    // A file and no pipe: a worker that outlived its peer would hold a pipe open, and we would wait for it.
    let log = folder.join("check.log");
    let output = File::create(&log).with_context(|| log.display().to_string())?;
    let mut command = Command::new(peers.join("check"));
    command.env("PG_BIN", programs).stdin(Stdio::null());
    command.stdout(output.try_clone()?).stderr(output);
    let status = command.status().context("bench/peers/check")?;
    let words = std::fs::read_to_string(&log).with_context(|| log.display().to_string())?;
    ensure!(status.success(), "bench/peers/check ended with {status}:\n{words}");
    Ok(())
}

/// The folder of PostgreSQL's programs, found as the cluster of the run finds it.
#[expect(
    clippy::disallowed_methods,
    reason = "the suite is a program of its own, beside the server"
)]
fn programs() -> Option<PathBuf> {
    let search_path = std::env::var_os("PATH");
    let folder = Binaries::find(None, search_path.as_deref()).ok()?.directory;
    PROGRAMS.iter().all(|name| folder.join(name).is_file()).then_some(folder)
}
