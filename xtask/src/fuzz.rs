//! Runs the fuzz targets of `fuzz/`, each for some seconds: `cargo xtask fuzz [--seconds N] [TARGET …]`.
//!
//! libFuzzer wants flags that only a nightly compiler takes; `RUSTC_BOOTSTRAP` makes the stable one take them,
//! so what is fuzzed was compiled like what is shipped. Needs `cargo install cargo-fuzz` and a C++ compiler.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::step::{exists, passes};

/// What to run, and for how long.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// For how many seconds each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Only these targets.
    targets: Vec<String>,
}

/// Runs every target, prints what each did, and fails when one found something.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    ensure!(
        exists(Command::new("cargo").args(["fuzz", "--version"])),
        "cargo-fuzz is missing: cargo install --locked cargo-fuzz"
    );
    let targets = targets(root)?;
    for wanted in &options.targets {
        ensure!(targets.contains(wanted), "there is no target {wanted}; there are {targets:?}");
    }
    ensure!(
        passes(&mut fuzz(root, &["build"]))? == crate::step::Outcome::Passed,
        "the targets do not build"
    );
    let mut found = Vec::new();
    for target in targets {
        let is_wanted = options.targets.is_empty() || options.targets.contains(&target);
        if is_wanted && !run_target(root, &target, options.seconds)? {
            found.push(target);
        }
    }
    if !found.is_empty() {
        bail!("found something: {}; see fuzz/artifacts", found.join(", "));
    }
    Ok(())
}

fn fuzz(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    // Its own folder, so that nothing of the workspace is built anew; no sanitizer, because ours is safe code.
    command.arg("fuzz").args(words).current_dir(root.join("fuzz"));
    command.env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_TARGET_DIR");
    command.args(["--sanitizer", "none"]);
    command
}

fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = std::fs::read_dir(root.join("fuzz/fuzz_targets")).context("fuzz/fuzz_targets")?;
    let mut names = Vec::new();
    for entry in folder {
        if let Some(name) = entry?.file_name().to_string_lossy().strip_suffix(".rs") {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Whether the target ran its time without a finding.
fn run_target(root: &Path, target: &str, seconds: u32) -> Result<bool> {
    let mut command = fuzz(root, &["run"]);
    let time = format!("-max_total_time={seconds}");
    command.args([target, "--", &time, "-timeout=5", "-max_len=16384", "-print_final_stats=1"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let output = child.stderr.take().context("the output of the target")?;
    let (mut executions, mut last) = (String::from("no count"), Vec::new());
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            executions = count.trim().to_owned();
        }
        last.push(line);
    }
    let is_good = child.wait()?.success();
    println!("{target}: {executions} executions in {seconds} s");
    if !is_good {
        let from = last.len().saturating_sub(60);
        println!("{}", last[from..].join("\n"));
    }
    Ok(is_good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_built_and_every_built_one_is_there() {
        let root = crate::tree::root();
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap();
        let built = manifest.lines().filter_map(|line| line.strip_prefix("path = \"fuzz_targets/"));
        let mut built: Vec<&str> = built.filter_map(|rest| rest.strip_suffix(".rs\"")).collect();
        built.sort_unstable();
        assert_eq!(targets(&root).unwrap(), built);
    }
}
