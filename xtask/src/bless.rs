//! Writes every checked-in output anew, by running the tests that compare with them.
//!
//! What changed is for a person to read: `git diff` before the commit. Two things are not
//! blessed: a migration that is listed already, and inline snapshots, which insta keeps aside.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::step::{Outcome, cargo, passes};
use crate::tidy::migrations;

/// Which tests to run; all of them unless said otherwise.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Arguments for `cargo nextest run` instead of `--workspace`, such as `-p tenantry-api`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    tests: Vec<String>,
}

/// Lists new migrations, and runs the tests so that they write instead of comparing.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    migrations::bless(root)?;
    let mut tests = cargo(root, "nextest run --no-fail-fast");
    if options.tests.is_empty() {
        tests.arg("--workspace");
    }
    tests.args(&options.tests);
    tests.env("TENANTRY_BLESS", "1").env("INSTA_UPDATE", "always").env("TRYBUILD", "overwrite");
    let outcome = passes(&mut tests)?;
    println!(
        "bless: done; `git diff` shows what changed, `cargo insta accept` takes over inline snapshots"
    );
    ensure!(outcome == Outcome::Passed, "some tests fail for another reason than an old output");
    Ok(())
}
