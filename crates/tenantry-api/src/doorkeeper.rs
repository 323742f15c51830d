//! The gate of this server: reads how a request names its organization, and asks the identity.

use tenantry_core::scope::SignedIn;
use tenantry_core::{Denied, Problem, TenantScope};
use tenantry_identity::{IdentityError, OrganizationName, VerifiedToken};
use tenantry_tower::{Decision, Gate, Knock};

use crate::failure::Failure;
use crate::metrics::note_database_error;
use crate::project_header as project;
use crate::rate_limits::{Policy, Tab};
use crate::service::Service;

/// Decides who comes in.
#[derive(Debug)]
pub(crate) struct Doorkeeper(pub(crate) Service);

impl Gate for Doorkeeper {
    fn admit<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<TenantScope, Problem>> {
        Box::pin(async move {
            let identity = self.0.identity();
            let token = self.verify(&knock)?;
            let named = names(&knock);
            if named.is_err() {
                // 401 before 400: whoever is not signed in learns only that.
                recognised(&knock, identity.recognise(&token, knock.origin).await)?;
            }
            let admitted = match named? {
                Some(names) => identity.admit(&token, &names, knock.origin).await,
                // What names nothing that exists is not found, but only for whoever is signed in.
                None => match identity.recognise(&token, knock.origin).await {
                    Ok(_) => Err(IdentityError::NotAMember),
                    Err(error) => Err(error),
                },
            };
            let scope = recognised(&knock, admitted)?;
            let organization = scope.organization();
            if let Some(tab) = Tab::of(&knock) {
                tab.note_organization(organization);
                tab.charge(Policy::Organization, organization.uuid())?;
            }
            self.0.request_counts().count(organization);
            project::named(&self.0, scope, &knock).await
        })
    }

    fn recognise<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<SignedIn, Problem>> {
        Box::pin(async move {
            let token = self.verify(&knock)?;
            let found = self.0.identity().recognise(&token, knock.origin).await;
            let signed_in = recognised(&knock, found)?;
            if let (Some(tab), Some(named)) = (Tab::of(&knock), signed_in.named_organization()) {
                tab.note_organization(named);
            }
            Ok(signed_in)
        })
    }

    fn refused<'a>(&'a self, scope: &'a TenantScope, denied: Denied) -> Decision<'a, ()> {
        Box::pin(async move {
            if let Err(error) = self.0.database().record_denial(scope, denied.permission).await {
                note_database_error(&error);
                tracing::error!(%error, permission = denied.permission, "a denial could not be recorded");
            }
        })
    }
}

impl Doorkeeper {
    /// The token that was shown, charged to its session before anything is looked up for it.
    fn verify(&self, knock: &Knock<'_>) -> Result<VerifiedToken, Problem> {
        let token = self.0.identity().verify(knock.bearer()?);
        let token = token.map_err(|error| Failure::from(error).into_problem())?;
        if let Some(tab) = Tab::of(knock) {
            tab.charge(Policy::Key, token.session().uuid())?;
        }
        Ok(token)
    }
}

/// What was found out about a caller. Somebody who is signed in and not let in is somebody all the same.
fn recognised<T>(knock: &Knock<'_>, found: Result<T, IdentityError>) -> Result<T, Problem> {
    let is_somebody = match &found {
        Ok(_) => true,
        Err(error) => matches!(
            error,
            IdentityError::NotAMember
                | IdentityError::OrganizationMismatch
                | IdentityError::OrganizationRequired
        ),
    };
    if let (true, Some(tab)) = (is_somebody, Tab::of(knock)) {
        tab.recognise();
    }
    found.map_err(|error| Failure::from(error).into_problem())
}

/// Every name of an organization in path and headers; `None` when one of them can name nothing.
fn names(knock: &Knock<'_>) -> Result<Option<Vec<OrganizationName>>, Problem> {
    let path = knock.path_organization.as_deref().filter(|name| *name != "current");
    let headers = [knock.header("x-organization-id")?, knock.header("x-organization")?];
    let all = headers.into_iter().chain([path]).flatten().map(OrganizationName::parse);
    Ok(all.collect())
}
