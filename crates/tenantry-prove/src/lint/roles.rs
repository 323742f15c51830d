//! What the application's role is and owns. A role is not only itself: every membership counts, also those that must be
//! taken on by `set role` first.

use super::{Lint, sql};
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0701",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The role passes by row security",
            tried: "The flags of the role and of every role that it can become: superuser, bypassrls, replication, createrole, createdb; and the roles of the server that reach its files, every table, its statistics or its sessions.",
            passes: "None of them has any of these.",
            why: "Row security is not applied to a superuser or to a role with BYPASSRLS, forced or not. Replication carries every change unfiltered. Before PostgreSQL 16 a role that makes roles can give itself those of others. What only watches or ends sessions, or reads tables that row security still holds, is a warning.",
            remedy: "Take the flag away, or the membership through which the role gets it. Nothing is locked. End the sessions that are open: a statement that was prepared before goes on past row security.",
        },
        sql: sql!("role_flags"),
    },
    Lint {
        rule: Rule {
            code: "TN0702",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The role owns what it is held by",
            tried: "Whether the role, or a role that it is a member of, owns a table, view, sequence or schema, the database, or a function that a policy calls.",
            passes: "The role owns nothing.",
            why: "The owner of a table can switch row security off, drop its policies or replace what they call. FORCE holds the rows that he reads, not what he does to the table.",
            remedy: "Give the object to a role that nobody logs in as, and grant the role what it needs. Changing the owner takes ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("ownership"),
    },
];
