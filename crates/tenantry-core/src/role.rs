//! The system roles and what each may do. Roles are data: this file is the policy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::permission::PermissionSet;

/// A role that every organization has.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum SystemRole {
    /// Reads.
    Viewer,
    /// Reads everything, creates and changes content, uses agents.
    Member,
    /// Everything but deleting the organization, its billing and its ownership.
    Admin,
    /// Everything.
    Owner,
}

/// What everybody may do: read, and leave.
const READS: PermissionSet = PermissionSet::of(&[
    "organization:read",
    "project:read",
    "content:read",
    "member:read",
    "client:read",
    "usage:read",
    "member:leave",
]);
const MEMBER_WRITES: PermissionSet = PermissionSet::of(&[
    "project:create",
    "project:update",
    "project_member:update",
    "agent:use",
    "content:create",
    "content:update",
]);
const OWNER_ONLY: PermissionSet =
    PermissionSet::of(&["organization:delete", "organization:billing", "organization:transfer"]);

impl SystemRole {
    /// The roles, the weakest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Member, Self::Admin, Self::Owner];

    /// The name, as the API and the database write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// What a member of this role may do.
    #[must_use]
    pub const fn permissions(self) -> PermissionSet {
        match self {
            Self::Viewer => READS,
            Self::Member => READS.with(MEMBER_WRITES),
            Self::Admin => PermissionSet::all().without(OWNER_ONLY),
            Self::Owner => PermissionSet::all(),
        }
    }
}

impl fmt::Display for SystemRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A role in one project. It narrows what the organization's role allows in a restricted project, and
/// never gives more.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ProjectRole {
    /// Sees the project.
    Viewer,
    /// Changes it.
    Member,
    /// Changes it and chooses its members.
    Manager,
}

impl ProjectRole {
    /// The roles, the weakest first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Member, Self::Manager];

    /// The name, as the API and the database write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Manager => "manager",
        }
    }
}

impl FromStr for ProjectRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

/// There is no role of this name. Whoever meets this denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no role of this name")]
pub struct UnknownRole;

impl FromStr for SystemRole {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_all_that_the_weaker_one_may() {
        for pair in SystemRole::ALL.windows(2) {
            assert_eq!(
                pair[0].permissions().without(pair[1].permissions()),
                PermissionSet::default()
            );
            assert!(pair[1].permissions() != pair[0].permissions());
        }
    }

    #[test]
    fn an_unknown_role_is_no_role() {
        for text in ["", "Owner", "superadmin", "owner "] {
            assert_eq!(text.parse::<SystemRole>(), Err(UnknownRole));
        }
    }
}
