//! The benchmark suite: `cargo xtask bench`. One program that makes the data, is every target of ours (each in a process
//! of its own), applies the load, and writes what it measured. Nothing of it ships.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]

mod cluster;
mod copying;
mod data;
mod goals;
mod http;
mod load;
mod machine;
mod options;
mod page;
mod peers;
mod processes;
mod report;
mod rounds;
mod seed;
mod serve;
mod size;
mod sql_load;
mod statistics;
mod stillness;
mod suite;
mod table;
mod target;
mod tokens;
mod wire;
mod workloads;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, Parser)]
#[command(name = "tenantry-bench", about = "The benchmark suite")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Measure.
    Run(options::Options),
    /// Be one of the targets.
    #[command(hide = true)]
    Serve(serve::Options),
}

fn main() -> ExitCode {
    let done = match &Arguments::parse().verb {
        Verb::Run(options) => run(options),
        Verb::Serve(options) => serve::run(options).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        println!("bench: {error:#}");
        ExitCode::FAILURE
    })
}

/// Somebody wants it to end.
async fn stopped() -> std::io::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

fn run(options: &options::Options) -> Result<ExitCode> {
    if let Some(from) = &options.from {
        let report = page::read(from)?;
        table::print(&report);
        if options.write_docs {
            page::write(&report, from)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        tokio::select! {
            report = Box::pin(suite::run(options)) => report,
            // Whatever was started is dropped with the run, and so ended.
            stopped = stopped() => { stopped?; bail!("stopped before it was done") }
        }
    })?;
    table::print(&report);
    let saved = page::save(&report, options)?;
    if options.write_docs {
        page::write(&report, &saved)?;
    }
    let is_void = report.void().next().is_some();
    Ok(if is_void { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
