//! What the role may do beside reading and writing rows. Privileges of PUBLIC are privileges of the role.

use super::{Lint, sql};
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0715",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The role reaches another server",
            tried: "Foreign tables that the role may use, foreign servers that it has USAGE on, and the functions of dblink that it may call.",
            passes: "None is within its reach.",
            why: "The rows of a foreign table are filtered by nobody here. Whoever can open a connection can open one back to this server, as somebody else. It is a leak for a partition of a table of organizations and for dblink_connect_u, which needs no password; otherwise a warning.",
            remedy: "Revoke it. Nothing is locked.",
        },
        sql: sql!("foreign_reach"),
    },
    Lint {
        rule: Rule {
            code: "TN0717",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The role may empty tables",
            tried: "TRUNCATE on every table of organizations and its partitions.",
            passes: "The role does not have it.",
            why: "Row security is not applied to truncate: the rows of every organization are gone.",
            remedy: "Revoke it. Nothing is locked.",
        },
        sql: sql!("truncate_privilege"),
    },
    Lint {
        rule: Rule {
            code: "TN0718",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The role holds privileges on the structure of tables",
            tried: "REFERENCES and TRIGGER on every table of organizations, and CREATE on a schema beside the latter.",
            passes: "The role has neither.",
            why: "A trigger runs in the sessions of other organizations: with a place to create its function in, the role reads what they write. Without one, and for REFERENCES, it is a warning: a foreign key tells which keys exist.",
            remedy: "Revoke them. Nothing is locked.",
        },
        sql: sql!("structure_privileges"),
    },
    Lint {
        rule: Rule {
            code: "TN0719",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "The role may create objects",
            tried: "CREATE on every schema and on the database.",
            passes: "The role may create nothing.",
            why: "A function or operator that the role creates can be found before the real one by another session, or by a function that runs with more rights and has no fixed search_path.",
            remedy: "Revoke it; migrations use another role. Nothing is locked.",
        },
        sql: sql!("create_privilege"),
    },
    Lint {
        rule: Rule {
            code: "TN0720",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "The role may create temporary tables",
            tried: "TEMPORARY on the database, which PUBLIC has unless it was revoked.",
            passes: "The role may create none.",
            why: "A temporary table is found before a real one of its name. Left on a pooled connection, it catches what the next organization writes, and whoever made it reads that.",
            remedy: "Revoke it from PUBLIC, and grant it to who needs it. Nothing is locked.",
        },
        sql: sql!("temporary_privilege"),
    },
    Lint {
        rule: Rule {
            code: "TN0721",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "New tables are granted to the role at once",
            tried: "Default privileges on tables for the role or PUBLIC, unless an event trigger switches row security on for each new table.",
            passes: "A new table is granted by whoever protects it.",
            why: "A new table has no row security, and with such defaults it is open from its first moment.",
            remedy: "Revoke the default; tables that are there keep their privileges. Nothing is locked.",
        },
        sql: sql!("default_privileges"),
    },
];
