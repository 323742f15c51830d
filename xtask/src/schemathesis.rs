//! Runs schemathesis against a real server, as owners of two organizations: `cargo xtask schemathesis [--long]`.
//!
//! What is sent and what is checked is in `xtask/schemathesis/`, in Python, because that is schemathesis' language;
//! here are only its virtual environment, with exact versions, and the server.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::documents::server::Server;
use crate::documents::{built, scratch};
use crate::step::{Outcome, exists, passes};

/// How hard to attack.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Many more requests, different ones each time: for a night, not for a merge.
    #[arg(long)]
    long: bool,
    /// The server to start; built from the workspace when it is left out.
    #[arg(long)]
    binary: Option<PathBuf>,
}

const SCRIPTS: &str = "xtask/schemathesis";
/// The tokens must outlast the attack, and limits of rate would end it; both have tests of their own.
const VARIABLES: [(&str, &str); 4] = [
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "1440"),
    ("TENANTRY_RATE_LIMIT_ORGANIZATION", "0"),
    ("TENANTRY_RATE_LIMIT_KEY", "0"),
    ("TENANTRY_RATE_LIMIT_ADDRESS", "0"),
];

/// Attacks, and fails when anything was found.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    ensure!(is_possible(), "Python's venv is missing: apt install python3 python3-venv");
    let python = environment(root)?;
    let binary = match &options.binary {
        Some(binary) => binary.canonicalize().with_context(|| binary.display().to_string())?,
        None => built(root)?,
    };
    let folder = scratch("schemathesis")?;
    let server = Server::start_with(&binary, &folder, &VARIABLES)?;
    let mut attack = Command::new(python);
    attack.arg(root.join(SCRIPTS).join("attack.py")).arg(server.base_url()).arg(&folder);
    attack.args(options.long.then_some("--long")).env("PYTHONDONTWRITEBYTECODE", "1");
    let outcome = passes(&mut attack);
    server.stop().context("stopping the server")?;
    ensure!(
        outcome? == Outcome::Passed,
        "schemathesis found something; its logs and the server's are in {}",
        folder.display()
    );
    std::fs::remove_dir_all(&folder).context("removing the server's folder")
}

/// Whether there is a Python that can make a virtual environment.
pub(crate) fn is_possible() -> bool {
    exists(Command::new("python3").args(["-c", "import venv, ensurepip"]))
}

/// The Python of a virtual environment with exactly what `requirements.txt` lists; made when it is not there.
fn environment(root: &Path) -> Result<PathBuf> {
    let wanted = root.join(SCRIPTS).join("requirements.txt");
    let folder = root.join("target/schemathesis/venv");
    let python = folder.join("bin/python");
    let stamp = folder.join("installed.txt");
    let text = std::fs::read(&wanted).with_context(|| wanted.display().to_string())?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == text) {
        return Ok(python);
    }
    let made = passes(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    ensure!(made == Outcome::Passed, "python3 could not make a virtual environment");
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    let installed = passes(install.arg("--requirement").arg(&wanted))?;
    ensure!(installed == Outcome::Passed, "schemathesis could not be installed");
    std::fs::write(&stamp, text).context("noting what was installed")?;
    Ok(python)
}
