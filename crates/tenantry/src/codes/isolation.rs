//! TN02: what the preflight finds in a database before anything is served from it. The codes are those of
//! `preflight::Check::code`.

use super::Code;
use crate::exit::Exit;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "TN0201",
        title: "the login passes by row security",
        exit: Exit::Refused,
        explanation: "A superuser and a role with BYPASSRLS see every row whatever the policies say, so one forgotten filter would show one organization another's data. The login, and every role it can become, must have neither, and must not be able to make roles or databases.",
        remedy: "Leave user and password out of DATABASE_URL: Tenantry then uses tenantry_app, which `tenantry migrate up` made for this. Or run the statement that the message shows.",
    },
    Code {
        code: "TN0202",
        title: "the login owns tables",
        exit: Exit::Refused,
        explanation: "The owner of a table can switch its row security off, forced or not. The login of the request path therefore owns nothing.",
        remedy: "Hand the object over with the statement that the message shows.",
    },
    Code {
        code: "TN0203",
        title: "a table has no guard",
        exit: Exit::Refused,
        explanation: "A table with organization_id that the server can reach must have row security switched on and forced, and the policy tenantry_guard in exactly its form.",
        remedy: "Run the statement that the message shows: tenantry.protect() does all of it, and says what is missing when it cannot.",
    },
    Code {
        code: "TN0204",
        title: "a view shows more than its caller may see",
        exit: Exit::Refused,
        explanation: "A view runs with the rights of its owner unless it says otherwise; a materialized view holds everybody's rows; a foreign table has no row security.",
        remedy: "Run the statement that the message shows: security_invoker for a view, revoke for the others.",
    },
    Code {
        code: "TN0205",
        title: "a function lends its rights",
        exit: Exit::Refused,
        explanation: "A function that runs as its definer is a door: its owner must not pass by row security, and its search_path must be fixed, or its caller chooses what it runs.",
        remedy: "Run the statement that the message shows, or do not let the login call the function.",
    },
    Code {
        code: "TN0206",
        title: "this PostgreSQL has a known hole in row security",
        exit: Exit::Refused,
        explanation: "Minor versions before 15.14, 16.10 and 17.6 show planner statistics of rows that the caller may not see (CVE-2025-8713). Versions before 15 cannot run views with the rights of their caller.",
        remedy: "Upgrade PostgreSQL to the version that the message names and restart it.",
    },
    Code {
        code: "TN0207",
        title: "the database does not agree on seals",
        exit: Exit::Refused,
        explanation: "Every request carries a sealed statement of its organization, which PostgreSQL checks itself. Either it refuses this server's seals (another JWT_SECRET_KEY, or clocks that are more than a minute apart), or it accepted one that was forged.",
        remedy: "Use the JWT_SECRET_KEY that the database was migrated with, or run `tenantry migrate up` with the new one; `tenantry doctor` compares the clocks.",
    },
    Code {
        code: "TN0208",
        title: "the login may do more than it needs",
        exit: Exit::Refused,
        explanation: "What may create schemas, tables or temporary tables can put its own object in the way of a real one, and TRUNCATE is not filtered by row security.",
        remedy: "Run the revoke that the message shows.",
    },
];
