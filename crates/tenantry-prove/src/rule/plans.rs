//! TN09: what the planner answers to an organization's usual questions.

use super::Rule;
use crate::report::{Part, Severity};

/// The rules of plans.
pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "TN0901",
        part: Part::Plan,
        severity: Severity::Warning,
        title: "A policy cannot be answered from an index",
        tried: "The planner is asked how it would list twenty rows of a table that has the column of the organization, as the role, when the statement itself names no organization, so that only the policy does. Asked where a statement that names one finds an index. Sequential scans are priced out, so that a small table answers as a big one.",
        passes: "An index condition on the column of the organization, or no filter at all: then no policy holds the role, which other rules say.",
        why: "The rows of all organizations are read and thrown away, so each organization's question costs what all of them have together. A policy that is not one equality on one value, such as `in (select …)`, cannot use an index.",
        remedy: "Write the policy as one equality on one value, with a STABLE function in a sub-select: `organization_id = (select current_organization())`. Replacing a policy locks the table for an instant.",
    },
    Rule {
        code: "TN0902",
        part: Part::Plan,
        severity: Severity::Warning,
        title: "No index begins with the organization",
        tried: "The planner is asked how it would list twenty rows of a table that has the column of the organization, for one that the statement names.",
        passes: "An index condition on the column of the organization.",
        why: "The rows of all organizations are read and thrown away. It is slow for everybody as soon as one organization is large, and EXPLAIN ANALYZE counts what was thrown away.",
        remedy: "Create an index that begins with the column of the organization, concurrently: SHARE UPDATE EXCLUSIVE on the table while it is built, so writers go on.",
    },
];
