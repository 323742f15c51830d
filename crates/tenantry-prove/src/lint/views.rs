//! What reads and writes with rights other than the caller's: views, materialized views and rules.

use super::{Lint, sql};
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0713",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A view reads with the rights of somebody who is not held",
            tried: "Every view that the role may use, through all the views below it: with whose rights each table is read, and whether row security holds him.",
            passes: "The view runs with the rights of its caller, or its owner is held by the policies of every table that it reads: by FORCE, where the table is his.",
            why: "A view runs with the rights of its owner unless it says otherwise. Where that is a superuser, or an owner without FORCE, it shows the rows of every organization. One that compares the rows itself is only as good as its condition, and a warning.",
            remedy: "Set security_invoker on the view. The role then needs its own privilege on the tables. ACCESS EXCLUSIVE on the view for an instant.",
        },
        sql: sql!("view_rights"),
    },
    Lint {
        rule: Rule {
            code: "TN0714",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A materialized view can be read",
            tried: "Every materialized view that the role may read and that is filled from a table of organizations, and every view over one.",
            passes: "The role may read neither.",
            why: "It keeps the rows as its owner saw them, and cannot have row security. A view over it that compares the rows itself is a warning.",
            remedy: "Revoke it, and show it through a function or view that filters by the organization, or keep a table in its place. Nothing is locked.",
        },
        sql: sql!("materialized_view"),
    },
    Lint {
        rule: Rule {
            code: "TN0716",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A rule runs statements as the owner of its table",
            tried: "Every rule, other than a view's own, on something that the role may write.",
            passes: "There is none.",
            why: "What a rule adds to a statement runs with the rights of the owner of the table. One that copies what is written can copy the rows of every organization to where one of them reads. Where it names only tables that hold the owner, it is a warning.",
            remedy: "Drop it and write a trigger. ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("rewrite_rule"),
    },
];
