//! The signing keys over time: which one signs now, which ones are published and believed.
//!
//! A key has one date, from which on it signs. All else follows: it is published as soon as it is
//! known, signs until the next one's date, and is believed until the last token it can have signed
//! has expired. So every process that knows the same keys draws the same conclusions.

use std::time::Duration;

use jiff::Timestamp;

use crate::jwks::Jwks;
use crate::signing::SigningKey;

/// How long a key is published before it signs, in seconds: whoever keeps a copy of the key set gets
/// to know it in time.
const PUBLISHED_AHEAD: i64 = 24 * 3_600;
/// How long another process may go on signing with the key before, because it has not read of the new
/// one yet, in seconds.
const OVERLAP: i64 = 3_600;

/// A key and the time from which on it signs.
#[derive(Debug)]
pub struct ScheduledKey {
    /// The key.
    pub key: SigningKey,
    /// From when on.
    pub signs_from: Timestamp,
}

/// Why these keys are no set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// There is none.
    #[error("there is no signing key")]
    Empty,
    /// One is there twice.
    #[error("the signing key {0} is there twice")]
    Twice(String),
}

/// All keys that are known, the oldest first.
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<ScheduledKey>,
    token_lifetime: i64,
}

impl KeySet {
    /// A set of keys, in any order, that sign tokens of at most this lifetime. When the configured
    /// lifetime is shortened, tokens of the older, longer one are believed no longer than this.
    ///
    /// # Errors
    /// No key, or one key twice.
    pub fn new(mut keys: Vec<ScheduledKey>, token_lifetime: Duration) -> Result<Self, KeySetError> {
        if keys.is_empty() {
            return Err(KeySetError::Empty);
        }
        keys.sort_by(|one, other| {
            (one.signs_from, one.key.kid()).cmp(&(other.signs_from, other.key.kid()))
        });
        for (index, one) in keys.iter().enumerate() {
            if keys[..index].iter().any(|earlier| earlier.key.kid() == one.key.kid()) {
                return Err(KeySetError::Twice(one.key.kid().to_owned()));
            }
        }
        let token_lifetime = i64::try_from(token_lifetime.as_secs()).unwrap_or(i64::MAX);
        Ok(Self { keys, token_lifetime })
    }

    /// The same set with one more key.
    ///
    /// # Errors
    /// The key is in it already.
    pub fn with(mut self, key: ScheduledKey) -> Result<Self, KeySetError> {
        let lifetime = Duration::from_secs(self.token_lifetime.unsigned_abs());
        self.keys.push(key);
        Self::new(self.keys, lifetime)
    }

    /// The key that signs: of those whose time has come, the youngest.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> Option<&SigningKey> {
        self.keys.iter().rfind(|one| one.signs_from <= now).map(|one| &one.key)
    }

    /// The key of this id, if tokens that it signed are believed.
    #[must_use]
    pub fn verifying(&self, kid: &str, now: Timestamp) -> Option<&SigningKey> {
        let index = self.keys.iter().position(|one| one.key.kid() == kid)?;
        (!self.is_retired(index, now)).then(|| &self.keys[index].key)
    }

    /// The public keys to publish now.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Jwks {
        let live = (0..self.keys.len()).filter(|index| !self.is_retired(*index, now));
        Jwks { keys: live.map(|index| self.keys[index].key.public_jwk()).collect() }
    }

    /// The ids of the keys that are of no more use: they may be deleted.
    #[must_use]
    pub fn retired(&self, now: Timestamp) -> Vec<&str> {
        let retired = (0..self.keys.len()).filter(|index| self.is_retired(*index, now));
        retired.map(|index| self.keys[index].key.kid()).collect()
    }

    /// Whether it is time to make the next key, when each is to sign for `period`; and if so, from
    /// when on the new one signs. That is at least a day ahead, so that it is published before.
    #[must_use]
    pub fn next_key(&self, now: Timestamp, period: Duration) -> Option<Timestamp> {
        let newest = self.keys.last()?.signs_from.as_second();
        let period = i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
        let due = newest.saturating_add(period);
        let soonest = now.as_second().saturating_add(PUBLISHED_AHEAD);
        if due > soonest {
            return None;
        }
        Timestamp::from_second(soonest).ok()
    }

    fn is_retired(&self, index: usize, now: Timestamp) -> bool {
        let Some(successor) = self.keys.get(index + 1) else { return false };
        let last_token = successor.signs_from.as_second().saturating_add(OVERLAP);
        now.as_second() > last_token.saturating_add(self.token_lifetime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn key(signs_from: i64) -> ScheduledKey {
        ScheduledKey { key: SigningKey::generate().unwrap(), signs_from: at(signs_from) }
    }

    /// JW-8
    #[test]
    fn a_key_is_published_ahead_signs_in_its_time_and_is_believed_until_its_tokens_end() {
        let (old, new) = (key(0), key(10 * DAY));
        let (old_kid, new_kid) = (old.key.kid().to_owned(), new.key.kid().to_owned());
        let set = KeySet::new(vec![new, old], Duration::from_secs(900)).unwrap();
        let gone = 10 * DAY + OVERLAP + 900;
        for (now, signs, published) in [
            (0, &old_kid, 2),
            (10 * DAY - 1, &old_kid, 2),
            (10 * DAY, &new_kid, 2),
            (gone, &new_kid, 2),
            (gone + 1, &new_kid, 1),
        ] {
            let now = at(now);
            assert_eq!(set.signing(now).unwrap().kid(), signs, "{now}");
            assert_eq!(set.jwks(now).keys.len(), published, "{now}");
            assert_eq!(set.verifying(&old_kid, now).is_some(), published == 2, "{now}");
            assert!(set.verifying(&new_kid, now).is_some());
            assert_eq!(set.retired(now).len(), 2 - published);
        }
        assert!(set.signing(at(-1)).is_none());
        assert!(set.verifying("", at(0)).is_none());
    }

    /// JW-8
    #[test]
    fn the_next_key_is_due_a_day_before_the_period_ends() {
        let set = KeySet::new(vec![key(0)], Duration::from_secs(900)).unwrap();
        let period = Duration::from_secs(90 * 86_400);
        assert_eq!(set.next_key(at(89 * DAY - 1), period), None);
        assert_eq!(set.next_key(at(89 * DAY), period), Some(at(90 * DAY)));
        assert_eq!(set.next_key(at(200 * DAY), period), Some(at(201 * DAY)));
    }

    #[test]
    fn a_set_without_keys_or_with_one_twice_is_refused() {
        assert_eq!(KeySet::new(vec![], Duration::ZERO).unwrap_err(), KeySetError::Empty);
        let seed = [5; 32];
        let twin =
            |from| ScheduledKey { key: SigningKey::of_seed(&seed).unwrap(), signs_from: at(from) };
        let twice = KeySet::new(vec![twin(0), twin(1)], Duration::ZERO);
        assert!(matches!(twice, Err(KeySetError::Twice(_))));
    }
}
