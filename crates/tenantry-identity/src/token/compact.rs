//! The outer form of a token: three parts of base64url with dots between (RFC 7515, section 3.1).
//!
//! This is stricter than the standard asks, because every token it reads was written by [`encode`]:
//! a header with one member more is somebody else's work. The algorithm is the key's, never the
//! token's choice (RFC 8725, section 3.1).

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::claims::Claims;
use super::{IssueError, TokenError};
use crate::signing::SigningKey;

/// The longest token that is looked at, in bytes.
pub(super) const MOST_BYTES: usize = 8_192;
const TYPE: &str = "at+jwt";
const ALGORITHM: &str = "EdDSA";

/// `crit`, `jku`, `jwk`, `x5u`, `x5c` and everything else unknown is refused, and so is a member that
/// is given twice.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header<'a> {
    #[serde(borrow)]
    typ: Cow<'a, str>,
    #[serde(borrow)]
    alg: Cow<'a, str>,
    /// Only ever compared with the ids of the live keys.
    pub(super) kid: String,
}

/// A token taken apart, nothing of it believed yet.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    /// What the signature is of.
    pub(super) signed: &'a [u8],
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn split(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MOST_BYTES {
            return Err(TokenError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        if payload.contains('.') {
            return Err(TokenError::Malformed);
        }
        Ok(Self { signed: signed.as_bytes(), header, payload, signature })
    }

    pub(super) fn header(&self) -> Result<Header<'static>, TokenError> {
        let bytes = decode(self.header)?;
        let header: Header<'_> = serde_json::from_slice(&bytes).map_err(|_| TokenError::Header)?;
        if header.typ != TYPE || header.alg != ALGORITHM {
            return Err(TokenError::Header);
        }
        Ok(Header { typ: TYPE.into(), alg: ALGORITHM.into(), kid: header.kid })
    }

    pub(super) fn signature(&self) -> Result<Vec<u8>, TokenError> {
        decode(self.signature)
    }

    pub(super) fn payload(&self) -> Result<Vec<u8>, TokenError> {
        decode(self.payload)
    }
}

/// This engine refuses padding, white space, other alphabets and loose bits at the end.
fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)
}

/// Writes and signs a token.
pub(super) fn encode(key: &SigningKey, claims: &Claims<'_>) -> Result<String, IssueError> {
    let header = Header { typ: TYPE.into(), alg: ALGORITHM.into(), kid: key.kid().to_owned() };
    let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}
