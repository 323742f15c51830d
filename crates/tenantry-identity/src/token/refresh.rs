//! Refresh tokens: random, without meaning, stored only as a hash.
//!
//! A plain SHA-256 is enough for the hash: nobody guesses 256 random bits, so there is nothing to
//! slow down.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::secret_text::SecretText;

const PREFIX: &str = "rft_";
const RANDOM_BYTES: usize = 32;
/// The length of a refresh token: the prefix and 43 letters, digits, hyphens and underscores.
const LENGTH: usize = PREFIX.len() + 43;

/// The text is not a refresh token. It says no more, so that it never quotes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a refresh token")]
pub struct RefreshTokenInvalid;

/// A refresh token in the clear: made once, handed out once, and held only while it is looked up.
#[derive(Clone)]
pub struct RefreshToken(SecretText);

impl RefreshToken {
    /// A fresh one, of 256 random bits.
    ///
    /// # Errors
    /// The system gave no random bytes.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut random = Zeroizing::new([0; RANDOM_BYTES]);
        getrandom::fill(random.as_mut())?;
        Ok(Self::from_bytes(&random))
    }

    /// The token of these bytes, which nobody else can know.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; RANDOM_BYTES]) -> Self {
        let mut text = String::with_capacity(LENGTH);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(bytes, &mut text);
        Self(SecretText::new(text))
    }

    /// Reads what a client sent. Only the shape is looked at, and the time it takes depends on
    /// nothing but the length.
    ///
    /// # Errors
    /// Of another shape.
    pub fn parse(text: &str) -> Result<Self, RefreshTokenInvalid> {
        if text.len() != LENGTH {
            return Err(RefreshTokenInvalid);
        }
        let prefix =
            text.bytes().zip(PREFIX.bytes()).fold(0, |wrong, (one, other)| wrong | (one ^ other));
        let strange = text.bytes().skip(PREFIX.len()).filter(|byte| !is_base64url(*byte)).count();
        if prefix != 0 || strange != 0 {
            return Err(RefreshTokenInvalid);
        }
        Ok(Self(SecretText::new(text.to_owned())))
    }

    /// What is stored and looked up: SHA-256 of the text.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose()).into()
    }

    /// The text, for the answer that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_')
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RefreshToken(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SE-1
    #[test]
    fn a_refresh_token_is_random_and_known_by_its_hash_only() {
        let one = RefreshToken::generate().unwrap();
        let other = RefreshToken::generate().unwrap();
        assert_ne!(one.expose(), other.expose());
        assert_ne!(one.hash(), other.hash());
        let read = RefreshToken::parse(one.expose()).unwrap();
        assert_eq!(read.hash(), one.hash());
        let bytes = URL_SAFE_NO_PAD.decode(&one.expose()[PREFIX.len()..]).unwrap();
        assert_eq!(bytes.len(), 32);
        // SC-3
        assert_eq!(format!("{one:?}"), "RefreshToken(secret)");
    }

    #[test]
    fn other_shapes_are_refused() {
        let good = RefreshToken::generate().unwrap();
        let good = good.expose();
        for text in [
            "",
            "rft_",
            &good[1..],
            &format!("{good}x"),
            &good.to_uppercase(),
            &good.replace("rft_", "tnt_"),
            &format!("{}=", &good[..46]),
            &format!("{}\0", &good[..46]),
            &format!("{}é", &good[..45]),
            &"rft_".repeat(100_000),
        ] {
            assert_eq!(RefreshToken::parse(text).unwrap_err(), RefreshTokenInvalid, "{text}");
        }
    }
}
