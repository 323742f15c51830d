//! Everything that must hold before a change is merged; every step runs, whatever failed before.
//!
//! A tool that Rust installs separately may be missing on a fresh machine: its step is skipped,
//! aloud, and the summary says so again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::outputs::Outputs;
use crate::step::{Done, Outcome, cargo, exists, passes};
use crate::{connect, documents, python, schemathesis, tidy};

/// What to check besides the code.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Also run the documents' commands, an attack by its own description, and the examples of connecting an application,
    /// against the server that the tests have built.
    #[arg(long)]
    documents: bool,
}

/// Runs every step, prints a summary, and fails if a step failed.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let mut tests = String::from("no tests were run");
    let before = Outputs::read(root)?;
    let mut done = vec![
        Done::of("tidy", || tidy::run(root).map(|()| Outcome::Passed)),
        Done::of("fmt", || with_component(root, "fmt", "fmt --all --check", "rustfmt")),
        Done::of("clippy", || with_component(root, "clippy", CLIPPY, "clippy")),
        Done::of("rustdoc", || passes(cargo(root, DOC).env("RUSTDOCFLAGS", "-D warnings"))),
        Done::of("deny", || deny(root)),
        Done::of("nextest", || nextest(root, &mut tests)),
        Done::of("doctests", || {
            passes(&mut cargo(root, "test --workspace --locked --doc --quiet"))
        }),
        Done::of("outputs fresh", || before.check_unchanged(root)),
    ];
    if options.documents {
        let options = documents::Options::default();
        done.push(Done::of("documents", || {
            documents::run(root, &options).map(|()| Outcome::Passed)
        }));
        done.push(Done::of("schemathesis", || attack(root)));
        done.push(Done::of("connect", || connect::run(root, &connect::Options::default())));
    }
    summary(&done, &tests)
}

const CLIPPY: &str = "clippy --workspace --all-targets --locked -- -D warnings";
const DOC: &str = "doc --workspace --no-deps --locked";

fn with_component(root: &Path, verb: &str, words: &str, component: &str) -> Result<Outcome> {
    if !exists(&mut cargo(root, &format!("{verb} --version"))) {
        let reason = format!("{component} is not installed (`rustup component add {component}`)");
        return Ok(Outcome::Skipped(reason));
    }
    passes(&mut cargo(root, words))
}

/// The server as programs that know only its OpenAPI document see it, with two identities.
fn attack(root: &Path) -> Result<Outcome> {
    if !python::is_possible() {
        return Ok(Outcome::Skipped("Python's venv is not installed".into()));
    }
    schemathesis::run(root, &schemathesis::Options::default()).map(|()| Outcome::Passed)
}

fn deny(root: &Path) -> Result<Outcome> {
    if !exists(&mut cargo(root, "deny --version")) {
        return Ok(Outcome::Skipped("cargo-deny is not installed".into()));
    }
    passes(&mut cargo(root, "deny --locked --offline check bans licenses sources"))
}

/// Runs all tests, passing their output on, and keeps the line that counts them.
fn nextest(root: &Path, counted: &mut String) -> Result<Outcome> {
    let references = root.join("target/snapshots-read.txt");
    if references.exists() {
        std::fs::remove_file(&references).context("target/snapshots-read.txt")?;
    }
    let mut child = strict(&mut cargo(root, "nextest run --workspace --locked --profile ci"))
        .env("INSTA_SNAPSHOT_REFERENCES_FILE", &references)
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo nextest")?;
    let output = child.stderr.take().context("the output of cargo nextest")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        if line.contains("tests run:") || line.contains("test run:") {
            *counted = line.trim().into();
        }
    }
    if !child.wait()?.success() {
        return Ok(Outcome::Failed);
    }
    Outputs::read(root)?.check_referenced(&references)
}

/// A test compares with what is checked in, whatever the shell that started us had in mind.
fn strict(command: &mut Command) -> &mut Command {
    command.env("INSTA_UPDATE", "no").env_remove("TENANTRY_BLESS").env_remove("TRYBUILD")
}

fn summary(done: &[Done], tests: &str) -> Result<()> {
    println!("── summary");
    for step in done {
        let outcome = match &step.outcome {
            Outcome::Passed => "ok".into(),
            Outcome::Failed => "FAILED".into(),
            Outcome::Skipped(reason) => format!("skipped: {reason}"),
        };
        println!("{:>14} {:>6.1} s  {outcome}", step.name, step.took.as_secs_f64());
    }
    println!("{tests}");
    let failed: Vec<&str> =
        done.iter().filter(|step| step.outcome == Outcome::Failed).map(|step| step.name).collect();
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}
