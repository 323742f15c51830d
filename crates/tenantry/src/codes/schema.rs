//! TN04: the schema and its migrations.

use super::Code;
use crate::exit::Exit;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "TN0401",
        title: "the database is not at this version's schema",
        exit: Exit::Refused,
        explanation: "With DATABASE_URL, `serve` never changes the schema: several servers may share it, and the change needs an administrator.",
        remedy: "Run `tenantry migrate up`, with TENANTRY_ADMIN_DATABASE_URL set to an administrator's login.",
    },
    Code {
        code: "TN0402",
        title: "a migration failed",
        exit: Exit::Failed,
        explanation: "Each migration is one transaction: the one that failed left nothing, and those before it stay applied.",
        remedy: "Mend what PostgreSQL says, and run the same command again; it continues with the migration that failed.",
    },
    Code {
        code: "TN0403",
        title: "a migration was changed after it was applied",
        exit: Exit::Refused,
        explanation: "The database remembers the text of every migration. A different text under the same number means that two databases of the same version would differ.",
        remedy: "Use the version of Tenantry that migrated this database, or its released successor.",
    },
    Code {
        code: "TN0404",
        title: "the database is newer than this Tenantry",
        exit: Exit::Refused,
        explanation: "The database has a migration that this version does not know.",
        remedy: "Use the newer version. To go back, run `tenantry migrate down` with the newer version first.",
    },
    Code {
        code: "TN0405",
        title: "the login may not migrate",
        exit: Exit::Refused,
        explanation: "The isolation contract makes roles and takes rights from PUBLIC, which only a superuser may. The server itself never uses this login.",
        remedy: "Set TENANTRY_ADMIN_DATABASE_URL to a superuser's login for the time of the migration.",
    },
    Code {
        code: "TN0406",
        title: "not confirmed",
        exit: Exit::Refused,
        explanation: "Taking migrations back drops tables and what is in them, so the database's name is asked for.",
        remedy: "Type the database's name, or pass --yes.",
    },
];
