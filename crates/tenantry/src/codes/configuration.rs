//! TN03: configuration and secrets.

use super::Code;
use crate::exit::Exit;

pub(super) const CODES: &[Code] = &[
    Code {
        code: "TN0301",
        title: "the master secret is too weak",
        exit: Exit::Usage,
        explanation: "JWT_SECRET_KEY is the one secret from which all keys are derived. Whoever guesses it can sign in as anybody, so a short one, or the placeholder of an example file, does not start a server.",
        remedy: "Make one with `openssl rand -hex 32`, or unset JWT_SECRET_KEY: a private one is then made in the data directory.",
    },
    Code {
        code: "TN0302",
        title: "the key file is open to others",
        exit: Exit::Refused,
        explanation: "The master secret must be readable by its owner only. Somebody may have read it already.",
        remedy: "Close it with `chmod 600`. If others use this machine, take a new secret, and do not keep the old one live as JWT_SECRET_KEY_PREVIOUS: whoever has read it could still sign with it.",
    },
    Code {
        code: "TN0303",
        title: "the key file cannot be used",
        exit: Exit::Usage,
        explanation: "The file master.key in the data directory cannot be read or written. It is not replaced by a new one: every session and every wrapped key hangs on it.",
        remedy: "Mend what the message says, put the file back from a backup, or set JWT_SECRET_KEY.",
    },
    Code {
        code: "TN0304",
        title: "tenantry.toml has a key that is not known",
        exit: Exit::Usage,
        explanation: "A key that is misspelt would silently do nothing, so it is refused.",
        remedy: "Mend the key; `tenantry help configuration` lists them all.",
    },
    Code {
        code: "TN0305",
        title: "a setting has a value that cannot be used",
        exit: Exit::Usage,
        explanation: "The message says which setting, where the value came from, and what it must be.",
        remedy: "Mend the value; `tenantry help configuration` says what each setting takes.",
    },
    Code {
        code: "TN0306",
        title: "the configuration file cannot be read",
        exit: Exit::Usage,
        explanation: "The file that --config names must exist, and tenantry.toml and .env, where they exist, must be readable; tenantry.toml must be TOML.",
        remedy: "Mend the line or the file that the message names.",
    },
    Code {
        code: "TN0307",
        title: "an environment variable is not known",
        exit: Exit::Done,
        explanation: "A variable that begins with TENANTRY_ and is none of ours does nothing. It is a warning and not an error, because an environment is shared.",
        remedy: "Mend the name or unset it; `tenantry help configuration` lists them all.",
    },
    Code {
        code: "TN0308",
        title: "access tokens live long",
        exit: Exit::Done,
        explanation: "An access token is believed until it expires, also after its session has ended elsewhere. More than 60 minutes is a long time for a token that was stolen.",
        remedy: "Set ACCESS_TOKEN_EXPIRE_MINUTES to 15; clients get new ones with their refresh token.",
    },
    Code {
        code: "TN0309",
        title: "a secret stands in tenantry.toml",
        exit: Exit::Usage,
        explanation: "The file belongs into version control, and a secret does not.",
        remedy: "Set it in the environment, or leave it out: a private one is then made in the data directory.",
    },
    Code {
        code: "TN0320",
        title: "a certificate without its key, or a key without its certificate",
        exit: Exit::Usage,
        explanation: "The server speaks HTTPS when TENANTRY_TLS_CERTIFICATE and TENANTRY_TLS_KEY are both set. With one of them it would speak plain HTTP while somebody believes that it does not.",
        remedy: "Set both, or neither and let a reverse proxy encrypt.",
    },
    Code {
        code: "TN0321",
        title: "the certificate or its key cannot be read",
        exit: Exit::Usage,
        explanation: "The file is not there, this account may not read it, it is not PEM, or it holds a kind of key that is not supported.",
        remedy: "Mend what the message says. The certificate's file has the server's own certificate first and those that signed it behind; the key's file has one private key without a passphrase.",
    },
    Code {
        code: "TN0322",
        title: "the certificate and the key do not belong together",
        exit: Exit::Usage,
        explanation: "The certificate was made for another key, so no client could finish a handshake. It happens when only one of two files was renewed.",
        remedy: "Put the two files of one renewal there. A server that runs goes on with the old pair until both are right.",
    },
    Code {
        code: "TN0323",
        title: "the key of the certificate is open to others",
        exit: Exit::Refused,
        explanation: "Whoever reads the key can pose as this server. The file may be readable by its owner and by its group, and writable by its owner alone.",
        remedy: "Close it with `chmod 640`. If others use this machine, take a new key and a new certificate.",
    },
];
