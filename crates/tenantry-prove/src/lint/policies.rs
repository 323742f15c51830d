//! Whether the policies say what they should. Only the policies that apply to the role count, and a restrictive one that
//! looks at the row makes every permissive one beside it harmless.

use super::{Lint, sql};
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0706",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A policy lets every row through",
            tried: "The USING of every permissive policy: whether it is always true, whether it says who asks, whether it looks at the row, and whether it is true for who entered nothing.",
            passes: "It compares the row with something that depends on who asks, or a restrictive policy beside it does.",
            why: "Permissive policies are joined by OR. One that is always true makes all others worthless. Where it asks for administrators or services by name, it is a warning.",
            remedy: "Drop it, or give it the condition of the others. ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("clauses", "wide_policy"),
    },
    Lint {
        rule: Rule {
            code: "TN0707",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Several policies of which one is enough",
            tried: "Tables with more than one permissive policy for the same command, with different conditions, and no restrictive one.",
            passes: "One permissive policy for each command, or a restrictive policy that holds the organizations apart.",
            why: "Each of them alone lets a row through. A policy that was added for a special case opens the table for all.",
            remedy: "Make the condition on the organization a restrictive policy; permissive ones then only narrow it. ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("clauses", "several_policies"),
    },
    Lint {
        rule: Rule {
            code: "TN0708",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A policy lets rows be written into another organization",
            tried: "The WITH CHECK of every permissive policy for insert and update whose USING is narrow: whether it says who asks, looks at the row, and at its organization.",
            passes: "It compares the organization of the new row with the one that asks, or there is none and USING stands in for it.",
            why: "With a wider check a row can be inserted into another organization, or an own row moved there.",
            remedy: "Give WITH CHECK the condition of USING. ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("clauses", "wide_check"),
    },
    Lint {
        rule: Rule {
            code: "TN0709",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "A policy looks up what it should be told",
            tried: "Policies with sub-queries: whether they end in themselves, compare a column with itself, or let the rows of all organizations of a user through; also by a function that answers several.",
            passes: "The policy compares the row with the one organization that was entered.",
            why: "A column that is compared with itself is a condition that is always true. A policy that comes back to itself by what it reads is refused by PostgreSQL with every statement, so that the table is then read in some way past it. And whoever is in two organizations sees both at once where the memberships decide.",
            remedy: "Compare with one value that the transaction carries. A person has to write it. ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("clauses", "policy_lookup"),
    },
    Lint {
        rule: Rule {
            code: "TN0710",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "The role can say itself which organization it is",
            tried: "Settings that a policy reads, in its text or in the functions that it calls, and that any role may set.",
            passes: "A policy believes a setting only in a security definer function whose text checks a signature over it, or reads none.",
            why: "An application that is tricked into one statement of somebody else's can be tricked into set_config() as well. Row security then guards against forgetting, not against attack.",
            remedy: "Seal the setting, or accept it knowingly. The attack `forged` shows what can be reached. Nothing is locked.",
        },
        sql: sql!("clauses", "forgeable_setting"),
    },
    Lint {
        rule: Rule {
            code: "TN0711",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "A policy is slow, or fails on a used connection",
            tried: "Policies that call a volatile function, use in or exists with a sub-query, or cast a setting that can be empty.",
            passes: "One equality of a column with one value; nullif() around a setting before it is cast.",
            why: "What is no index condition is a filter over the rows of all organizations. A setting that was local to a transaction reads as an empty text afterwards, which is no uuid.",
            remedy: "Mark the function stable, compare with one value, and write nullif(current_setting(...), ''). ACCESS EXCLUSIVE on the table for an instant where a policy is replaced.",
        },
        sql: sql!("clauses", "slow_policy"),
    },
    Lint {
        rule: Rule {
            code: "TN0722",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "A policy shows some rows to every organization",
            tried: "The alternatives of conditions that are joined with OR, in policies for reading that no restrictive one narrows.",
            passes: "Every alternative asks who is asking.",
            why: "A condition such as `or status = 'archived'` opens every row that meets it, and no attack sees that while no such row is there.",
            remedy: "Keep it where the rows are published on purpose; else put the organization into the alternative too. \
                     ACCESS EXCLUSIVE on the table for an instant.",
        },
        sql: sql!("clauses", "open_arm"),
    },
];
