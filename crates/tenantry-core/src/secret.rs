//! The master secret, and the keys that are derived from it, one for each purpose.
//!
//! Nothing is ever encrypted or signed with the master secret itself, so that a key for one purpose
//! can never be used for another.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What a derived key is for. The text is part of the derivation and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Sealing contexts that Postgres verifies.
    Context,
    /// Authenticating list cursors.
    Cursor,
    /// Deriving the successor of a refresh token.
    RefreshTokens,
    /// The password of the database login of this name.
    DatabaseLogin(&'static str),
    /// Wrapping the private keys that sign access tokens.
    TokenKeys,
}

impl Purpose {
    fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Context => ("context", ""),
            Self::Cursor => ("cursor", ""),
            Self::DatabaseLogin(name) => ("database-login:", name),
            Self::RefreshTokens => ("refresh-tokens", ""),
            Self::TokenKeys => ("token-keys", ""),
        }
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length (RFC 2104, section 2)")
    };
    mac
}

/// 32 bytes of key material. Shown nowhere, cleared when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the primitive that needs them.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA256 (RFC 2104) of the parts, one after the other.
    #[must_use]
    pub fn authenticate(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = keyed(&self.0);
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(secret)")
    }
}

/// Why a text cannot be the master secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Fewer than 32 characters.
    #[error("the secret has fewer than {min} characters", min = MasterSecret::MIN_LENGTH)]
    TooShort,
    /// Made of few different characters, or of words from an example.
    #[error("the secret looks like a placeholder, not like random characters")]
    Placeholder,
}

/// The one secret an administrator keeps: everything else is derived from it or wrapped by it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterSecret(Vec<u8>);

impl MasterSecret {
    /// The least number of characters that is accepted.
    pub const MIN_LENGTH: usize = 32;

    /// Takes a secret from the configuration.
    ///
    /// # Errors
    /// Refuses what is short or looks like the placeholder of an example file.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        const EXAMPLE_WORDS: [&str; 8] = [
            "your-",
            "your_",
            "change",
            "placeholder",
            "example",
            "secret-key",
            "secret_key",
            "xxxx",
        ];
        let text = text.trim();
        let lower = text.to_lowercase();
        if EXAMPLE_WORDS.iter().any(|word| lower.contains(word)) {
            return Err(SecretError::Placeholder);
        }
        if text.chars().count() < Self::MIN_LENGTH {
            return Err(SecretError::TooShort);
        }
        let mut distinct: Vec<char> = text.chars().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < 10 {
            return Err(SecretError::Placeholder);
        }
        Ok(Self(text.as_bytes().to_vec()))
    }

    /// The key for one purpose (HMAC-SHA256 as the extract step of RFC 5869 uses it).
    #[must_use]
    pub fn derive(&self, purpose: Purpose) -> Key {
        let (label, name) = purpose.label();
        let mut mac = keyed(&self.0);
        for part in ["tenantry/v1/", label, name] {
            mac.update(part.as_bytes());
        }
        Key(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for MasterSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MasterSecret(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_short_secrets_are_refused() {
        // SC-2: the value of an example file must not start a server.
        for (text, error) in [
            ("your-secure-random-key-here", SecretError::Placeholder),
            ("change-me-change-me-change-me-change-me", SecretError::Placeholder),
            ("short", SecretError::TooShort),
            ("", SecretError::TooShort),
            ("abababababababababababababababababab", SecretError::Placeholder),
        ] {
            assert_eq!(MasterSecret::parse(text).unwrap_err(), error, "{text}");
        }
        assert!(MasterSecret::parse("8f0b2c6d9e1a4f7385bd0c2e6a917f34").is_ok());
    }

    #[test]
    fn purposes_have_keys_of_their_own_and_debug_shows_none() {
        let secret = MasterSecret::parse("8f0b2c6d9e1a4f7385bd0c2e6a917f34").unwrap();
        let purposes =
            [Purpose::Context, Purpose::Cursor, Purpose::DatabaseLogin("a"), Purpose::TokenKeys];
        for (index, one) in purposes.iter().enumerate() {
            for other in &purposes[index + 1..] {
                assert_ne!(secret.derive(*one), secret.derive(*other));
            }
        }
        assert_eq!(
            format!("{secret:?} {:?}", secret.derive(Purpose::Cursor)),
            "MasterSecret(secret) Key(secret)"
        );
    }
}
