//! The pool that hashes: a bounded number at a time, a bounded number waiting, the rest told to come
//! back. It runs on blocking threads, so that a flood of sign-ins does not stop the other requests.
//!
//! Whoever waits holds a place; a request that is dropped gives it back. Work that has begun is
//! finished: a hash cannot be interrupted.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;

use super::{Argon2Parameters, Password, PasswordHash};

/// What a refused caller is told to wait; a full queue is worked off in about that time.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Why a password could not be hashed or checked. None of these says anything about the password.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// As many as may wait are waiting already: answer 503 with `Retry-After`.
    #[error("too many sign-ins are waiting")]
    Busy {
        /// After which time another try is likely to be let in.
        retry_after: Duration,
    },
    /// Argon2id could not run, for example for want of memory.
    #[error("argon2id could not run")]
    Argon2(#[from] argon2::Error),
    /// bcrypt could not run.
    #[error("bcrypt could not run")]
    Bcrypt(#[from] bcrypt::BcryptError),
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Random(#[from] getrandom::Error),
    /// The thread that hashed was lost, or the server is stopping.
    #[error("the hashing was interrupted")]
    Interrupted(#[from] task::JoinError),
}

/// Whether the password is right.
#[derive(Debug)]
pub enum Verdict {
    /// It is.
    Right,
    /// It is, and the stored hash is to be replaced by this one: it was made with other parameters,
    /// by bcrypt, or of a spelling that is not NFKC.
    ///
    /// Replace it only where the old hash still stands, and check again if it no longer does.
    /// A bcrypt hash knows 72 bytes; of two longer passwords that begin alike, the first to sign in
    /// is stored whole, and the other must from then on be wrong.
    RightButUpgrade(PasswordHash),
    /// It is not, or there is no such account.
    Wrong,
}

impl Verdict {
    /// Whether the password is right, whatever becomes of the hash.
    #[must_use]
    pub const fn is_right(&self) -> bool {
        matches!(self, Self::Right | Self::RightButUpgrade(_))
    }
}

struct Pool {
    parameters: Argon2Parameters,
    /// What passwords of unknown accounts are checked against.
    nothing: PasswordHash,
    /// One for each that runs or waits.
    places: Arc<Semaphore>,
    /// One for each that runs.
    slots: Arc<Semaphore>,
}

/// Hashes and checks passwords. Cheap to clone; clones share the one bound.
#[derive(Clone)]
pub struct Hasher(Arc<Pool>);

impl Hasher {
    /// A pool that runs `permits` hashes at a time (best: one for each core) and lets `queue` more
    /// wait. It takes up to `permits` times the parameters' memory.
    ///
    /// # Errors
    /// [`HashError::Random`] when the system gives no random bytes.
    pub fn new(
        permits: usize,
        queue: usize,
        parameters: Argon2Parameters,
    ) -> Result<Self, HashError> {
        let permits = permits.clamp(1, Semaphore::MAX_PERMITS / 2);
        let queue = queue.min(Semaphore::MAX_PERMITS / 2);
        Ok(Self(Arc::new(Pool {
            parameters,
            nothing: parameters.hash_of_nothing()?,
            places: Arc::new(Semaphore::new(permits + queue)),
            slots: Arc::new(Semaphore::new(permits)),
        })))
    }

    /// The hash to store for a newly chosen password.
    ///
    /// # Errors
    /// [`HashError::Busy`] when too many wait; the others are faults of the machine.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        let parameters = self.0.parameters;
        self.run(move |_| parameters.hash(password.text())).await
    }

    /// Judges a newly chosen password and hashes it, both within the same bound: judging takes up to
    /// some milliseconds too.
    ///
    /// # Errors
    /// As [`hash`](Self::hash); inside, why the judge refuses.
    pub async fn judge_and_hash<E: Send + 'static>(
        &self,
        password: Password,
        judge: impl FnOnce(&Password) -> Result<(), E> + Send + 'static,
    ) -> Result<Result<PasswordHash, E>, HashError> {
        let parameters = self.0.parameters;
        self.run(move |_| match judge(&password) {
            Ok(()) => parameters.hash(password.text()).map(Ok),
            Err(refused) => Ok(Err(refused)),
        })
        .await
    }

    /// Checks a password. `None` stands for an account that does not exist or has no password: the
    /// same work is done, and the verdict is [`Verdict::Wrong`]. (An account whose hash is still
    /// bcrypt's takes another time until its next sign-in.)
    ///
    /// # Errors
    /// [`HashError::Busy`] when too many wait; the others are faults of the machine.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        let stored = stored.cloned();
        self.run(move |pool| pool.verify(&password, stored.as_ref())).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Pool) -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let busy = || HashError::Busy { retry_after: RETRY_AFTER };
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(|_| busy())?;
        // Only a closed semaphore refuses here, and these are never closed.
        let slot = Arc::clone(&self.0.slots).acquire_owned().await.map_err(|_| busy())?;
        let pool = Arc::clone(&self.0);
        task::spawn_blocking(move || {
            let _held: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, slot);
            work(&pool)
        })
        .await?
    }
}

impl Pool {
    fn verify(
        &self,
        password: &Password,
        stored: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        let against = stored.unwrap_or(&self.nothing);
        for (spelling, text) in password.spellings().enumerate() {
            if against.matches(text)? && stored.is_some() {
                let current = spelling == 0 && against.is_made_with(self.parameters);
                return Ok(if current {
                    Verdict::Right
                } else {
                    Verdict::RightButUpgrade(self.parameters.hash(password.text())?)
                });
            }
        }
        Ok(Verdict::Wrong)
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Hasher")
            .field("parameters", &self.0.parameters)
            .field("free_places", &self.0.places.available_permits())
            .field("free_slots", &self.0.slots.available_permits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
