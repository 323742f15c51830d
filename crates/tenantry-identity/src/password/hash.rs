//! A stored password hash: ours, or one that came along from another system.
//!
//! Reading one never costs the work it asks for: a hash that asks for four gigabytes is refused, not
//! run. That is why everything from a database or an import goes through [`PasswordHash::parse`].

use std::fmt;

use super::argon::{Argon2Parameters, StoredArgon2id};
use super::bcrypt;
use super::hasher::HashError;

/// The longest string of any kind that is accepted, in bytes; ours have 97.
const MOST_BYTES: usize = 512;

/// Why a string cannot be used as a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordHashRefused {
    /// Neither Argon2id (`$argon2id$`) nor bcrypt (`$2a$`, `$2b$`, `$2y$`).
    #[error("the password hash is neither argon2id nor bcrypt")]
    UnknownKind,
    /// Of a known kind, but not well formed.
    #[error("the password hash is not well formed")]
    Malformed,
    /// Checking it once would take more memory or time than any sign-in may.
    #[error("the password hash asks for more work than this server does")]
    TooCostly,
}

#[derive(Clone)]
enum Kind {
    Argon2id(StoredArgon2id),
    Bcrypt,
}

/// A stored hash whose kind is known and whose cost is bounded.
#[derive(Clone)]
pub struct PasswordHash {
    text: String,
    kind: Kind,
}

impl PasswordHash {
    /// Reads a stored or imported hash; takes microseconds, whatever it says.
    ///
    /// # Errors
    /// Of another kind, malformed, or too costly ever to be checked.
    pub fn parse(text: &str) -> Result<Self, PasswordHashRefused> {
        let kind = if text.len() > MOST_BYTES {
            return Err(PasswordHashRefused::Malformed);
        } else if text.starts_with("$argon2id$") {
            Kind::Argon2id(StoredArgon2id::parse(text)?)
        } else {
            bcrypt::check_shape(text)?;
            Kind::Bcrypt
        };
        Ok(Self { text: text.to_owned(), kind })
    }

    pub(super) const fn argon2id(text: String, parts: StoredArgon2id) -> Self {
        Self { text, kind: Kind::Argon2id(parts) }
    }

    /// What is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn matches(&self, password: &str) -> Result<bool, HashError> {
        match &self.kind {
            Kind::Argon2id(parts) => parts.matches(password),
            Kind::Bcrypt => bcrypt::matches(&self.text, password),
        }
    }

    pub(super) fn is_made_with(&self, parameters: Argon2Parameters) -> bool {
        match &self.kind {
            Kind::Argon2id(parts) => parts.is_made_with(parameters),
            Kind::Bcrypt => false,
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Argon2id(parts) => write!(formatter, "PasswordHash({:?})", parts.parameters),
            Kind::Bcrypt => formatter.write_str("PasswordHash(bcrypt)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::PasswordHashRefused::{Malformed, TooCostly, UnknownKind};
    use super::*;

    const TAIL: &str = "c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    const BCRYPT_TAIL: &str = "L6Bc/AlTQHyd9liGgGEZyOFLPHNgyxeEPfgYfBCVxJ7JIlwxyVU3u";

    /// PW-6: each is answered in far less than 10 ms, because none of the work is done.
    #[test]
    fn hashes_that_ask_for_too_much_are_refused_without_running() {
        for (head, refused) in [
            ("$argon2id$v=19$m=4194304,t=2,p=1$", TooCostly),
            ("$argon2id$v=19$m=65536,t=4294967295,p=1$", TooCostly),
            ("$argon2id$v=19$m=131072,t=5,p=1$", TooCostly),
            ("$argon2id$v=19$m=65536,t=3,p=16777215$", TooCostly),
            ("$argon2id$v=19$m=0,t=0,p=0$", TooCostly),
            ("$argon2id$v=19$m=99999999999,t=2,p=1$", Malformed),
            ("$argon2id$v=18$m=65536,t=3,p=4$", Malformed),
            ("$argon2id$v=19$m=65536,t=3$", Malformed),
            ("$argon2id$v=19$m=65536,t=3,p=4,keyid=Zm9v$", Malformed),
            ("$argon2i$v=19$m=65536,t=3,p=4$", UnknownKind),
            ("$argon2d$v=19$m=65536,t=3,p=4$", UnknownKind),
            ("$scrypt$ln=16,r=8,p=1$", UnknownKind),
        ] {
            expect(&format!("{head}{TAIL}"), refused);
        }
        for (head, refused) in [
            ("$2b$31$", TooCostly),
            ("$2b$15$", TooCostly),
            ("$2b$03$", TooCostly),
            ("$2b$99$", TooCostly),
            ("$2b$+9$", Malformed),
            ("$2x$10$", UnknownKind),
            ("$2$10$", UnknownKind),
        ] {
            expect(&format!("{head}{BCRYPT_TAIL}"), refused);
        }
        for text in ["", "x", "securepassword123", "!", "$2b$10$short"] {
            assert!(PasswordHash::parse(text).is_err(), "{text}");
        }
        expect(&format!("$argon2id${}", "9".repeat(1_000_000)), Malformed);
        expect(&format!("$2b$10$é{}", &BCRYPT_TAIL[2..]), Malformed);
    }

    fn expect(text: &str, refused: PasswordHashRefused) {
        // The work itself would take as long each time; a busy machine holds up one call, not three.
        let took = (0..3).map(|_| {
            let start = Instant::now();
            let result = PasswordHash::parse(text);
            let took = start.elapsed();
            assert_eq!(result.err(), Some(refused), "{text}");
            took
        });
        let took = took.min().unwrap();
        assert!(took < Duration::from_millis(10), "{took:?}: {text}");
    }

    #[test]
    fn hashes_within_bounds_are_read_and_debug_does_not_show_them() {
        for text in [
            format!("$argon2id$v=19$m=19456,t=2,p=1${TAIL}"),
            format!("$argon2id$v=19$m=65536,t=3,p=4${TAIL}"),
            format!("$argon2id$m=65536,t=3,p=4${TAIL}"),
            format!("$2b$12${BCRYPT_TAIL}"),
            format!("$2a$04${BCRYPT_TAIL}"),
            format!("$2y$14${BCRYPT_TAIL}"),
        ] {
            let hash = PasswordHash::parse(&text).unwrap();
            assert_eq!(hash.as_str(), text);
            let shown = format!("{hash:?}");
            assert!(!shown.contains("L6Bc") && !shown.contains("c29t"), "{shown}");
        }
    }
}
