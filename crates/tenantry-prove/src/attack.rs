//! The attacks: what one organization tries to do to the rows of another. Each is one column of the report. The
//! order here is the order everywhere: in the matrix, in the documents, in the JSON.

use serde::{Deserialize, Serialize};

/// One way to reach another organization's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attack {
    /// Ask for the other's row by its key.
    Select,
    /// Read everything that can be seen.
    Scan,
    /// Reach the other's row from an own one: lateral, in a sub-select, in a common table expression, along a key.
    Join,
    /// Have it copied out.
    Copy,
    /// Write a row into the other organization.
    Insert,
    /// Change, lock or take over the other's row.
    Update,
    /// Push an own row into the other organization.
    Move,
    /// Delete the other's row.
    Delete,
    /// Write over the other's row by its key.
    Upsert,
    /// Point an own row at the other's.
    Reference,
    /// Learn from an error whether the other has a value.
    Probe,
    /// Read without having entered any organization.
    Unset,
    /// Enter the other organization with what the role can make up.
    Forged,
    /// Enter it with a pass that has run out.
    Expired,
    /// Enter it with a pass that was made for another connection.
    Replayed,
    /// Read on a connection that somebody of the other organization used before.
    Stale,
    /// Call a function with the other's values.
    Call,
    /// Learn from a sequence how much the others write.
    Count,
}

/// What a group of attacks has in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// See rows.
    Read,
    /// Change rows.
    Write,
    /// Conclude what is not shown.
    Infer,
    /// Be somebody else.
    Context,
    /// Functions and sequences.
    Reach,
}

impl Group {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Infer, Self::Context, Self::Reach];

    /// The heading over its columns.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Infer => "infer",
            Self::Context => "context",
            Self::Reach => "reach",
        }
    }
}

impl Attack {
    /// All of them, in order.
    pub const ALL: [Self; 18] = [
        Self::Select,
        Self::Scan,
        Self::Join,
        Self::Copy,
        Self::Insert,
        Self::Update,
        Self::Move,
        Self::Delete,
        Self::Upsert,
        Self::Reference,
        Self::Probe,
        Self::Unset,
        Self::Forged,
        Self::Expired,
        Self::Replayed,
        Self::Stale,
        Self::Call,
        Self::Count,
    ];

    /// Its group.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::Select | Self::Scan | Self::Join | Self::Copy => Group::Read,
            Self::Insert | Self::Update | Self::Move | Self::Delete | Self::Upsert => Group::Write,
            Self::Reference | Self::Probe => Group::Infer,
            Self::Unset | Self::Forged | Self::Expired | Self::Replayed | Self::Stale => {
                Group::Context
            }
            Self::Call | Self::Count => Group::Reach,
        }
    }

    /// One lower-case word: the column, the value of `--only`, the anchor in the reference.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Select => "select",
            Self::Scan => "scan",
            Self::Join => "join",
            Self::Copy => "copy",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Move => "move",
            Self::Delete => "delete",
            Self::Upsert => "upsert",
            Self::Reference => "reference",
            Self::Probe => "probe",
            Self::Unset => "unset",
            Self::Forged => "forged",
            Self::Expired => "expired",
            Self::Replayed => "replayed",
            Self::Stale => "stale",
            Self::Call => "call",
            Self::Count => "count",
        }
    }

    /// The code of what it finds, when no lint explains it better.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Select => "TN0801",
            Self::Scan => "TN0802",
            Self::Join => "TN0803",
            Self::Copy => "TN0804",
            Self::Insert => "TN0805",
            Self::Update => "TN0806",
            Self::Move => "TN0807",
            Self::Delete => "TN0808",
            Self::Upsert => "TN0809",
            Self::Reference => "TN0810",
            Self::Probe => "TN0811",
            Self::Unset => "TN0812",
            Self::Forged => "TN0813",
            Self::Expired => "TN0814",
            Self::Replayed => "TN0815",
            Self::Stale => "TN0816",
            Self::Call => "TN0817",
            Self::Count => "TN0818",
        }
    }
}

impl std::fmt::Display for Attack {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}
