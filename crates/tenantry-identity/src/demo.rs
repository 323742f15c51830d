//! The accounts of `serve --demo`: made together with their organization, through the founding that everybody takes.
//! All of them have one password, which is another one at each start.

use tenantry_core::name::{DisplayName, Email, Slug};
use tenantry_core::scope::Origin;
use tenantry_core::{OrganizationId, SessionId, SystemRole, UserId};
use tenantry_db::{AccountEvent, Committed, Event};
use tenantry_store::directory::{Membership, OrganizationSummary};
use tenantry_store::organizations::{self, NewOrganization, Organization};
use tenantry_store::{demo, users};

use crate::error::IdentityError;
use crate::identity::Identity;
use crate::password::{Password, PasswordHash};
use crate::readable::readable;
use crate::secret_text::SecretText;

/// Somebody invented.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// What the person is called.
    pub name: DisplayName,
    /// The address for signing in.
    pub email: Email,
    /// The role in the organization.
    pub role: SystemRole,
}

/// A password for the accounts of a demo: 100 random bits.
///
/// # Errors
/// The system gave no random bytes.
pub fn demo_password() -> Result<SecretText, IdentityError> {
    Ok(readable(20)?)
}

impl Identity {
    /// Makes an organization of this id with all its people; the first of them founds it.
    ///
    /// # Errors
    /// `SlugTaken` and `EmailTaken` of the store; [`IdentityError::Password`].
    pub async fn found_demo(
        &self,
        (id, name, slug): (OrganizationId, DisplayName, Slug),
        people: &[DemoPerson],
        password: Password,
        origin: Origin,
    ) -> Result<Committed<Organization>, IdentityError> {
        let hash = self.hash_demo(password).await?;
        let mut tx = self.0.database.platform().await?;
        let mut accounts: Vec<(UserId, SystemRole)> = Vec::new();
        for person in people {
            let user = users::create(&mut tx, &person.email, &person.name, hash.as_str()).await?;
            let action = "account.created";
            tx.record(&AccountEvent { user: user.id, session: None, action, origin }).await?;
            accounts.push((user.id, person.role));
        }
        let Some(((owner, role), others)) = accounts.split_first() else {
            return Err(IdentityError::Settings("a demo has nobody in it"));
        };
        let founding = NewOrganization { name, slug: Some(slug) };
        let slug = organizations::free_slug(&mut tx, id, &founding).await?;
        let summary = OrganizationSummary { id, slug, name: founding.name };
        let membership = Membership { organization: summary, role: *role, joined_at: self.now() };
        let founder = self.founder(id, *owner, SessionId::new(), origin);
        let organization = organizations::found(&mut tx, &founder, *owner, &membership).await?;
        for (user, role) in others {
            demo::join(&mut tx, id, *user, *role).await?;
        }
        let event = Event::new("organization.created", organization.id).after(&organization);
        Ok(tx.commit_founding(&founder, event, organization).await?)
    }

    /// Gives accounts of a demo another password; those that are gone stay gone.
    ///
    /// # Errors
    /// The store's; [`IdentityError::Password`].
    pub async fn change_demo_password(
        &self,
        emails: &[Email],
        password: Password,
    ) -> Result<(), IdentityError> {
        let hash = self.hash_demo(password).await?;
        let mut tx = self.0.database.platform().await?;
        for email in emails {
            let Some(account) = users::find_by_email(&mut tx, email).await? else { continue };
            if let Some(old) = account.password_hash {
                users::upgrade_hash(&mut tx, account.user.id, &old, hash.as_str()).await?;
            }
        }
        tx.commit(()).await?;
        Ok(())
    }

    /// One hash for all: they share the password anyway.
    async fn hash_demo(&self, password: Password) -> Result<PasswordHash, IdentityError> {
        let policy = self.0.policy;
        let judge = move |password: &Password| policy.check(password, &["demo"]);
        Ok(self.0.hasher.judge_and_hash(password, judge).await??)
    }
}
