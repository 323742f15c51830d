//! Runs the programs of `examples/connect` against a real server's database: `cargo xtask connect`.
//!
//! They get what an application gets, the file that `tenantry adopt connect` writes, and each has to say that it saw its own
//! rows only. A language that is not installed is skipped, aloud.

mod database;
mod node;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::documents::server::Server;
use crate::documents::{built, scratch};
use crate::python;
use crate::step::{Outcome, passes_within};
use crate::tree::Tree;

/// What to connect to.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// The server to start; built from the workspace when it is left out.
    #[arg(long)]
    binary: Option<PathBuf>,
}

const PYTHON: &str = "examples/connect/python/";
const NODE: &str = "examples/connect/node/";
/// What a program says last when all of it held.
const SEEN: &str = "own rows only";
/// How long one program may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Reads the environment as an application's shell would, and becomes the program.
const UNDER: &str = "set -a; . \"$1\"; set +a; shift; exec \"$@\"";

/// A program, and how it is run.
struct Program {
    name: String,
    interpreter: PathBuf,
    folder: PathBuf,
}

/// Runs every program that can be run here; fails when one does not say what it has to.
pub(crate) fn run(root: &Path, options: &Options) -> Result<Outcome> {
    let tree = Tree::read(root)?;
    let (programs, missing) = programs(root, &tree)?;
    if !programs.is_empty() {
        let binary = match &options.binary {
            Some(binary) => binary.canonicalize().with_context(|| binary.display().to_string())?,
            None => built(root)?,
        };
        with_server(&binary, &programs)?;
    }
    if missing.is_empty() {
        return Ok(Outcome::Passed);
    }
    println!("SKIPPED: {}", missing.join("; "));
    Ok(Outcome::Skipped(missing.join("; ")))
}

/// The programs whose packages are installed now, and what is missing for the others.
fn programs(root: &Path, tree: &Tree) -> Result<(Vec<Program>, Vec<String>)> {
    let mut programs = Vec::new();
    let mut missing = Vec::new();
    if python::is_possible() {
        let folder = root.join(PYTHON);
        let home = root.join("target/connect/venv");
        let interpreter = python::environment(&home, &folder.join("requirements.txt"))?;
        programs.extend(named(tree, PYTHON, "with_", ".py", &interpreter, &folder)?);
    } else {
        missing.push("Python's venv is not installed, so no Python program was run".to_owned());
    }
    if node::is_possible() {
        let folder = root.join("target/connect/node");
        let interpreter = node::install(tree, NODE, &folder)?;
        programs.extend(named(tree, NODE, "with-", ".mjs", &interpreter, &folder)?);
    } else {
        missing.push("npm is not installed, so no Node program was run".to_owned());
    }
    Ok((programs, missing))
}

/// The programs right below `home`.
fn named(
    tree: &Tree,
    home: &str,
    start: &str,
    end: &str,
    interpreter: &Path,
    folder: &Path,
) -> Result<Vec<Program>> {
    let names = tree.files().filter_map(|file| file.path.strip_prefix(home));
    let names = names.filter(|name| name.starts_with(start) && name.ends_with(end));
    let programs: Vec<Program> = names
        .map(|name| Program {
            name: name.to_owned(),
            interpreter: interpreter.to_owned(),
            folder: folder.to_owned(),
        })
        .collect();
    ensure!(!programs.is_empty(), "{home} has no program {start}*{end}");
    Ok(programs)
}

fn with_server(binary: &Path, programs: &[Program]) -> Result<()> {
    let folder = scratch("connect")?;
    let server = Server::start(binary, &folder)?;
    let outcome = database::prepare(binary, &folder).and_then(|environment| {
        let failed = programs.iter().map(|program| try_out(program, &environment, &folder));
        Ok(failed.collect::<Result<Vec<bool>>>()?.into_iter().filter(|held| !held).count())
    });
    let stopped = server.stop().context("stopping the server");
    let shown = folder.display();
    let failed = outcome.with_context(|| format!("the server's log is in {shown}"))?;
    stopped?;
    ensure!(failed == 0, "{failed} programs failed; what they printed is in {shown}");
    std::fs::remove_dir_all(&folder).context("removing the server's folder")
}

/// Whether the program ended well, in time, and said what it has to.
fn try_out(program: &Program, environment: &Path, folder: &Path) -> Result<bool> {
    let path = folder.join(format!("{}.log", program.name));
    let log = std::fs::File::create(&path).with_context(|| path.display().to_string())?;
    let mut command = Command::new("sh");
    command.args(["-c", UNDER, "sh"]).arg(environment);
    command.arg(&program.interpreter).arg(&program.name).current_dir(&program.folder);
    command.envs(database::ORGANIZATIONS).env("DATABASE_POOL_SIZE", "1");
    command.env("PYTHONDONTWRITEBYTECODE", "1").stdout(log.try_clone()?).stderr(log);
    let outcome = passes_within(&mut command, PATIENCE)?;
    let printed = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let held = outcome == Outcome::Passed && printed.contains(SEEN);
    println!("{}{}", if held { "" } else { "FAILED: " }, printed.trim_end());
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(script: &str) -> bool {
        let folder = scratch(&format!("{:?}", std::thread::current().id())).unwrap();
        let environment = folder.join("application.env");
        std::fs::write(&environment, "WORD='own rows'\n").unwrap();
        std::fs::write(folder.join("program"), script).unwrap();
        let interpreter = PathBuf::from("sh");
        let program = Program { name: "program".into(), interpreter, folder: folder.clone() };
        let held = try_out(&program, &environment, &folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        held
    }

    #[test]
    fn a_program_that_says_nothing_or_ends_badly_has_failed() {
        assert!(tried("echo \"with it: $WORD only\""));
        assert!(!tried("echo \"$WORD only\"; exit 1"));
        assert!(!tried("exit 0"));
    }

    #[test]
    fn every_program_is_found_and_none_is_an_error() {
        let tree = Tree::of(&[("a/with_x.py", ""), ("a/b/with_y.py", ""), ("a/other.py", "")]);
        let found = |home| named(&tree, home, "with_", ".py", Path::new("p"), Path::new("f"));
        let names: Vec<String> =
            found("a/").unwrap().into_iter().map(|program| program.name).collect();
        assert_eq!(names, ["with_x.py"]);
        assert!(found("c/").is_err());
    }
}
