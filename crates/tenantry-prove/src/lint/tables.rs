//! Whether row security is on where it must be. A partition is a table of its own here: the policies of its parent do not
//! hold whoever asks it directly.

use super::{Lint, sql};
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0703",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A table of organizations has no row security",
            tried: "Every table that holds organizations, their rows or their people, and that the role may read or write.",
            passes: "Row security is on.",
            why: "Nothing compares a row with the organization that asks. One forgotten condition in one statement shows everybody's rows.",
            remedy: "Switch row security on and force it. The statement that is printed takes the policy of the other tables along where one can be copied; without a policy the table shows nothing. ACCESS EXCLUSIVE on the table for an instant; no rewrite.",
        },
        sql: sql!("clauses", "unsecured_table"),
    },
    Lint {
        rule: Rule {
            code: "TN0704",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Row security does not hold the table's owner",
            tried: "Every table with row security: whether it is forced, and whether the role comes in as the owner, being it, by a membership, by a view or by a security definer function that names the table.",
            passes: "Row security is forced.",
            why: "Without FORCE the owner sees every row, and so does everything that runs with his rights. It is a leak where the role reaches such a thing, and a warning where nothing does yet.",
            remedy: "Force row security. Jobs that log in as the owner and need all rows get a role of their own with BYPASSRLS. ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("unforced_table"),
    },
    Lint {
        rule: Rule {
            code: "TN0705",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A table is closed to everybody, or open to everybody",
            tried: "Tables with row security and without a policy that lets the role read; and tables that belong to no organization, have no row security, and are read and written by the role.",
            passes: "Each table that the role may read has a policy for it, and a table that belongs to nobody is read only.",
            why: "A closed table leaks nothing and is a warning, but is soon read in some other way. What one organization writes into an open one, every other reads.",
            remedy: "Write the missing policy. For a table that is shared on purpose, revoke writing; else give it a column that names the organization.",
        },
        sql: sql!("clauses", "closed_table"),
    },
    Lint {
        rule: Rule {
            code: "TN0712",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A partition can be asked directly",
            tried: "Every partition, and every table that inherits from a table of organizations, that the role itself has a privilege on.",
            passes: "It has row security of its own, or the role has no privilege on it.",
            why: "The policies of the parent are applied to statements on the parent only. Row security is not inherited, and a new partition does not have it.",
            remedy: "Revoke the privileges on the partition and switch row security on for it; statements on the parent are not affected. ACCESS EXCLUSIVE on the partition for an instant.",
        },
        sql: sql!("partition_leaf"),
    },
];
