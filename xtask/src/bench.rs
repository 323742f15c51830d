//! The benchmark suite: `cargo xtask bench`. It is a program of its own, `bench/`, because it is built with optimisation
//! and serves; here its options are only read and handed on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::step::{Outcome, cargo, passes};

/// What to measure, and how.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// The workloads, such as W1,W2; all of them when it is left out.
    #[arg(long)]
    workload: Option<String>,
    /// The size of the data: S, M or L.
    #[arg(long)]
    size: Option<String>,
    /// The sizes of W11, such as S,M,L; those up to the size of the data when it is left out.
    #[arg(long)]
    scale: Option<String>,
    /// Measure the peers of bench/peers as well.
    #[arg(long)]
    peers: bool,
    /// Rounds of each target.
    #[arg(long)]
    rounds: Option<String>,
    /// Seconds of each round.
    #[arg(long)]
    seconds: Option<String>,
    /// Connections of the load; several numbers, such as 16,1,64, measure W1 with each.
    #[arg(long)]
    connections: Option<String>,
    /// Make the data anew.
    #[arg(long)]
    fresh: bool,
    /// Where everything that was measured is written.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Write docs/reference/performance.md.
    #[arg(long)]
    write_docs: bool,
    /// Measure nothing; show the results of a file.
    #[arg(long)]
    from: Option<PathBuf>,
}

/// Builds the suite and the server that it starts, as they are shipped, and runs the one with the other.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    if options.from.is_none() {
        let built = passes(&mut cargo(root, "build --profile dist --package tenantry"))?;
        ensure!(built == Outcome::Passed, "the server could not be built");
    }
    let mut command = cargo(root, "run --profile dist --package tenantry-bench -- run");
    let measured = passes(command.args(options.words()))?;
    ensure!(measured == Outcome::Passed, "the benchmark failed, or its figures are void");
    Ok(())
}

impl Options {
    /// The same options for the suite.
    fn words(&self) -> Vec<OsString> {
        let texts = [
            ("--workload", &self.workload),
            ("--size", &self.size),
            ("--scale", &self.scale),
            ("--rounds", &self.rounds),
            ("--seconds", &self.seconds),
            ("--connections", &self.connections),
        ];
        let texts =
            texts.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.into())));
        let paths = [("--json", &self.json), ("--from", &self.from)];
        let paths =
            paths.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?.into())));
        let flags =
            [("--peers", self.peers), ("--fresh", self.fresh), ("--write-docs", self.write_docs)];
        let flags = flags.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name.into());
        texts.chain(paths).flat_map(|(name, value)| [name.into(), value]).chain(flags).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_said_is_handed_on() {
        assert!(Options::default().words().is_empty());
        let workload = Some("W1,W2".to_owned());
        let options = Options { workload, peers: true, ..Options::default() };
        assert_eq!(options.words(), ["--workload", "W1,W2", "--peers"]);
    }
}
