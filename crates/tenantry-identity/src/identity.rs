//! Everything that knows who is calling, in one value: the only holder of the context keys.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tenantry_core::page::CursorKey;
use tenantry_core::secret::{Key, MasterSecret, Purpose};
use tenantry_core::{Clock, ContextKeys};
use tenantry_db::{Database, PlatformTx};
use tenantry_store::StoreError;
use tenantry_store::signing_keys::{self, StoredKey};

use crate::error::IdentityError;
use crate::jwks::Jwks;
use crate::password::{Argon2Parameters, Hasher, PasswordPolicy};
use crate::remembered::Remembered;
use crate::signing::SigningKey;
use crate::token::{KeySet, ScheduledKey, TokenIssuer, TokenSettings};

/// What an administrator may set.
#[derive(Debug, Clone)]
pub struct IdentitySettings {
    /// `iss` and `aud` of the tokens: the public address of this server.
    pub issuer: String,
    /// How long an access token lasts.
    pub access_token_minutes: u32,
    /// How long a session lasts, however often it is refreshed.
    pub refresh_token_days: u32,
    /// The least number of characters of a password.
    pub password_min_length: usize,
    /// How many passwords are hashed at a time; best, one for each core.
    pub hash_permits: usize,
}

impl Default for IdentitySettings {
    fn default() -> Self {
        Self {
            issuer: "http://127.0.0.1:8000".to_owned(),
            access_token_minutes: 15,
            refresh_token_days: 30,
            password_min_length: PasswordPolicy::DEFAULT_MIN_LENGTH,
            hash_permits: 2,
        }
    }
}

/// A session that is not refreshed for this long ends, in days (ASVS 7.3).
const IDLE_DAYS: i64 = 7;
/// How many sign-ins may wait for a hashing thread before the next one is told to come back.
const HASH_QUEUE: usize = 64;

/// Accounts, sessions and tokens. Cheap to clone.
#[derive(Clone)]
pub struct Identity(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) database: Database,
    pub(crate) keys: ContextKeys,
    pub(crate) tokens: TokenIssuer,
    pub(crate) remembered: Remembered,
    pub(crate) hasher: Hasher,
    pub(crate) policy: PasswordPolicy,
    pub(crate) refresh_key: Key,
    pub(crate) wrapping_key: Key,
    pub(crate) cursors: CursorKey,
    pub(crate) session_lifetime: SignedDuration,
    pub(crate) clock: Clock,
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Identity").field("tokens", &self.0.tokens).finish_non_exhaustive()
    }
}

impl Identity {
    /// Loads the signing keys, or makes the first one, and is ready.
    ///
    /// # Errors
    /// The database does not answer, or the settings are out of bounds.
    pub async fn open(
        database: Database,
        secret: &MasterSecret,
        keys: ContextKeys,
        settings: IdentitySettings,
        clock: Clock,
    ) -> Result<Self, IdentityError> {
        let lifetime = Duration::from_secs(u64::from(settings.access_token_minutes.max(1)) * 60);
        let wrapping = secret.derive(Purpose::TokenKeys);
        let signing = signing_keys_now(&database, &wrapping, lifetime, clock.now()).await?;
        let token_settings =
            TokenSettings { audience: settings.issuer.clone(), issuer: settings.issuer, lifetime };
        let policy = PasswordPolicy::new(settings.password_min_length)
            .map_err(|_| IdentityError::Settings("the least password length is under 8"))?;
        let hasher = Hasher::new(settings.hash_permits, HASH_QUEUE, Argon2Parameters::default())?;
        Ok(Self(Arc::new(Parts {
            database,
            keys,
            tokens: TokenIssuer::new(token_settings, signing, clock.clone()),
            remembered: Remembered::default(),
            hasher,
            policy,
            wrapping_key: wrapping,
            refresh_key: secret.derive(Purpose::RefreshTokens),
            cursors: CursorKey::new(secret.derive(Purpose::Cursor)),
            session_lifetime: SignedDuration::from_hours(
                24 * i64::from(settings.refresh_token_days.max(1)),
            ),
            clock,
        })))
    }

    /// The public keys that verify our access tokens.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.0.tokens.keys().jwks(self.0.clock.now())
    }

    /// Looks after the signing keys: takes over those that other servers made, makes the next one when
    /// the current one has signed for [`SIGNING_PERIOD`], and forgets those whose tokens have all
    /// expired. To be called every hour; a key is published a day before it signs, so that is enough.
    ///
    /// # Errors
    /// The store's; the keys stay as they are then.
    pub async fn renew_signing_keys(&self) -> Result<(), IdentityError> {
        let lifetime = self.0.tokens.settings().lifetime;
        let keys =
            signing_keys_now(&self.0.database, &self.0.wrapping_key, lifetime, self.now()).await?;
        self.0.tokens.replace_keys(keys);
        Ok(())
    }

    /// `iss` of our access tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.tokens.settings().issuer
    }

    /// Makes and reads the cursors of lists.
    #[must_use]
    pub fn cursors(&self) -> &CursorKey {
        &self.0.cursors
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// When a session that starts now ends at the latest.
    pub(crate) fn session_end(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.0.session_lifetime).unwrap_or(Timestamp::MAX)
    }

    /// When a refresh token that is made now is too old.
    pub(crate) fn refresh_end(now: Timestamp, session_end: Timestamp) -> Timestamp {
        let idle = now
            .saturating_add(SignedDuration::from_hours(24 * IDLE_DAYS))
            .unwrap_or(Timestamp::MAX);
        idle.min(session_end)
    }
}

/// For how long a key signs before the next one takes over.
pub const SIGNING_PERIOD: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The keys that this server can read, with the next one when it is time, and without those that are
/// of no more use. The very first key, or the first after a change of the secret, signs at once; every
/// other one is published a day ahead.
async fn signing_keys_now(
    database: &Database,
    wrapping: &Key,
    lifetime: Duration,
    now: Timestamp,
) -> Result<KeySet, IdentityError> {
    let mut tx = database.platform().await.map_err(StoreError::from)?;
    signing_keys::lock(&mut tx).await?;
    let mut keys = Vec::new();
    for stored in signing_keys::live(&mut tx, now).await? {
        match SigningKey::unwrap(&stored.kid, &stored.wrapped, wrapping) {
            Ok(key) => keys.push(ScheduledKey { key, signs_from: stored.signs_from }),
            Err(error) => tracing::warn!(
                kid = stored.kid,
                %error,
                "a signing key cannot be read with this JWT_SECRET_KEY and is passed over"
            ),
        }
    }
    if keys.is_empty() {
        keys.push(make_key(&mut tx, wrapping, now).await?);
    }
    let no_set = |_| IdentityError::Settings("the signing keys are no set");
    let mut set = KeySet::new(keys, lifetime).map_err(no_set)?;
    if let Some(signs_from) = set.next_key(now, SIGNING_PERIOD) {
        let next = make_key(&mut tx, wrapping, signs_from).await?;
        set = set.with(next).map_err(no_set)?;
    }
    for kid in set.retired(now) {
        signing_keys::retire(&mut tx, kid, now).await?;
    }
    Ok(tx.commit(set).await.map_err(StoreError::from)?.into_inner())
}

async fn make_key(
    tx: &mut PlatformTx,
    wrapping: &Key,
    signs_from: Timestamp,
) -> Result<ScheduledKey, IdentityError> {
    let key = SigningKey::generate()?;
    let stored = StoredKey { kid: key.kid().to_owned(), wrapped: key.wrap(wrapping)?, signs_from };
    signing_keys::create(tx, &stored).await?;
    tracing::info!(kid = stored.kid, %signs_from, "made a signing key");
    Ok(ScheduledKey { key, signs_from })
}
