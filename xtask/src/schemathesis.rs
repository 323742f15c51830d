//! Runs schemathesis against a real server, as owners of two organizations: `cargo xtask schemathesis [--long]`.
//!
//! What is sent and what is checked is in `xtask/schemathesis/`, in Python, because that is schemathesis' language;
//! here are only its virtual environment, with exact versions, and the server.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::documents::server::Server;
use crate::documents::{built, scratch};
use crate::python;
use crate::step::{Outcome, passes};

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
    ensure!(python::is_possible(), "Python's venv is missing: apt install python3 python3-venv");
    let wanted = root.join(SCRIPTS).join("requirements.txt");
    let python = python::environment(&root.join("target/schemathesis/venv"), &wanted)?;
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
