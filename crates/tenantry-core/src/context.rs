//! The sealed context: what the server tells Postgres about a request, so that Postgres can check it.
//!
//! `v1.<kid>.<organization>.<actor>.<role>.<expiry>.<backend>.<nonce>.<mac>`; the MAC is HMAC-SHA256
//! over the database's name and the payload. The function `tenantry.verified_context()` does the same
//! sum with the built-in `sha256()`. The one thing a newcomer would get wrong: a seal is made for one
//! connection (its backend's process id), so it is made when the connection is in hand, not before.

mod entry;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use subtle::ConstantTimeEq;
use uuid::Uuid;

pub use entry::Entry;

use crate::secret::Key;

/// How long a seal is good for, in seconds, when it is bound to one backend.
pub const SEAL_LIFETIME: i64 = 60;
/// How long a seal is good for, in seconds, behind a pooler, where it is bound to none.
pub const UNBOUND_SEAL_LIFETIME: i64 = 10;

/// How long a bound seal is good for at the least: longer than any request runs.
const LEAST_LIFETIME: i64 = 45;

/// The separator in front of the payload, so that no other message of ours can pass for a seal.
pub const DOMAIN: &str = "tenantry.context.v1";

/// One signing key of contexts, by its id.
#[derive(Debug, Clone)]
pub struct ContextKey {
    kid: String,
    key: Key,
}

impl ContextKey {
    /// A key under its own id: the first 16 hexadecimal digits of a hash of the key.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let kid = hex::encode(&key.authenticate(&[b"tenantry.context.kid"])[..8]);
        Self { kid, key }
    }

    /// The id that stands in the seal.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The key as an application is given it, to seal contexts of its own: `<kid>:<64 hexadecimal digits>`. Whoever has this
    /// text can speak for every organization, so it goes into the environment of that application and nowhere else.
    #[must_use]
    pub fn export(&self) -> String {
        format!("{}:{}", self.kid, hex::encode(self.key.bytes()))
    }

    /// The two XORed pads of HMAC (RFC 2104), which is what the database stores: with them a check
    /// is two built-in `sha256()` calls and needs no extension.
    #[must_use]
    pub fn pads(&self) -> ([u8; 64], [u8; 64]) {
        let mut pads = ([0x36; 64], [0x5c; 64]);
        for (index, byte) in self.key.bytes().iter().enumerate() {
            pads.0[index] ^= byte;
            pads.1[index] ^= byte;
        }
        pads
    }
}

/// The keys a server seals and opens with: it seals with the first, and opens with either.
#[derive(Debug, Clone)]
pub struct ContextKeys(Arc<Live>);

#[derive(Debug)]
struct Live {
    current: ContextKey,
    previous: Option<ContextKey>,
}

impl ContextKeys {
    /// One key, no rotation under way.
    #[must_use]
    pub fn new(current: ContextKey) -> Self {
        Self(Arc::new(Live { current, previous: None }))
    }

    /// Two live keys while one takes over from the other.
    #[must_use]
    pub fn rotating(current: ContextKey, previous: ContextKey) -> Self {
        Self(Arc::new(Live { current, previous: Some(previous) }))
    }

    /// Every live key, the sealing one first.
    pub fn live(&self) -> impl Iterator<Item = &ContextKey> {
        std::iter::once(&self.0.current).chain(&self.0.previous)
    }

    /// Seals what `payload` says for one connection of one database.
    pub(crate) fn seal(&self, payload: &Payload<'_>, connection: &Connection<'_>) -> SealedContext {
        // It only makes two seals of one second differ, and need not be secret.
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed);
        let expiry = expiry(payload, connection);
        let text = format!(
            "v1.{}.{}.{}.{}.{}.{}.{nonce:x}",
            self.0.current.kid,
            payload.organization.hyphenated(),
            payload.actor,
            payload.role,
            expiry,
            connection.backend,
        );
        let mac = mac(&self.0.current.key, connection.database, &text);
        SealedContext(format!("{text}.{}", hex::encode(mac)))
    }

    /// Opens a seal as Postgres would: the same checks in the same order, for applications that
    /// receive a context in a header.
    ///
    /// # Errors
    /// One error for everything that is wrong, so that nothing is learnt from trying.
    pub fn open(&self, seal: &str, connection: &Connection<'_>) -> Result<OpenContext, BadSeal> {
        let (text, signature) = seal.rsplit_once('.').ok_or(BadSeal)?;
        let parts: Vec<&str> = text.split('.').collect();
        let [version, kid, organization, actor, role, expiry, backend, _nonce] = parts[..] else {
            return Err(BadSeal);
        };
        let key = self.live().find(|key| key.kid == kid).ok_or(BadSeal)?;
        let expected = hex::encode(mac(&key.key, connection.database, text));
        let genuine: bool = expected.as_bytes().ct_eq(signature.as_bytes()).into();
        if !genuine || version != "v1" {
            return Err(BadSeal);
        }
        let expiry: i64 = expiry.parse().map_err(|_| BadSeal)?;
        let bound: i32 = backend.parse().map_err(|_| BadSeal)?;
        if expiry < connection.now || (bound != 0 && bound != connection.backend) {
            return Err(BadSeal);
        }
        Ok(OpenContext {
            organization: organization.parse().map_err(|_| BadSeal)?,
            actor: actor.into(),
            role: role.into(),
        })
    }
}

/// Until when a seal for this connection is good.
fn expiry(payload: &Payload<'_>, connection: &Connection<'_>) -> i64 {
    let lifetime = if connection.backend == 0 { UNBOUND_SEAL_LIFETIME } else { SEAL_LIFETIME };
    // A credential that expires while its request runs was good when the request began, and the
    // database's clock may be ahead: the seal lasts as long as a request may, at the least. One
    // that has expired already seals nothing that opens.
    if payload.expires_at < connection.now {
        return payload.expires_at;
    }
    let least = connection.now + lifetime.min(LEAST_LIFETIME);
    payload.expires_at.clamp(least, connection.now + lifetime)
}

fn mac(key: &Key, database: &str, text: &str) -> [u8; 32] {
    let newline = b"\n";
    key.authenticate(&[DOMAIN.as_bytes(), newline, database.as_bytes(), newline, text.as_bytes()])
}

/// What a seal says, before it is bound to a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payload<'a> {
    pub(crate) organization: Uuid,
    pub(crate) actor: &'a str,
    pub(crate) role: &'a str,
    /// Unix seconds after which the caller's credential is no longer good.
    pub(crate) expires_at: i64,
}

/// The connection a seal is for.
#[derive(Debug, Clone, Copy)]
pub struct Connection<'a> {
    /// `current_database()`.
    pub database: &'a str,
    /// `pg_backend_pid()`, or 0 behind a transaction pooler.
    pub backend: i32,
    /// Unix seconds.
    pub now: i64,
}

/// A seal. Good for seconds, on one connection; still shown nowhere.
#[derive(Clone)]
pub struct SealedContext(String);

impl SealedContext {
    /// The text that goes into the setting `tenantry.context`, as a bound parameter only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SealedContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SealedContext(secret)")
    }
}

/// A context whose seal was found genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenContext {
    /// The organization, as Postgres stores its id.
    pub organization: Uuid,
    /// Who acts: `usr:<uuid>` or `key:<uuid>`.
    pub actor: String,
    /// The actor's role in the organization.
    pub role: String,
}

/// The seal is not one of ours, is expired, or was made for another connection or database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed context was refused")]
pub struct BadSeal;

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(byte: u8) -> ContextKeys {
        ContextKeys::new(ContextKey::new(Key::new([byte; 32])))
    }
    const HERE: Connection<'_> = Connection { database: "app", backend: 42, now: 1_000 };

    fn seal(keys: &ContextKeys) -> String {
        let payload = Payload {
            organization: Uuid::from_u128(7),
            actor: "usr:00000000-0000-0000-0000-000000000001",
            role: "owner",
            expires_at: 10_000,
        };
        keys.seal(&payload, &HERE).expose().to_owned()
    }

    #[test]
    fn a_seal_opens_where_it_was_made_for_and_nowhere_else() {
        let keys = keys(1);
        let seal = seal(&keys);
        let open = keys.open(&seal, &HERE).unwrap();
        assert_eq!((open.organization, open.role.as_str()), (Uuid::from_u128(7), "owner"));
        for elsewhere in [
            Connection { database: "other", ..HERE },
            Connection { backend: 43, ..HERE },
            Connection { now: 1_061, ..HERE },
        ] {
            assert_eq!(keys.open(&seal, &elsewhere), Err(BadSeal));
        }
        assert_eq!(self::keys(2).open(&seal, &HERE), Err(BadSeal));
        assert!(keys.open(&seal, &Connection { now: 1_060, ..HERE }).is_ok());
    }

    #[test]
    fn a_seal_outlasts_the_request_whose_credential_expires_meanwhile() {
        let keys = keys(1);
        let payload = Payload {
            organization: Uuid::from_u128(7),
            actor: "usr:00000000-0000-0000-0000-000000000001",
            role: "owner",
            expires_at: HERE.now + 1,
        };
        let seal = keys.seal(&payload, &HERE);
        let later = |seconds| Connection { now: HERE.now + seconds, ..HERE };
        assert!(keys.open(seal.expose(), &later(LEAST_LIFETIME)).is_ok());
        assert_eq!(keys.open(seal.expose(), &later(LEAST_LIFETIME + 1)), Err(BadSeal));
        let expired = Payload { expires_at: HERE.now - 1, ..payload };
        assert_eq!(keys.open(keys.seal(&expired, &HERE).expose(), &HERE), Err(BadSeal));
    }

    #[test]
    fn every_edit_of_a_seal_is_refused() {
        let keys = keys(1);
        let seal = seal(&keys);
        for index in 0..seal.len() {
            let mut edited = seal.clone().into_bytes();
            edited[index] = if edited[index] == b'0' { b'1' } else { b'0' };
            let edited = String::from_utf8(edited).unwrap();
            assert_eq!(keys.open(&edited, &HERE), Err(BadSeal), "{index}");
        }
        for text in ["", ".", "v1", "v1........", &seal[1..], &seal[..seal.len() - 1]] {
            assert_eq!(keys.open(text, &HERE), Err(BadSeal), "{text}");
        }
    }

    #[test]
    fn two_keys_are_live_while_one_rotates() {
        let old = ContextKey::new(Key::new([1; 32]));
        let new = ContextKey::new(Key::new([2; 32]));
        let sealed = seal(&ContextKeys::new(old.clone()));
        let rotating = ContextKeys::rotating(new.clone(), old);
        assert!(rotating.open(&sealed, &HERE).is_ok());
        assert!(ContextKeys::new(new).open(&sealed, &HERE).is_err());
    }
}
