//! The Ed25519 keys that sign access tokens, and how they are kept: wrapped by a key that is derived
//! from the master secret, so that a copy of the database signs nothing.
//!
//! A key's id is the thumbprint of its public half (RFC 7638): it cannot be given to another key, and
//! a wrapped key that is stored under another's id does not open.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tenantry_core::secret::Key;
use zeroize::Zeroizing;

use crate::jwks::Jwk;

/// The first byte of a wrapped key; another layout gets another number.
const LAYOUT: u8 = 1;
/// What is wrapped, so that no other secret under the same key opens as one of these.
const WRAPPED: &str = "tenantry/v1/signing-key/ed25519:";
const SEED_BYTES: usize = 32;
/// The layout, a nonce, the encrypted seed and its tag of 16 bytes.
const WRAPPED_BYTES: usize = 1 + NONCE_LEN + SEED_BYTES + 16;

/// Why a signing key could not be made, wrapped or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// The cryptographic library refused, for example for want of random bytes.
    #[error("the cryptographic library could not make or use the signing key")]
    Library,
    /// The bytes are not a wrapped key of a layout that this version knows.
    #[error("the wrapped signing key has an unknown layout")]
    Layout,
    /// Wrapped under another master secret, stored under another key's id, or altered.
    #[error("the wrapped signing key does not open: another master secret, or it was altered")]
    Sealed,
}

impl From<aws_lc_rs::error::Unspecified> for SigningKeyError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Library
    }
}

/// A key pair that signs access tokens.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    /// The public half, read once: reading it again for each token costs a good part of a check.
    public: ParsedPublicKey,
    kid: String,
}

impl SigningKey {
    /// A fresh key.
    ///
    /// # Errors
    /// [`SigningKeyError::Library`].
    pub fn generate() -> Result<Self, SigningKeyError> {
        Self::of_pair(Ed25519KeyPair::generate()?)
    }

    pub(crate) fn of_seed(seed: &[u8]) -> Result<Self, SigningKeyError> {
        let pair =
            Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| SigningKeyError::Library)?;
        Self::of_pair(pair)
    }

    fn of_pair(pair: Ed25519KeyPair) -> Result<Self, SigningKeyError> {
        let bytes = pair.public_key().as_ref();
        let public = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| SigningKeyError::Library)?;
        let kid = thumbprint(bytes);
        Ok(Self { pair, public, kid })
    }

    /// The key's id: 43 letters, digits, hyphens and underscores.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half, for others to check tokens with.
    #[must_use]
    pub fn public_jwk(&self) -> Jwk {
        Jwk::ed25519(self.kid.clone(), URL_SAFE_NO_PAD.encode(self.pair.public_key()))
    }

    /// The key, encrypted (AES-256-GCM, random nonce, bound to its id) for storage.
    ///
    /// # Errors
    /// [`SigningKeyError::Library`].
    pub fn wrap(&self, under: &Key) -> Result<Vec<u8>, SigningKeyError> {
        let seed = self.pair.seed()?;
        // The tag must fit without moving, or the plain seed would be left where it was.
        let mut sealed = Zeroizing::new(Vec::with_capacity(SEED_BYTES + AES_256_GCM.tag_len()));
        sealed.extend_from_slice(seed.as_be_bytes()?.as_ref());
        let key = RandomizedNonceKey::new(&AES_256_GCM, under.bytes())?;
        let nonce = key.seal_in_place_append_tag(associated(&self.kid), &mut *sealed)?;
        Ok([&[LAYOUT][..], nonce.as_ref(), &sealed].concat())
    }

    /// Opens what [`wrap`](Self::wrap) gave.
    ///
    /// # Errors
    /// [`SigningKeyError::Layout`], or [`SigningKeyError::Sealed`] when `under` is not the key it was
    /// wrapped under, `kid` is not the key's id, or a byte was changed.
    pub fn unwrap(kid: &str, wrapped: &[u8], under: &Key) -> Result<Self, SigningKeyError> {
        let (Some(&LAYOUT), WRAPPED_BYTES) = (wrapped.first(), wrapped.len()) else {
            return Err(SigningKeyError::Layout);
        };
        let (nonce, sealed) = wrapped[1..].split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let seed = RandomizedNonceKey::new(&AES_256_GCM, under.bytes())?
            .open_in_place(nonce, associated(kid), &mut sealed)
            .map_err(|_| SigningKeyError::Sealed)?;
        let key = Self::of_seed(seed)?;
        if key.kid == kid { Ok(key) } else { Err(SigningKeyError::Sealed) }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<[u8; 64], SigningKeyError> {
        let signature = self.pair.try_sign(message)?;
        signature.as_ref().try_into().map_err(|_| SigningKeyError::Library)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({}, secret)", self.kid)
    }
}

fn associated(kid: &str) -> Aad<Vec<u8>> {
    Aad::from([WRAPPED, kid].concat().into_bytes())
}

/// RFC 7638, section 3: SHA-256 of the required members in the order of their names.
fn thumbprint(public: &[u8]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public);
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MASTER: Key = Key::new([7; 32]);

    /// RFC 8037, appendix A: the key, its thumbprint and a signature.
    #[test]
    fn the_vectors_of_rfc_8037_hold() {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let key = SigningKey::of_seed(&seed).unwrap();
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(
            serde_json::to_value(key.public_jwk()).unwrap(),
            serde_json::json!({
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            })
        );
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = key.sign(message).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(signature),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
        assert!(key.verifies(message, &signature) && !key.verifies(b"other", &signature));
    }

    /// SC-1
    #[test]
    fn a_wrapped_key_opens_only_as_itself_and_under_the_same_secret() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let wrapped = key.wrap(&MASTER).unwrap();
        assert_ne!(wrapped, key.wrap(&MASTER).unwrap(), "the nonce is not random");
        let opened = SigningKey::unwrap(key.kid(), &wrapped, &MASTER).unwrap();
        assert!(key.verifies(b"x", &opened.sign(b"x").unwrap()));

        let seed = key.pair.seed().unwrap();
        let seed = seed.as_be_bytes().unwrap();
        assert!(!wrapped.windows(8).any(|window| seed.as_ref().windows(8).any(|s| s == window)));

        let sealed = |kid: &str, wrapped: &[u8], under: &Key| {
            SigningKey::unwrap(kid, wrapped, under).unwrap_err()
        };
        assert_eq!(sealed(key.kid(), &wrapped, &Key::new([8; 32])), SigningKeyError::Sealed);
        assert_eq!(sealed(other.kid(), &wrapped, &MASTER), SigningKeyError::Sealed);
        for index in 0..wrapped.len() {
            let mut altered = wrapped.clone();
            altered[index] ^= 1;
            let expected =
                if index == 0 { SigningKeyError::Layout } else { SigningKeyError::Sealed };
            assert_eq!(sealed(key.kid(), &altered, &MASTER), expected, "byte {index}");
        }
        for length in [0, 1, 60, 62] {
            let altered: Vec<u8> = wrapped.iter().copied().chain([0]).take(length).collect();
            assert_eq!(sealed(key.kid(), &altered, &MASTER), SigningKeyError::Layout, "{length}");
        }
    }

    /// SC-3
    #[test]
    fn debug_shows_the_id_only() {
        let key = SigningKey::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey({}, secret)", key.kid()));
    }
}
