//! Functions that run as somebody else. What a body does is read from its text, so a finding says what can be seen
//! there; whether rows really come out is what the attack `call` tries.

use super::Lint;
use crate::report::{Part, Severity};
use crate::rule::Rule;

/// A statement over functions: the tables and functions it starts from, and itself.
macro_rules! over_functions {
    ($file:literal) => {
        concat!(
            include_str!("sql/with_tables.sql"),
            include_str!("sql/with_functions.sql"),
            include_str!($file)
        )
    };
}

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0731",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Function runs as an owner whom row security does not hold",
            tried: "Every SECURITY DEFINER function that the role may call is looked at: whether its owner is a \
                    superuser, has BYPASSRLS, or owns tables it names whose row security is not forced, and whether \
                    its body reads the context.",
            passes: "The owner has neither SUPERUSER nor BYPASSRLS, and row security is forced on those of his \
                     tables that it names; or the role may not call the function.",
            why: "Such a function reads and writes as if there were no row security. One that names tables of \
                  organizations and reads no context is a door to all of them; for one that reads the context only \
                  its own conditions keep them apart, which is a warning.",
            remedy: "Take EXECUTE from the role, or give the function to a role that owns nothing and has neither \
                     SUPERUSER nor BYPASSRLS. Neither locks a table.",
        },
        sql: over_functions!("sql/definer_owner.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0732",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Definer function uses names that its caller can put in the way",
            tried: "Every SECURITY DEFINER function that the role reaches, also by a trigger, is looked at: whether \
                    its search_path is fixed, holds no schema in which the role may create, and names pg_temp last \
                    where the role may make temporary tables.",
            passes: "The search_path is fixed to schemas that the role cannot create in, with pg_temp at its end; or \
                     the body is BEGIN ATOMIC, whose names were bound when it was made.",
            why: "The caller puts a table, a function or an operator of the same name where the function looks \
                  first, and its own code runs with the owner's rights. It is a leak where the role can create \
                  something and the owner passes row security, otherwise a warning.",
            remedy: "alter function … set search_path = …, pg_temp. It locks no table.",
        },
        sql: over_functions!("sql/definer_path.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0733",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Definer function believes its caller about who is meant",
            tried: "The names of the arguments of SECURITY DEFINER functions are compared with those of organizations, \
                    users and addresses, where row security does not hold the owner or where the function enters a \
                    context itself.",
            passes: "The function reads the organization and the person from the context.",
            why: "Who may call it says whose rows are meant: credit another organization, write into its audit log, \
                  read its members.",
            remedy: "Read the value from the context inside the function, or compare it with the context first. The \
                     attack `call` shows whether it gets through.",
        },
        sql: over_functions!("sql/definer_argument.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0734",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Function is marked LEAKPROOF",
            tried: "Functions outside the system's schemas and of no extension that are LEAKPROOF and that the role \
                    may call.",
            passes: "No function of one's own is LEAKPROOF.",
            why: "The planner may run it before the policies, on rows of every organization. What it raises, writes \
                  or notifies tells what they hold.",
            remedy: "alter function … not leakproof. It locks no table.",
        },
        sql: over_functions!("sql/leakproof.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0735",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Trigger carries rows out of their organization",
            tried: "The functions of triggers on tables of organizations are read: whether they write what they are \
                    given to a table without row security that the role may read, and whether they write as an owner \
                    whom row security does not hold without naming the organization.",
            passes: "Triggers write to tables that carry the organization and have row security, with the rights of \
                     the caller.",
            why: "An outbox, an audit table or a counter without the organization is a copy of everybody's rows that \
                  everybody may read. A definer trigger that goes by a key alone changes the row of whichever \
                  organization has that key.",
            remedy: "Give the target a tenant column and row security, or take SELECT on it; make the function \
                     security invoker. The latter locks nothing.",
        },
        sql: over_functions!("sql/trigger_writes.sql"),
    },
    Lint {
        rule: Rule {
            code: "TN0736",
            part: Part::Lint,
            severity: Severity::Oracle,
            title: "Table calls a definer function by itself",
            tried: "Defaults, generated columns, checks and policies of tables of organizations that call a SECURITY \
                    DEFINER function which names such tables, passes their row security and reads no context; and \
                    policies whose definer function asks for current_user.",
            passes: "What a table calls runs with the rights of its caller, or reads the context.",
            why: "A check that looks at every organization's rows tells by its refusal what they hold, a default \
                  tells by its value; and inside a definer function current_user is the owner for every caller.",
            remedy: "Let the function read the context, or run it with the rights of its caller.",
        },
        sql: over_functions!("sql/definer_in_table.sql"),
    },
];
