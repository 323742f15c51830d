//! Tokens that were verified before. A signature costs as much as the rest of a request, and its result
//! does not change: only the times and the key are looked at again. Kept is a hash of the token, never the
//! token; and only of tokens that were believed.

use std::fmt;
use std::sync::Arc;

use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};

use super::claims::{Believed, is_in_time};
use super::{AccessClaims, KeySet};
use crate::memory::{MemoryStatus, Tally};

/// How many tokens are remembered.
const MOST: usize = 10_000;

/// The hash of a whole token, signature and all.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(super) fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

/// The tokens that were believed.
pub(super) struct VerifiedTokens {
    tokens: Cache<TokenHash, Arc<Verified>>,
    tally: Tally,
}

/// What one said.
struct Verified {
    kid: String,
    not_before: i64,
    claims: Arc<AccessClaims>,
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self { tokens: Cache::new(MOST), tally: Tally::default() }
    }
}

impl VerifiedTokens {
    /// What a token said that was believed before, if it would be believed now as well.
    pub(super) fn find(
        &self,
        token: TokenHash,
        keys: &KeySet,
        now: jiff::Timestamp,
    ) -> Option<Arc<AccessClaims>> {
        let known = self.tokens.get(&token).filter(|known| {
            is_in_time(known.not_before, known.claims.expires_at.as_second(), now.as_second())
                .is_ok()
                && keys.verifying(&known.kid, now).is_some()
        });
        match known {
            Some(known) => {
                self.tally.hit();
                Some(Arc::clone(&known.claims))
            }
            None => {
                self.tally.miss();
                None
            }
        }
    }

    /// Remembers a token that was believed.
    pub(super) fn keep(
        &self,
        token: TokenHash,
        kid: String,
        believed: Believed,
    ) -> Arc<AccessClaims> {
        let claims = Arc::new(believed.claims);
        let known = Verified { kid, not_before: believed.not_before, claims: Arc::clone(&claims) };
        self.tokens.insert(token, Arc::new(known));
        claims
    }

    pub(super) fn status(&self) -> MemoryStatus {
        self.tally.status("token", self.tokens.len())
    }
}

impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("VerifiedTokens").finish_non_exhaustive()
    }
}
