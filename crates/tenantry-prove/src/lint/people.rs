//! Tables about people that belong to no organization. They are shared by nature, so what is wrong is not that they
//! are there but that every organization may read all of them.

use super::Lint;
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[Lint {
    rule: Rule {
        code: "TN0748",
        part: Part::Lint,
        severity: Severity::Leak,
        title: "Table of people is open to every organization",
        tried: "Tables of people, shared tables and tables that belong to nobody, without row security: whether the \
                role may read columns that are named like passwords, tokens and secrets, or like addresses and \
                telephone numbers.",
        passes: "Row security is on, or the role may not read these columns.",
        why: "One organization's request reads the secrets of everybody, which is a leak, or learns who the others' \
              people are, which is a warning.",
        remedy: "Take SELECT on the table and give it back for the other columns. For addresses: a policy that shows a \
                 person to the organizations that the person belongs to, or a function that looks up one person. Nothing is \
                 locked.",
    },
    sql: concat!(include_str!("sql/with_tables.sql"), include_str!("sql/people.sql")),
}];
