//! The gate of this server: reads how a request names its organization, and asks the identity.

use tenantry_core::scope::SignedIn;
use tenantry_core::{Denied, Problem, TenantScope};
use tenantry_identity::OrganizationName;
use tenantry_tower::{Decision, Gate, Knock};

use crate::failure::Failure;
use crate::project_header as project;
use crate::service::Service;

/// Decides who comes in.
#[derive(Debug)]
pub(crate) struct Doorkeeper(pub(crate) Service);

impl Gate for Doorkeeper {
    fn admit<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<TenantScope, Problem>> {
        Box::pin(async move {
            let identity = self.0.identity();
            let token = knock.bearer()?;
            let named = names(&knock);
            if named.is_err() {
                // 401 before 400: whoever is not signed in learns only that.
                let recognised = identity.recognise(token, knock.origin).await;
                recognised.map_err(|error| Failure::from(error).into_problem())?;
            }
            let admitted = match named? {
                Some(names) => identity.admit(token, &names, knock.origin).await,
                // What names nothing that exists is not found, but only for whoever is signed in.
                None => match identity.recognise(token, knock.origin).await {
                    Ok(_) => Err(tenantry_identity::IdentityError::NotAMember),
                    Err(error) => Err(error),
                },
            };
            let scope = admitted.map_err(|error| Failure::from(error).into_problem())?;
            project::named(&self.0, scope, &knock).await
        })
    }

    fn recognise<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<SignedIn, Problem>> {
        Box::pin(async move {
            let recognised = self.0.identity().recognise(knock.bearer()?, knock.origin).await;
            recognised.map_err(|error| Failure::from(error).into_problem())
        })
    }

    fn refused<'a>(&'a self, scope: &'a TenantScope, denied: Denied) -> Decision<'a, ()> {
        Box::pin(async move {
            if let Err(error) = self.0.database().record_denial(scope, denied.permission).await {
                tracing::error!(%error, permission = denied.permission, "a denial could not be recorded");
            }
        })
    }
}

/// Every name of an organization in path and headers; `None` when one of them can name nothing.
fn names(knock: &Knock<'_>) -> Result<Option<Vec<OrganizationName>>, Problem> {
    let path = knock.path_organization.as_deref().filter(|name| *name != "current");
    let headers = [knock.header("x-organization-id")?, knock.header("x-organization")?];
    let all = headers.into_iter().chain([path]).flatten().map(OrganizationName::parse);
    Ok(all.collect())
}
