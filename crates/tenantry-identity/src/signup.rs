//! Signing up: an account, its organization and its ownership, in one transaction.

use tenantry_core::name::{DisplayName, Email};
use tenantry_core::scope::{Admission, Origin, SignedIn, Via};
use tenantry_core::{Actor, OrganizationId, SessionId, SystemRole, TenantScope, UserId};
use tenantry_db::{Committed, Event};
use tenantry_store::directory::{Membership, OrganizationSummary};
use tenantry_store::idempotency_keys::{Answered, Attempt, find_of_account, keep_of_account};
use tenantry_store::organizations::{self, NewOrganization, Organization};
use tenantry_store::users;

use crate::error::IdentityError;
use crate::grant::Grant;
use crate::identity::Identity;
use crate::password::Password;

/// What somebody gives to sign up.
#[derive(Debug)]
pub struct SignUp {
    /// The account's name for signing in.
    pub email: Email,
    /// The password, in the clear for the moment of hashing.
    pub password: Password,
    /// What the person is called.
    pub name: DisplayName,
    /// What the organization is called.
    pub organization_name: DisplayName,
}

/// What founding an organization answers.
#[derive(Debug)]
pub enum Founding {
    /// It was founded.
    New(Committed<Organization>),
    /// The same request was answered before.
    Earlier(Answered),
}

impl Identity {
    /// Makes an account and its organization, and signs in.
    ///
    /// # Errors
    /// [`IdentityError::Password`]; `EmailTaken` of the store; [`IdentityError::Busy`].
    pub async fn sign_up(
        &self,
        new: SignUp,
        origin: Origin,
    ) -> Result<Committed<Grant>, IdentityError> {
        let SignUp { email, password, name, organization_name } = new;
        // No connection is held meanwhile.
        let judge = {
            let (policy, email) = (self.0.policy, email.clone());
            let (name, organization) = (name.clone(), organization_name.clone());
            move |password: &Password| {
                policy.check(password, &[email.local_part(), name.as_str(), organization.as_str()])
            }
        };
        let hash = self.0.hasher.judge_and_hash(password, judge).await??;
        let mut tx = self.0.database.platform().await?;
        let user = users::create(&mut tx, &email, &name, hash.as_str()).await?;
        let founding = NewOrganization { name: organization_name, slug: None };
        let id = OrganizationId::new();
        let summary = OrganizationSummary {
            id,
            slug: organizations::free_slug(&mut tx, id, &founding).await?,
            name: founding.name.clone(),
        };
        let membership =
            Membership { organization: summary, role: SystemRole::Owner, joined_at: self.now() };
        let grant = self
            .start_session(&mut tx, user, Some(membership.clone()), ("account.created", origin))
            .await?;
        let founder = self.founder(id, grant.user.id, grant.session, origin);
        let organization =
            organizations::found(&mut tx, &founder, grant.user.id, &membership).await?;
        let event = Event::new("organization.created", organization.id).after(&organization);
        Ok(tx.commit_founding(&founder, event, grant).await?)
    }

    /// Founds one more organization for somebody who is signed in; the same attempt founds it once.
    ///
    /// # Errors
    /// `SlugTaken` of the store; `InProgress` and `KeyReused` for an attempt that is not a new one.
    pub async fn found(
        &self,
        caller: &SignedIn,
        new: &NewOrganization,
        attempt: Option<&Attempt>,
    ) -> Result<Founding, IdentityError> {
        let id = OrganizationId::new();
        let mut tx = self.0.database.platform().await?;
        if let Some(attempt) = attempt
            && let Some(earlier) = find_of_account(&mut tx, caller.user(), attempt).await?
        {
            return Ok(Founding::Earlier(earlier));
        }
        let slug = organizations::free_slug(&mut tx, id, new).await?;
        let summary = OrganizationSummary { id, slug, name: new.name.clone() };
        let membership =
            Membership { organization: summary, role: SystemRole::Owner, joined_at: self.now() };
        let founder = self.founder(id, caller.user(), caller.session(), caller.origin());
        let organization =
            organizations::found(&mut tx, &founder, caller.user(), &membership).await?;
        if let Some(attempt) = attempt {
            let answered = Answered::of(201, &organization)?;
            keep_of_account(&mut tx, caller.user(), attempt, &answered).await?;
        }
        let event = Event::new("organization.created", organization.id).after(&organization);
        Ok(Founding::New(tx.commit_founding(&founder, event, organization).await?))
    }

    /// The scope of an organization that does not exist yet: its founder is its owner.
    fn founder(
        &self,
        organization: OrganizationId,
        user: UserId,
        session: SessionId,
        origin: Origin,
    ) -> TenantScope {
        self.0.keys.admit(Admission {
            actor: Actor::User(user),
            organization,
            role: SystemRole::Owner,
            project: None,
            via: Via::Session(session),
            origin,
            expires_at: i64::MAX,
        })
    }
}
