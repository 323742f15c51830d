//! The steps of a plan, in the order in which they are done.

use serde::{Deserialize, Serialize};

use crate::operations::Operation;

/// A stretch of the way, at whose end the application runs as before and everything can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The isolation contract and the control plane are installed; the organizations are made.
    Prepare,
    /// Columns, defaults and triggers that fill them.
    Expand,
    /// Existing rows are given their organization.
    Backfill,
    /// Not null, keys that begin with the organization, foreign keys that carry it, indexes.
    Constrain,
    /// The guard binds the new login; what the old ones would be denied is recorded.
    Shadow,
    /// Unique keys become the organization's, the guard binds everybody, old rights are taken away.
    Enforce,
    /// The result is attacked; when something leaks, the guard returns to shadow.
    Prove,
    /// What only the old application needed is dropped.
    Finish,
}

impl Phase {
    /// In their order.
    pub const ALL: [Self; 8] = [
        Self::Prepare,
        Self::Expand,
        Self::Backfill,
        Self::Constrain,
        Self::Shadow,
        Self::Enforce,
        Self::Prove,
        Self::Finish,
    ];

    /// Its name, as the command line and the journal write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Constrain => "constrain",
            Self::Shadow => "shadow",
            Self::Enforce => "enforce",
            Self::Prove => "prove",
            Self::Finish => "finish",
        }
    }

    /// The phase of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }
}

/// One operation at its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its number in the plan, from 1.
    pub number: u32,
    /// In which phase it is started.
    pub phase: Phase,
    /// What it does.
    pub operation: Operation,
}
