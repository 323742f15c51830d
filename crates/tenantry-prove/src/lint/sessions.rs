//! What one session sees of the others and can do to them. All organizations work through one role, so what a role may
//! do to its own sessions is what organizations may do to each other.

use super::Lint;
use crate::report::{Part, Severity};
use crate::rule::Rule;

/// A statement over tables: the tables it starts from, and itself.
macro_rules! over_tables {
    ($file:literal) => {
        concat!(include_str!("sql/with_tables.sql"), include_str!($file))
    };
}

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0743",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Running statements of others can be read",
            tried: "EXECUTE on the functions behind pg_stat_activity, and membership in pg_read_all_stats.",
            passes: "The role has neither.",
            why: "It shows the statements of every session of the same role, with the values that stand in them.",
            remedy: "revoke execute on pg_stat_get_activity and pg_stat_get_backend_activity, and grant it to pg_monitor. \
                     It locks nothing.",
        },
        sql: over_tables!("sql/activity.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0744",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Collected statements of others can be read",
            tried: "SELECT on the view of pg_stat_statements, where the extension is installed.",
            passes: "The role may not read it.",
            why: "A role sees the statements that were run as it, and commands that are not planned are kept with \
                  their values.",
            remedy: "revoke select on the view. It locks nothing.",
        },
        sql: over_tables!("sql/statements.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0745",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Sessions of others can be ended",
            tried: "EXECUTE on pg_terminate_backend and pg_cancel_backend, and membership in pg_signal_backend.",
            passes: "The role has neither.",
            why: "A session may end every session of the same role, and so one organization the work of all others.",
            remedy: "revoke execute on both functions. It locks nothing.",
        },
        sql: over_tables!("sql/signal.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0746",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Stored setting reaches into the isolation",
            tried: "Settings that are stored for the role or the database: row_security off, another role, a \
                    search_path that begins with pg_temp, and the settings that policies read.",
            passes: "None of them is stored, or the stored value stands for nothing.",
            why: "It holds from the first statement of every connection, before any organization is entered. A role may \
                  store some of them for itself.",
            remedy: "alter role … reset …; or alter database … reset …. It locks nothing and holds for new connections.",
        },
        sql: concat!(
            include_str!("sql/with_tables.sql"),
            include_str!("sql/with_functions.sql"),
            include_str!("sql/stored_setting.sql")
        ),
    },
    Lint {
        rule: Rule {
            code: "TN0754",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Another login that passes by row security is at work",
            tried: "The connections that this database has now are looked at: logins with SUPERUSER or BYPASSRLS other \
                    than the one that runs this, whose program is not a known tool of operators.",
            passes: "There is none now. A login that works at another hour is not seen.",
            why: "A service role in an application reads every organization, and no policy stops a fault there.",
            remedy: "A role of its own without these rights for what runs there.",
        },
        sql: over_tables!("sql/service_role.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0755",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The keys that verify contexts can be read",
            tried: "SELECT on tables with columns of secrets that a SECURITY DEFINER function which verifies signatures reads.",
            passes: "The role may not read such a table; the function may, because it runs as its owner.",
            why: "Whoever can read the key can sign a context for any organization.",
            remedy: "revoke all on the table. Then make a new key: the old one has been readable. It locks nothing.",
        },
        sql: include_str!("sql/verifying_key.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0756",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "The planner's samples can be read",
            tried: "SELECT on pg_statistic and pg_statistic_ext_data.",
            passes: "The role may read neither, as PostgreSQL has it.",
            why: "They hold the commonest values of every column of every table, past row security.",
            remedy: "revoke all on the catalog table. It locks nothing.",
        },
        sql: include_str!("sql/planner_samples.sql"),
    },
];
