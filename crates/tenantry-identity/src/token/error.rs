//! Why a token could not be issued, and why one is refused.

use crate::signing::SigningKeyError;

/// Why no access token could be issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// No key of the set signs yet.
    #[error("no signing key is in use yet")]
    NoKey,
    /// The configured lifetime leads past the end of the calendar.
    #[error("the access token's lifetime is too long")]
    Lifetime,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random(#[from] getrandom::Error),
    /// The claims could not be written as JSON.
    #[error("the access token's claims could not be written")]
    Json(#[from] serde_json::Error),
    /// The signature could not be made.
    #[error("the access token could not be signed")]
    Sign(#[from] SigningKeyError),
}

/// Why an access token is refused. The messages never quote the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// More than 8 KiB.
    #[error("the token is longer than 8192 bytes")]
    TooLong,
    /// Not three parts of unpadded base64url.
    #[error("the token is not three parts of unpadded base64url")]
    Malformed,
    /// The header is not exactly ours: `typ` `at+jwt`, `alg` `EdDSA`, a `kid`, and nothing else.
    #[error("the token's header is not that of an access token of this server")]
    Header,
    /// No live key has this id.
    #[error("the token is signed by a key that is not in use")]
    UnknownKey,
    /// The signature is not the key's.
    #[error("the token's signature is wrong")]
    Signature,
    /// A claim is missing, given twice, unknown, or of the wrong type or range.
    #[error("the token's claims are not those of an access token of this server")]
    Claims,
    /// Issued by another server.
    #[error("the token was issued by another server")]
    Issuer,
    /// Meant for another audience.
    #[error("the token is meant for another audience")]
    Audience,
    /// Its time has not come: a clock is wrong.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Its time is over: refresh.
    #[error("the token has expired")]
    Expired,
}
