//! TN05: the connection to the database.

use super::Code;
use crate::exit::Exit;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "TN0501",
        title: "the database cannot be reached",
        exit: Exit::Temporary,
        explanation: "Nothing answered at the address of DATABASE_URL, or the server is starting, stopping or full.",
        remedy: "Check that the server runs and that the address is right: `psql \"$DATABASE_URL\" -c 'select 1'`.",
    },
    Code {
        code: "TN0502",
        title: "the database refused the login",
        exit: Exit::Usage,
        explanation: "The logins tenantry_app, tenantry_platform and tenantry_operator are made by `tenantry migrate up`, with passwords that are derived from the master secret. They are refused when the database was never migrated, or was migrated with another secret.",
        remedy: "Run `tenantry migrate up` with the same JWT_SECRET_KEY (or data directory) as the server. For a login of your own, mend the user and password in DATABASE_URL.",
    },
    Code {
        code: "TN0503",
        title: "the database does not exist",
        exit: Exit::Usage,
        explanation: "The server answers, and has no database of the name in DATABASE_URL. Tenantry makes databases only in its private cluster.",
        remedy: "Create it with `createdb`, or mend the name.",
    },
    Code {
        code: "TN0504",
        title: "the database is busy",
        exit: Exit::Temporary,
        explanation: "A statement took longer than it may, waited too long for a lock, or collided with another transaction.",
        remedy: "Run the same command again; it is safe.",
    },
    Code {
        code: "TN0505",
        title: "the database answered something unexpected",
        exit: Exit::Failed,
        explanation: "The message has PostgreSQL's own words. It is most likely a defect of ours.",
        remedy: "Run `tenantry doctor`; if it finds nothing, report this.",
    },
    Code {
        code: "TN0506",
        title: "the connection to the database could not be encrypted",
        exit: Exit::Usage,
        explanation: "DATABASE_URL demands encryption: with sslmode=require of any kind, with verify-ca under a certificate by an authority that is trusted, with verify-full also for the host that it names. The server speaks no TLS, or shows another certificate. Going on without would send passwords and rows in the clear.",
        remedy: "Name the authority's certificate with sslrootcert=FILE (without it, the system's authorities count), and the host by a name that is in the server's certificate. Switch `ssl` on in PostgreSQL. On a Unix socket no encryption is needed, and none is made.",
    },
];
