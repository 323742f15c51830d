//! What a run is asked to do. `cargo xtask bench` has the same options and hands them on.

use std::path::PathBuf;

use crate::size::Size;

/// The workloads, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
#[clap(rename_all = "verbatim")]
pub(crate) enum Id {
    W1,
    W1s,
    W1c,
    W2,
    W3,
    W4,
    W5,
    W6,
    W11,
    W12,
    W15,
    W16,
}

/// The options of a run.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Which workloads; all of them when it is left out.
    #[arg(long, value_delimiter = ',')]
    pub(crate) workload: Vec<Id>,
    /// The size of the data.
    #[arg(long, default_value = "S")]
    pub(crate) size: Size,
    /// The sizes of W11, the scale curve; those up to the size of the data when it is left out.
    #[arg(long, value_delimiter = ',')]
    pub(crate) scale: Vec<Size>,
    /// Measure the peers as well; `bench/peers/install` installs them.
    #[arg(long)]
    pub(crate) peers: bool,
    /// Rounds of each target.
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,
    /// Seconds of each round.
    #[arg(long, default_value_t = 5)]
    pub(crate) seconds: u64,
    /// Connections of the load; several numbers measure W1 with each.
    #[arg(long, value_delimiter = ',', default_value = "16")]
    pub(crate) connections: Vec<usize>,
    /// Make the data anew.
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Where everything that was measured is written.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Write docs/reference/performance.md, and the results it shows beside the suite.
    #[arg(long)]
    pub(crate) write_docs: bool,
    /// Measure nothing; show the results of a file.
    #[arg(long)]
    pub(crate) from: Option<PathBuf>,
    /// The folder of clusters and logs.
    #[arg(long, default_value = "target/bench")]
    pub(crate) folder: PathBuf,
    /// The built `tenantry`, for W15; the one beside this program when it is left out.
    #[arg(long)]
    pub(crate) binary: Option<PathBuf>,
}

impl Options {
    /// The same, with the data that is there.
    pub(crate) fn keeping(&self) -> Self {
        Self { fresh: false, ..self.clone() }
    }

    /// Whether a workload is to run.
    pub(crate) fn has(&self, id: Id) -> bool {
        self.workload.is_empty() || self.workload.contains(&id)
    }
}
