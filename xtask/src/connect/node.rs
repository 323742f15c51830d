//! The Node programs in a folder of their own, with exactly the packages of `package-lock.json`.
//!
//! They are copied out of the repository because npm and Prisma write beside them. No package's own script is run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::step::{Outcome, exists, passes_within};
use crate::tree::Tree;

const PATIENCE: Duration = Duration::from_mins(3);

/// Whether there are Node and npm.
pub(super) fn is_possible() -> bool {
    ["node", "npm"].iter().all(|program| exists(Command::new(program).arg("--version")))
}

/// Copies what is below `home` to `folder`, installs what it needs there, and answers what runs its programs.
pub(super) fn install(tree: &Tree, home: &str, folder: &Path) -> Result<PathBuf> {
    for file in tree.files() {
        let Some(name) = file.path.strip_prefix(home) else { continue };
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))
            .and_then(|()| std::fs::write(&path, &file.text))
            .with_context(|| path.display().to_string())?;
    }
    let lock = tree.file(&format!("{home}package-lock.json")).context("no package-lock.json")?;
    let stamp = folder.join("installed.json");
    if !std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock.text) {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        let installed = passes_within(npm.current_dir(folder), PATIENCE)?;
        ensure!(installed == Outcome::Passed, "the packages of {home} could not be installed");
        std::fs::write(&stamp, &lock.text).context("noting what was installed")?;
    }
    generate(folder)?;
    Ok(folder.join("node_modules/.bin/tsx"))
}

/// Prisma's client, from its schema. Prisma would fetch an engine for migrations, which this does not need.
fn generate(folder: &Path) -> Result<()> {
    let log = folder.join("generate.log");
    let printed = std::fs::File::create(&log).context("generate.log")?;
    let mut prisma = Command::new(folder.join("node_modules/.bin/prisma"));
    prisma.arg("generate").current_dir(folder).stdout(printed.try_clone()?).stderr(printed);
    prisma.env("PRISMA_SCHEMA_ENGINE_BINARY", "/bin/true");
    prisma.env("PRISMA_HIDE_UPDATE_MESSAGE", "1").env("CHECKPOINT_DISABLE", "1");
    let generated = passes_within(&mut prisma, PATIENCE)?;
    ensure!(generated == Outcome::Passed, "Prisma made no client; see {}", log.display());
    Ok(())
}
