//! Virtual environments for the chores that need Python, with exactly the versions that a `requirements.txt` lists.
//!
//! Nothing is installed that the list does not name: what a package needs in turn has to stand there, with its version.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::step::{Outcome, exists, passes_within};

const PATIENCE: Duration = Duration::from_mins(3);

/// Whether there is a Python that can make a virtual environment.
pub(crate) fn is_possible() -> bool {
    exists(Command::new("python3").args(["-c", "import venv, ensurepip"]))
}

/// The Python of the virtual environment in `folder`; made, and filled as `wanted` says, when it is not there yet.
pub(crate) fn environment(folder: &Path, wanted: &Path) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    let text = std::fs::read(wanted).with_context(|| wanted.display().to_string())?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == text) {
        return Ok(python);
    }
    let mut make = Command::new("python3");
    let made = passes_within(make.args(["-m", "venv", "--clear"]).arg(folder), PATIENCE)?;
    ensure!(made == Outcome::Passed, "python3 could not make a virtual environment");
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    // Python compiles what is imported, which is little of it.
    install.arg("--no-compile");
    let installed = passes_within(install.arg("--requirement").arg(wanted), PATIENCE)?;
    ensure!(installed == Outcome::Passed, "{} could not be installed", wanted.display());
    std::fs::write(&stamp, text).context("noting what was installed")?;
    Ok(python)
}
