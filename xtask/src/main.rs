//! The house chores, one file a verb: `cargo xtask check | bless | tidy | measure | documents |
//! schemathesis | connect | fuzz | bench`.
//!
//! Nothing here ships. A newcomer's usual surprise: the rules of `tidy` are also tests of this
//! package, so `cargo nextest run` on the workspace fails on an untidy tree too.
#![expect(clippy::print_stdout, reason = "a chore talks to the person who started it")]

mod bench;
mod bless;
mod check;
mod connect;
mod documents;
mod fuzz;
mod measure;
mod outputs;
mod python;
mod schemathesis;
mod source;
mod step;
mod tidy;
mod tree;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "House chores", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Everything that must hold before a change is merged.
    Check(check::Options),
    /// Write every checked-in output anew: snapshots, compile-fail messages, generated files.
    Bless(bless::Options),
    /// The rules of the house that no compiler knows: arrows, fences, files, migrations.
    Tidy,
    /// Sizes of files and functions, and the share of comments; fails over the cap.
    Measure,
    /// Run the marked commands of README and guides against a real server.
    Documents(documents::Options),
    /// Attack a real server with schemathesis, as two organizations.
    Schemathesis(schemathesis::Options),
    /// Run the examples of `examples/connect` against a real server's database.
    Connect(connect::Options),
    /// Run the fuzz targets, each for some seconds.
    Fuzz(fuzz::Options),
    /// Measure what tenancy costs, and what others cost.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run(&tree::root(), &Arguments::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, verb: &Verb) -> Result<()> {
    match verb {
        Verb::Check(options) => check::run(root, options),
        Verb::Bless(options) => bless::run(root, options),
        Verb::Tidy => tidy::run(root),
        Verb::Measure => measure::run(root),
        Verb::Documents(options) => documents::run(root, options),
        Verb::Schemathesis(options) => schemathesis::run(root, options),
        Verb::Connect(options) => connect::run(root, options).map(|_| ()),
        Verb::Fuzz(options) => fuzz::run(root, options),
        Verb::Bench(options) => bench::run(root, options),
    }
}
