//! From a database to a plan, and from a plan to its steps. What reads the database is [`plan`]; what decides is pure.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::classification::Classification;
use crate::decisions::{Decisions, DecisionsError, Organizations};
use crate::evidence::{Agreement, Evidence};
use crate::finding::{Finding, Weight};
use crate::schema::Schema;
use crate::step::Step;

mod estimate;
mod findings;
mod layout;
mod lint;
mod paths;
mod request;
mod sql;
mod statement;
mod steps;

pub use request::{Request, plan};
pub use steps::steps;

/// Everything that is known after reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What the database consists of.
    pub schema: Schema,
    /// What its rows say.
    pub evidence: Evidence,
    /// What each table is.
    pub classification: Classification,
    /// Whether several paths lead to the same organization.
    pub agreements: Vec<Agreement>,
    /// What is to be done, as the file says it.
    pub decisions: Decisions,
    /// What a person should know, the weightiest first.
    pub findings: Vec<Finding>,
    /// What will be done. Empty while something is to be decided.
    pub steps: Vec<Step>,
    /// How long it takes and how much it grows.
    pub estimate: Estimate,
}

/// What the work will cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Rows that are written.
    pub rows: i64,
    /// How long all of it takes.
    pub time: Duration,
    /// Bytes that the database grows.
    pub growth: i64,
}

impl Plan {
    /// Puts together what was read and decided: findings, and steps where nothing is left to be decided.
    ///
    /// # Errors
    /// When a file that says nothing impossible cannot be made into steps all the same.
    pub fn build(
        schema: Schema,
        evidence: Evidence,
        classification: Classification,
        agreements: Vec<Agreement>,
        decisions: Decisions,
    ) -> Result<Self, DecisionsError> {
        let layout = layout::Layout {
            schema: &schema,
            decisions: &decisions,
            classification: &classification,
        };
        let subject = findings::Subject::new(layout, &evidence, &agreements);
        let mut findings = findings::findings(&subject);
        findings.extend(classification.findings.iter().cloned());
        findings::sort(&mut findings);
        let is_open = findings.iter().any(|finding| finding.weight == Weight::Decision);
        let Organizations { own, quarantine } = organizations(&decisions);
        let steps = if is_open {
            Vec::new()
        } else {
            steps(&schema, &decisions, &classification, &evidence, own, quarantine)?
        };
        let estimate = estimate::estimate(&schema, &steps);
        Ok(Self {
            schema,
            evidence,
            classification,
            agreements,
            decisions,
            findings,
            steps,
            estimate,
        })
    }

    /// Whether somebody has to decide something before anything is done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.findings.iter().any(|finding| finding.weight == Weight::Decision)
    }

    /// What is still to be decided, a line each: the titles of the findings that ask for a decision.
    #[must_use]
    pub fn open(&self) -> Vec<String> {
        let open = self.findings.iter().filter(|finding| finding.weight == Weight::Decision);
        open.map(|finding| finding.title.clone()).collect()
    }

    /// What its own statements do that a statement on a table in use must not do, a line each. Empty for every plan: it is
    /// asked before anything is applied, so that a mistake in an operation stops before it makes anybody wait.
    #[must_use]
    pub fn objections(&self) -> Vec<String> {
        lint::objections(&self.schema, &self.steps)
    }
}

/// The ids of the organizations that a plan makes itself. The same file gives the same ids, so that a plan can be shown,
/// compared and made again. They have the form of all Tenantry's ids, with the earliest time there is: what was there before
/// sorts before what is made later.
fn organizations(decisions: &Decisions) -> Organizations {
    let id = |what: &str| -> Uuid {
        let said = [what, &decisions.database, &decisions.organization.slug].join("\0");
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&Sha256::digest(said.as_bytes())[..10]);
        Builder::from_bytes(bytes)
            .with_variant(uuid::Variant::RFC4122)
            .with_version(uuid::Version::SortRand)
            .into_uuid()
    };
    Organizations { own: id("organization"), quarantine: id("quarantine") }
}
