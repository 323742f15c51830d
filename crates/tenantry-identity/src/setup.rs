//! The first operator: made by whoever holds the one-time link that a server shows when it starts and nobody is an
//! operator yet. There is no default account and no default password (SC-2).

use std::fmt;

use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use tenantry_core::name::{DisplayName, Email};
use tenantry_core::scope::Origin;
use tenantry_db::{AccountEvent, Committed};
use tenantry_store::users::{self, User};
use tenantry_store::{operators, setup_tokens};

use crate::error::IdentityError;
use crate::identity::Identity;
use crate::password::Password;
use crate::readable::readable;
use crate::secret_text::SecretText;

/// For how many minutes a link is good.
pub const SETUP_MINUTES: i64 = 30;

/// Each of 32 possible characters: 160 bits in all.
const CHARACTERS: usize = 32;

/// The secret of a link, in the clear: made once, shown once, stored as a hash.
#[derive(Clone)]
pub struct SetupToken(SecretText);

impl SetupToken {
    /// A fresh one, of 160 random bits.
    fn generate() -> Result<Self, getrandom::Error> {
        Ok(Self(readable(CHARACTERS)?))
    }

    /// The text, for the link.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for SetupToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SetupToken(secret)")
    }
}

/// What is stored and looked up. Any text has a hash, so a text of another shape costs as much as a wrong token.
fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// What somebody gives to become the first operator.
#[derive(Debug)]
pub struct NewOperator {
    /// The account's name for signing in.
    pub email: Email,
    /// The password, in the clear for the moment of hashing.
    pub password: Password,
    /// What the person is called.
    pub name: DisplayName,
}

impl Identity {
    /// Makes the secret of a link while there is no operator, and ends those before it; nothing when there is one.
    ///
    /// # Errors
    /// The store's; [`IdentityError::Random`].
    pub async fn offer_setup(&self) -> Result<Option<SetupToken>, IdentityError> {
        if operators::is_any(&self.0.database).await? {
            return Ok(None);
        }
        let token = SetupToken::generate()?;
        let now = self.now();
        let end = now.saturating_add(SignedDuration::from_mins(SETUP_MINUTES)).unwrap_or(now);
        let mut tx = self.0.database.platform().await?;
        setup_tokens::lock(&mut tx).await?;
        setup_tokens::offer(&mut tx, &hash(token.expose()), (now, end)).await?;
        Ok(tx.commit(Some(token)).await?.into_inner())
    }

    /// Whether a link's token could be used now.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_setup_open(&self, token: &str) -> Result<bool, IdentityError> {
        Ok(setup_tokens::is_live(&self.0.database, &hash(token), self.now()).await?)
    }

    /// Makes the first operator and spends the token, of which there is no second use.
    ///
    /// The operators' log has its own door, which writes the reason before the work and keeps it when the work is not
    /// done. Here that is behind the lock and the spending: of any number of callers only the one that goes through
    /// writes there.
    ///
    /// # Errors
    /// [`IdentityError::SetupClosed`]; [`IdentityError::Password`]; `EmailTaken` of the store;
    /// [`IdentityError::Busy`]. The token is not spent by any of them.
    pub async fn set_up(
        &self,
        token: &str,
        new: NewOperator,
        origin: Origin,
    ) -> Result<Committed<User>, IdentityError> {
        let hash = hash(token);
        // Nobody without a link makes the server hash.
        if !setup_tokens::is_live(&self.0.database, &hash, self.now()).await? {
            return Err(IdentityError::SetupClosed);
        }
        let NewOperator { email, password, name } = new;
        let judge = {
            let (policy, email, name) = (self.0.policy, email.clone(), name.clone());
            move |password: &Password| policy.check(password, &[email.local_part(), name.as_str()])
        };
        let password = self.0.hasher.judge_and_hash(password, judge).await??;
        let mut tx = self.0.database.platform().await?;
        setup_tokens::lock(&mut tx).await?;
        if !setup_tokens::spend(&mut tx, &hash, self.now()).await? {
            return Err(IdentityError::SetupClosed);
        }
        let user = users::create(&mut tx, &email, &name, password.as_str()).await?;
        operators::appoint(&mut tx, user.id).await?;
        let action = "account.created";
        tx.record(&AccountEvent { user: user.id, session: None, action, origin }).await?;
        let errand = self.0.keys.operator(user.id, origin).because(REASON);
        let errand = errand.map_err(|_| IdentityError::Settings("the reason is no reason"))?;
        drop(self.0.database.operator(&errand).await?);
        Ok(tx.commit(user).await?)
    }

    /// The least number of characters of a new password.
    #[must_use]
    pub fn password_min_length(&self) -> usize {
        self.0.policy.min_length()
    }
}

/// What the operators' log says of it.
const REASON: &str = "became the first operator by the one-time setup link";
