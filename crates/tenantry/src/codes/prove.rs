//! TN10: why `prove` could not run. What it finds when it runs has rules of its own, in `tenantry-prove`.

use super::Code;
use crate::exit::Exit;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "TN1001",
        title: "there is no role of that name to attack as",
        exit: Exit::Usage,
        explanation: "The attacks run as the role that the application logs in as, because what another role can reach says nothing about it.",
        remedy: "Name the application's role with --as ROLE; `\\du` in psql lists the roles.",
    },
    Code {
        code: "TN1002",
        title: "the login may not act as the role",
        exit: Exit::Usage,
        explanation: "To attack as a role, the login of the address takes it on with `set role`, which PostgreSQL allows to members of the role and to superusers.",
        remedy: "Run the grant that the message shows, or use an address with an administrator's login.",
    },
    Code {
        code: "TN1003",
        title: "attacking as this login would prove nothing",
        exit: Exit::Refused,
        explanation: "Nobody said as whom to attack, and the login of the address is a superuser or has BYPASSRLS: it sees every row whatever the policies say, so every attack would succeed in a database that is in order.",
        remedy: "Name the application's own role with --as ROLE. If the application really logs in as this one, name it too: the report then says what that means.",
    },
    Code {
        code: "TN1004",
        title: "nothing in the database belongs to an organization",
        exit: Exit::Usage,
        explanation: "No table that the role can reach has a column, a foreign key or a policy from which its organization could be told. A run would have nothing to attack, and its green would be worth nothing.",
        remedy: "Say which column names the organization with --tenant-column NAME, and check with --as that the role is the application's.",
    },
    Code {
        code: "TN1005",
        title: "an organization cannot be entered",
        exit: Exit::Usage,
        explanation: "The statement of --context is run before every attack, with {org} and {user} replaced by the throwaway organization and one of its people, as literals. It failed.",
        remedy: "Write the statement as the application runs it, without a semicolon, such as `select set_config('app.org', {org}, true)`.",
    },
    Code {
        code: "TN1006",
        title: "a statement of prove itself failed",
        exit: Exit::Failed,
        explanation: "Something that must not fail did, so the run says nothing about the database. Everything was rolled back.",
        remedy: "Report it with the message and the output of `tenantry doctor`. --skip OBJECT leaves out what it stumbled over.",
    },
    Code {
        code: "TN1007",
        title: "--only names nothing",
        exit: Exit::Usage,
        explanation: "A word that is no part, no attack and no object would leave everything out, and everything would seem to hold.",
        remedy: "Use lint, attack or plan, the name of an attack such as probe, or an object as the report writes it.",
    },
    Code {
        code: "TN1008",
        title: "a report cannot be written",
        exit: Exit::Usage,
        explanation: "The file is made before anything is attacked, so that no run is made for nothing.",
        remedy: "Name a file in a directory that exists and may be written to; - is the standard output.",
    },
    Code {
        code: "TN1009",
        title: "a saved report cannot be read",
        exit: Exit::Usage,
        explanation: "--from shows what an earlier run wrote with --json. The file is absent, is something else, or was written by a version with another format.",
        remedy: "Write it again with `tenantry prove --json > report.json`.",
    },
];
