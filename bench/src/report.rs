//! Everything a run has measured, as the JSON file has it. The terminal and the page show nothing that is not in here.

use serde::{Deserialize, Serialize};

use crate::data::Generated;
use crate::machine::Machine;
use crate::size::Size;
use crate::statistics::Spread;

/// A run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) date: String,
    pub(crate) command: String,
    pub(crate) size: Size,
    pub(crate) rounds: usize,
    pub(crate) seconds: u64,
    pub(crate) machine: Machine,
    pub(crate) data: Vec<Generated>,
    pub(crate) workloads: Vec<Workload>,
    pub(crate) goals: Vec<Goal>,
    /// Peers that were asked for and did not start, with the reason.
    pub(crate) absent: Vec<String>,
}

/// The figures of a workload.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Workload {
    /// `W1`, with the connections where they differ from sixteen.
    pub(crate) id: String,
    pub(crate) title: String,
    /// What was done, in a sentence or two.
    pub(crate) how: String,
    pub(crate) connections: usize,
    /// The first is what the others are compared with.
    pub(crate) rows: Vec<Row>,
    /// Figures that are no rates: sizes, times of starts.
    pub(crate) figures: Vec<Figure>,
    /// The reference's CPU time a request at both ends of the rounds that count, in microseconds.
    pub(crate) reference: Option<Spread>,
    /// Rounds that do not count, because the reference cost something else before or after them.
    pub(crate) repeated: usize,
    /// Why its figures count for nothing, if they do.
    pub(crate) void: Option<String>,
}

/// One target of a workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    /// Whether it is ours.
    pub(crate) is_own: bool,
    pub(crate) rounds: Vec<Round>,
    pub(crate) summary: Summary,
}

/// One round of a target.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Round {
    pub(crate) answered: u64,
    pub(crate) refused: u64,
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// CPU microseconds a request: of the target, of PostgreSQL, of the load.
    pub(crate) server_us: f64,
    pub(crate) postgres_us: f64,
    pub(crate) load_us: f64,
    /// Bytes of the target and all it has started; nothing where the load itself is the client.
    pub(crate) resident: u64,
    pub(crate) proportional: u64,
    pub(crate) load_average: f64,
}

impl Round {
    pub(crate) fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.answered as f64 / self.seconds } else { 0.0 }
    }

    /// What a request costs the machine, the load left out.
    pub(crate) fn total_us(&self) -> f64 {
        self.server_us + self.postgres_us
    }
}

/// The medians of a target, and its ratios to the first target of the workload.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) rate: Spread,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) server_us: f64,
    pub(crate) postgres_us: f64,
    pub(crate) load_us: f64,
    pub(crate) proportional: f64,
    /// Requests a second against the base, round by round.
    pub(crate) rate_ratio: Option<Spread>,
    /// CPU time of target and PostgreSQL of the base against this one's: like the rate, more is better.
    pub(crate) cpu_ratio: Option<Spread>,
    /// 99th percentile against the base's.
    pub(crate) p99_ratio: Option<Spread>,
}

impl Row {
    /// Of the rounds of one target, compared with those of the base.
    pub(crate) fn new(name: &str, rounds: Vec<Round>, base: Option<&[Round]>) -> Self {
        let median = |of: fn(&Round) -> f64| {
            Spread::of(&values(&rounds, of)).map_or(0.0, |spread| spread.median)
        };
        let ratio = |of: fn(&Round) -> f64| {
            base.and_then(|base| Spread::of_ratios(&values(&rounds, of), &values(base, of)))
        };
        let summary = Summary {
            rate: Spread::of(&values(&rounds, Round::rate)).unwrap_or_default(),
            p50_ms: median(|round| round.p50_ms),
            p99_ms: median(|round| round.p99_ms),
            server_us: median(|round| round.server_us),
            postgres_us: median(|round| round.postgres_us),
            load_us: median(|round| round.load_us),
            proportional: median(|round| round.proportional as f64),
            rate_ratio: ratio(Round::rate),
            cpu_ratio: base.and_then(|base| {
                let (base, own) = (values(base, Round::total_us), values(&rounds, Round::total_us));
                Spread::of_ratios(&base, &own)
            }),
            p99_ratio: ratio(|round| round.p99_ms),
        };
        Self { name: name.to_owned(), is_own: false, rounds, summary }
    }
}

fn values(rounds: &[Round], of: fn(&Round) -> f64) -> Vec<f64> {
    rounds.iter().map(of).collect()
}

/// A figure that is no rate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
}

/// What was wanted before anything was measured, and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Goal {
    pub(crate) workload: String,
    pub(crate) what: String,
    pub(crate) wanted: f64,
    pub(crate) is_most: bool,
    pub(crate) unit: String,
    /// Nothing when this run has not measured it.
    pub(crate) measured: Option<f64>,
}

impl Goal {
    /// Whether it is met; nothing when it was not measured.
    pub(crate) fn is_met(&self) -> Option<bool> {
        let measured = self.measured?;
        Some(if self.is_most { measured <= self.wanted } else { measured >= self.wanted })
    }
}

impl Report {
    /// The workloads whose figures count for nothing.
    pub(crate) fn void(&self) -> impl Iterator<Item = &Workload> {
        self.workloads.iter().filter(|workload| workload.void.is_some())
    }
}
