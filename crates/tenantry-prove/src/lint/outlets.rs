//! Where rows leave the tables and row security stays behind: large objects, notifications, publications, shards.

use super::Lint;
use crate::report::{Part, Severity};
use crate::rule::Rule;

pub(super) const LINTS: &[Lint] = &[
    Lint {
        rule: Rule {
            code: "TN0741",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Large objects are open",
            tried: "Whether there are large objects that the role may read or write, and functions by which it can.",
            passes: "There are none, the role holds no privilege on them, or EXECUTE on lo_get, lo_put, lo_open and \
                     lo_unlink is taken from it.",
            why: "A large object belongs to a role, not to an organization: whoever has its number reads and deletes \
                  it. It is a leak where tables of organizations keep such numbers, otherwise a warning.",
            remedy: "revoke execute on the functions, and keep what they held in a table or in object storage. It locks \
                     nothing.",
        },
        sql: concat!(include_str!("sql/with_tables.sql"), include_str!("sql/large_object.sql")),
    },
    Lint {
        rule: Rule {
            code: "TN0742",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Notification carries a payload",
            tried: "The bodies of functions that the role may call, or that triggers on tables of organizations run, \
                    are searched for NOTIFY and pg_notify() with a payload.",
            passes: "Notifications are empty.",
            why: "Everybody who is connected may listen to every channel, and that privilege cannot be taken away.",
            remedy: "Send an empty payload and let the receiver read the row in its own organization.",
        },
        sql: concat!(
            include_str!("sql/with_tables.sql"),
            include_str!("sql/with_functions.sql"),
            include_str!("sql/notification.sql")
        ),
    },
    Lint {
        rule: Rule {
            code: "TN0747",
            part: Part::Lint,
            severity: Severity::Warning,
            title: "Rows leave by replication",
            tried: "Publications that hold tables of organizations without a row filter, and logical replication slots \
                    of this database.",
            passes: "There are none, or the publication has a row filter for each table.",
            why: "Replication is not held by row security: a subscriber gets the rows of every organization.",
            remedy: "Know who may subscribe, or publish with a where clause for one organization each.",
        },
        sql: concat!(include_str!("sql/with_tables.sql"), include_str!("sql/publication.sql")),
    },
    Lint {
        rule: Rule {
            code: "TN0751",
            part: Part::Lint,
            severity: Severity::Leak,
            title: "Shards are not guarded as the coordinator shows",
            tried: "With Citus the policies and the row security of every shard of a table are compared with those of \
                    the coordinator, by run_command_on_shards(). Without Citus nothing is asked.",
            passes: "Every shard has what the coordinator has.",
            why: "Rows are read on the shards. A RESTRICTIVE policy has been seen to arrive there as a PERMISSIVE one, \
                  and beside another permissive policy it then restricts nothing.",
            remedy: "One PERMISSIVE policy and no other on each distributed table. The comparison is tested with a \
                     stand-in of that function, not on a cluster.",
        },
        sql: concat!(include_str!("sql/with_tables.sql"), include_str!("sql/citus.sql")),
    },
];
