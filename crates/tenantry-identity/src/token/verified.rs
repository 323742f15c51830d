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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tenantry_core::{Clock, SessionId, UserId};

    use super::*;
    use crate::signing::SigningKey;
    use crate::token::{ScheduledKey, Subject, TokenError, TokenIssuer, TokenSettings};

    const LIFETIME: i64 = 900;

    fn keys(seeds: &[(u8, i64)]) -> KeySet {
        let key = |(seed, from): &(u8, i64)| ScheduledKey {
            key: SigningKey::of_seed(&[*seed; 32]).unwrap(),
            signs_from: jiff::Timestamp::from_second(*from).unwrap(),
        };
        KeySet::new(seeds.iter().map(key).collect(), Duration::from_secs(900)).unwrap()
    }

    fn issuer(issuer: &str, keys: KeySet) -> TokenIssuer {
        let lifetime = Duration::from_secs(LIFETIME.unsigned_abs());
        let (issuer, audience) = (issuer.to_owned(), issuer.to_owned());
        let clock = Clock::fixed(jiff::Timestamp::from_second(1_000_000).unwrap());
        TokenIssuer::new(TokenSettings { issuer, audience, lifetime }, keys, clock)
    }

    fn token(issuer: &TokenIssuer) -> String {
        let (user, session) = (UserId::new(), SessionId::new());
        let subject = Subject { user, session, organization: None };
        issuer.issue(&subject).unwrap().token.expose().to_owned()
    }

    fn hits(issuer: &TokenIssuer) -> u64 {
        issuer.memory().hits
    }

    /// JW-3: a remembered token ends when it says so, to the second.
    #[test]
    fn a_remembered_token_ends_in_its_time_and_does_not_begin_before_it() {
        let issuer = issuer("here", keys(&[(1, 0)]));
        let token = token(&issuer);
        assert!(issuer.verify(&token).is_ok() && issuer.verify(&token).is_ok());
        assert_eq!(hits(&issuer), 1);
        for (step, expected) in [
            (-5, None),
            (-1, Some(TokenError::NotYetValid)),
            (6 + LIFETIME - 1, None),
            (1, Some(TokenError::Expired)),
        ] {
            issuer.clock.advance(step);
            assert_eq!(issuer.verify(&token).err(), expected, "{step}");
        }
        assert_eq!(hits(&issuer), 3);
    }

    /// JW-8: the key of a remembered token is looked up again each time.
    #[test]
    fn a_remembered_token_ends_with_its_key() {
        let issuer = issuer("here", keys(&[(1, 0)]));
        let token = token(&issuer);
        assert!(issuer.verify(&token).is_ok());
        issuer.replace_keys(keys(&[(1, 0), (2, 1_000_000)]));
        assert!(issuer.verify(&token).is_ok(), "rotated, and believed until its tokens end");
        assert_eq!(hits(&issuer), 1);
        issuer.replace_keys(keys(&[(2, 0)]));
        assert_eq!(issuer.verify(&token).unwrap_err(), TokenError::UnknownKey);
        issuer.replace_keys(keys(&[(1, 0), (2, 900_000)]));
        assert_eq!(issuer.verify(&token).unwrap_err(), TokenError::UnknownKey, "retired by time");
        assert_eq!(hits(&issuer), 1);
    }

    /// JW-1, JW-4: what was refused once is refused again, and takes no place.
    #[test]
    fn hostile_tokens_are_never_remembered() {
        let ours = issuer("here", keys(&[(1, 0)]));
        let good = token(&ours);
        let (signed, signature) = good.rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let other_issuer = token(&issuer("elsewhere", keys(&[(1, 0)])));
        let other_key = token(&issuer("here", keys(&[(2, 0)])));
        let other_signature = other_issuer.rsplit_once('.').unwrap().1;
        let last = if signature.ends_with('A') { "Q" } else { "A" };
        for hostile in [
            String::new(),
            "..".to_owned(),
            format!("{good}.{good}"),
            format!("{good} "),
            format!("{header}.{payload}."),
            format!("{header}.{payload}.{other_signature}"),
            format!("{header}.{payload}.{}{last}", &signature[..signature.len() - 1]),
            format!("{}.{payload}.{signature}", header.to_uppercase()),
            other_issuer.clone(),
            other_key,
            "a".repeat(10_000),
        ] {
            let first = ours.verify(&hostile).unwrap_err();
            assert_eq!(ours.verify(&hostile).unwrap_err(), first, "{hostile}");
        }
        assert_eq!((ours.memory().entries, hits(&ours)), (0, 0));
        // A known token makes none of its neighbours known.
        assert!(ours.verify(&good).is_ok());
        assert!(ours.verify(&format!("{header}.{payload}.{other_signature}")).is_err());
        assert_eq!((ours.memory().entries, hits(&ours)), (1, 0));
    }

    /// 100,000 tokens take no more room than the first 10,000.
    #[test]
    fn the_number_of_remembered_tokens_is_bounded() {
        let issuer = issuer("here", keys(&[(1, 0)]));
        let verified = VerifiedTokens::default();
        let known = issuer.verify(&token(&issuer)).unwrap();
        let resident = || -> u64 {
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
        };
        let mut sizes = vec![resident()];
        for number in 0..100_000_u32 {
            let believed = Believed { not_before: 0, claims: (*known).clone() };
            verified.keep(TokenHash::of(&number.to_string()), "a key".to_owned(), believed);
            if (number + 1).is_multiple_of(MOST as u32) {
                sizes.push(resident());
            }
        }
        println!("resident kB after each {MOST} tokens: {sizes:?}");
        assert!(verified.status().entries <= MOST, "{:?}", verified.status());
    }
}
