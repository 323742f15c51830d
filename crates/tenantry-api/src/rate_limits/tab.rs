//! What one request is charged for. The envelope opens the tab before anything is verified and puts it among the
//! request's extensions; the gate charges session and organization as soon as it knows them.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::response::Response;
use http::StatusCode;
use tenantry_core::{ErrorCode, OrganizationId, Problem};
use tenantry_tower::Knock;
use uuid::Uuid;

use super::policy::Policy;
use super::table::Standing;
use super::{RateLimiter, WINDOW, headers, network};

/// The tab of one request. Cheap to clone; every clone is the same tab.
#[derive(Debug, Clone)]
pub(crate) struct Tab(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    limiter: Arc<RateLimiter>,
    address: Option<Uuid>,
    shows_credentials: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    standings: Vec<(Policy, Standing)>,
    is_recognised: bool,
    refused: Option<Policy>,
    organization: Option<OrganizationId>,
}

impl Tab {
    /// Opens the tab of a request from an address.
    pub(crate) fn open(
        limiter: &Arc<RateLimiter>,
        address: Option<IpAddr>,
        shows_credentials: bool,
    ) -> Self {
        Self(Arc::new(Opened {
            limiter: Arc::clone(limiter),
            address: address.map(network),
            shows_credentials,
            state: Mutex::default(),
        }))
    }

    /// The tab of the request at the gate.
    pub(crate) fn of<'a>(knock: &Knock<'a>) -> Option<&'a Self> {
        knock.extension()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before any credential is verified: an address that has used up its quota waits, and a request that shows no
    /// credentials is counted at once. One that shows some is counted when they turn out to be worth nothing.
    pub(crate) fn enter(&self) -> Result<(), Problem> {
        let Some(address) = self.0.address else { return Ok(()) };
        let standing = if self.0.shows_credentials {
            self.0.limiter.look(Policy::Address, address)
        } else {
            self.0.limiter.take(Policy::Address, address)
        };
        match standing {
            Some(standing) if !standing.is_allowed || !self.0.shows_credentials => {
                self.note(Policy::Address, standing)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Counts the request of a caller.
    ///
    /// # Errors
    /// 429 when the quota is used up.
    pub(crate) fn charge(&self, policy: Policy, caller: Uuid) -> Result<(), Problem> {
        match self.0.limiter.take(policy, caller) {
            Some(standing) => self.note(policy, standing),
            None => Ok(()),
        }
    }

    fn note(&self, policy: Policy, standing: Standing) -> Result<(), Problem> {
        let mut state = self.state();
        state.standings.push((policy, standing));
        if standing.is_allowed {
            return Ok(());
        }
        state.refused = Some(policy);
        let Standing { quota, reset, .. } = standing;
        let subject = policy.subject();
        let detail = format!(
            "{subject} has used its {quota} requests in {WINDOW} seconds. Try again in {reset} seconds."
        );
        Err(Problem { retry_after: Some(reset), ..Problem::new(ErrorCode::RateLimited, detail) })
    }

    /// The credentials are somebody's.
    pub(crate) fn recognise(&self) {
        self.state().is_recognised = true;
    }

    /// The organization that the caller names, and was let into when it is about one.
    pub(crate) fn note_organization(&self, organization: OrganizationId) {
        self.state().organization = Some(organization);
    }

    /// The organization of the request, for the log.
    pub(crate) fn organization(&self) -> Option<OrganizationId> {
        self.state().organization
    }

    /// Which policy refused the request, if one did.
    pub(crate) fn refused_by(&self) -> Option<Policy> {
        self.state().refused
    }

    /// Charges the address for credentials that were worth nothing, and writes the headers.
    pub(crate) fn close(&self, response: &mut Response) {
        let status = response.status();
        let is_owed = self.0.shows_credentials
            && !self.state().is_recognised
            && !status.is_server_error()
            && status != StatusCode::TOO_MANY_REQUESTS;
        if let (true, Some(address)) = (is_owed, self.0.address)
            && let Some(standing) = self.0.limiter.take(Policy::Address, address)
        {
            self.state().standings.push((Policy::Address, standing));
        }
        headers::write(response.headers_mut(), &self.state().standings);
    }
}
