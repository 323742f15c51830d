//! The public keys as others read them: a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).
//!
//! There is no room for a private member here, so none can be published; and nothing is read back
//! from this form.

use std::borrow::Cow;

use serde::Serialize;

/// One public key that checks signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Jwk {
    /// The key's type: always `OKP`.
    pub kty: Cow<'static, str>,
    /// The curve: always `Ed25519`.
    pub crv: Cow<'static, str>,
    /// What it is for: always `sig`.
    #[serde(rename = "use")]
    pub purpose: Cow<'static, str>,
    /// The algorithm it checks: always `EdDSA`.
    pub alg: Cow<'static, str>,
    /// The key's id: its thumbprint (RFC 7638).
    pub kid: String,
    /// The public key, in unpadded base64url.
    pub x: String,
}

impl Jwk {
    pub(crate) const fn ed25519(kid: String, x: String) -> Self {
        Self {
            kty: Cow::Borrowed("OKP"),
            crv: Cow::Borrowed("Ed25519"),
            purpose: Cow::Borrowed("sig"),
            alg: Cow::Borrowed("EdDSA"),
            kid,
            x,
        }
    }
}

/// The keys that check access tokens now: the one that signs, the one that will, and those whose last
/// tokens have not all expired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Jwks {
    /// The keys, the oldest first.
    pub keys: Vec<Jwk>,
}
