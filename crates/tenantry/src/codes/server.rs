//! TN06: the server and the machine that it runs on.

use super::Code;
use crate::exit::Exit;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "TN0601",
        title: "the port is taken",
        exit: Exit::Temporary,
        explanation: "Another process listens on the address already. It is tried before anything else is started, so nothing was changed.",
        remedy: "Stop the process that is named, or listen elsewhere: TENANTRY_LISTEN=127.0.0.1:8001.",
    },
    Code {
        code: "TN0602",
        title: "the address cannot be listened on",
        exit: Exit::Usage,
        explanation: "The machine has no such address, or the account may not use the port (those below 1024 need a right).",
        remedy: "Listen elsewhere: TENANTRY_LISTEN=127.0.0.1:8000.",
    },
    Code {
        code: "TN0603",
        title: "the keys that sign tokens cannot be used",
        exit: Exit::Refused,
        explanation: "The private keys that sign tokens are kept in the database, wrapped with a key derived from the master secret. A key that another secret wrapped is passed over and a new one is made; here not even that worked.",
        remedy: "Read the cause; `tenantry doctor` looks at the database and its logins.",
    },
    Code {
        code: "TN0604",
        title: "the server failed",
        exit: Exit::Failed,
        explanation: "The server could not be started or went wrong while it ran; the message has the cause.",
        remedy: "Run it again with -v; if the cause does not help, report it.",
    },
    Code {
        code: "TN0605",
        title: "the clocks are apart",
        exit: Exit::Failed,
        explanation: "The statement of a request's organization is sealed for 60 seconds. When the clocks of this machine and of the database are further apart, every request is refused.",
        remedy: "Synchronise the clocks (chrony, systemd-timesyncd) on both machines.",
    },
    Code {
        code: "TN0606",
        title: "the disk is nearly full",
        exit: Exit::Failed,
        explanation: "PostgreSQL stops when it cannot write its log.",
        remedy: "Free some space, or move TENANTRY_DATA_DIR.",
    },
    Code {
        code: "TN0607",
        title: "the data directory is open to others",
        exit: Exit::Failed,
        explanation: "The directory holds the master secret and the database. Others must not be able to list or change it; passing through it is allowed, because the database's account may need that.",
        remedy: "Close it with `chmod go-rw`.",
    },
    Code {
        code: "TN0608",
        title: "there is no key that signs tokens",
        exit: Exit::Failed,
        explanation: "The first key is made by the first `serve`. Until then nobody can sign in.",
        remedy: "Start `tenantry serve`.",
    },
    Code {
        code: "TN0631",
        title: "--demo refuses the database",
        exit: Exit::Refused,
        explanation: "A demo is made in an empty private cluster only, and found again by the fixed ids of its organizations. Anything else may be somebody's, and invented people with a password on the screen do not belong there.",
        remedy: "Run `tenantry serve --demo` without DATABASE_URL and TENANTRY_DATA_DIR: it keeps its data in ./.tenantry-demo.",
    },
    Code {
        code: "TN0632",
        title: "the demo was not made to the end",
        exit: Exit::Failed,
        explanation: "Making the demo was interrupted or failed, so that only a part of it is there.",
        remedy: "Remove the data directory of the demo, usually ./.tenantry-demo, and start again.",
    },
];
