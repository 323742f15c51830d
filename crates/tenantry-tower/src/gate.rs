//! Who decides whether a caller comes in: implemented by whoever can verify credentials.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tenantry_core::scope::SignedIn;
use tenantry_core::{Denied, Problem, TenantScope};

use crate::knock::Knock;

/// A decision that is on its way.
pub type Decision<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Turns what a request shows into a verified caller, or refuses.
pub trait Gate: Send + Sync + 'static {
    /// The caller's scope in the one organization that the request names.
    fn admit<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<TenantScope, Problem>>;

    /// The person who is signed in, whatever the organization.
    fn recognise<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<SignedIn, Problem>>;

    /// A caller tried to change what its role does not allow; this is where it is recorded (AU-1).
    fn refused<'a>(&'a self, scope: &'a TenantScope, denied: Denied) -> Decision<'a, ()>;
}

/// The gate, as the extractors find it among a request's extensions.
#[derive(Clone)]
pub struct Gatekeeper(pub Arc<dyn Gate>);

impl fmt::Debug for Gatekeeper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Gatekeeper")
    }
}
