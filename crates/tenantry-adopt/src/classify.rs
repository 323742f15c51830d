//! From what was read to what each table is: pure, without a database. Ownership goes from parents to the rows that reference
//! them and never upward, because a list that an organization's row points at is not that organization's. What nothing leads
//! to is proposed as an organization's and asked about; nothing stays without a verdict.

mod components;
mod findings;
mod graph;
mod judge;
mod known;
pub(crate) mod people;
mod reasons;
mod roots;
mod signs;
mod soft;
mod vocabulary;
pub(crate) mod words;

use crate::classification::{Classification, Mode};
use crate::evidence::Evidence;
use crate::name::TableName;
use crate::schema::Schema;

pub use findings::CODES;

pub(crate) use components::components;
pub(crate) use graph::whole;

/// What a person said beforehand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Whose the rows are. Unless said: one organization's, or the root's when that is said.
    pub mode: Option<Mode>,
    /// The table whose rows are the organizations.
    pub root: Option<TableName>,
    /// Believe foreign keys only, to see what they say alone.
    pub foreign_keys_only: bool,
}

impl Told {
    /// The mode that follows.
    #[must_use]
    pub fn mode(&self) -> Mode {
        let implied = if self.root.is_some() { Mode::Split } else { Mode::Whole };
        self.mode.unwrap_or(implied)
    }
}

/// Says what each table is.
#[must_use]
pub fn classify(schema: &Schema, evidence: &Evidence, told: &Told) -> Classification {
    let believed = (!told.foreign_keys_only).then_some(evidence);
    let graph = graph::Graph::new(schema, believed);
    let people = people::find(&graph);
    let candidates = roots::candidates(&graph, people);
    let told_root = told.root.as_ref().and_then(|root| graph.at(schema, root));
    let best = candidates.first().map(|&(at, _)| at);
    let root = match told.mode() {
        Mode::Split if told.root.is_some() => told_root,
        Mode::Split => best,
        Mode::Whole | Mode::Merge => None,
    };
    let judge = judge::Judge::new(&graph, people, root, told_root.is_some(), told.mode());
    let verdicts = judge.verdicts();
    let seen = findings::Seen { graph: &graph, judge: &judge, candidates: &candidates, told };
    Classification {
        roots: roots::named(&graph, &candidates),
        people: people.map(|at| graph.name(at).clone()),
        findings: findings::find(&seen),
        verdicts,
    }
}

/// Two digits behind the point, never rounded up to being sure.
fn rounded(confidence: f32) -> f32 {
    ((confidence + 0.000_1) * 100.0).floor() / 100.0
}
