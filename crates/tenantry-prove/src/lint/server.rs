//! The server itself: versions with known holes.

use super::{Lint, sql};
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[Lint {
    rule: Rule {
        code: "TN0723",
        part: Part::Lint,
        severity: Severity::Warning,
        title: "The server is too old",
        tried: "The version of the server.",
        passes: "PostgreSQL 15.14, 16.10 or 17.6, or newer.",
        why: "Older servers have holes that are known in public. CVE-2025-8713 shows values of hidden rows by way of the planner's statistics; before 15 a view cannot run with the rights of its caller.",
        remedy: "Update the server to the newest minor version of its major version; it restarts, and no data changes.",
    },
    sql: sql!("server_version"),
}];
