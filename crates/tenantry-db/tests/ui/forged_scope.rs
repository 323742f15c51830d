//! A scope is admitted by whoever holds the keys: it is not built, and a refused proof is not one.

use std::sync::Arc;

use tenantry_core::permission::project;
use tenantry_core::scope::Admission;
use tenantry_core::{Authorized, TenantScope};

fn forge(admission: Admission) -> TenantScope {
    TenantScope(Arc::new(admission))
}

fn demand(scope: &TenantScope) -> Authorized<project::Delete> {
    scope.authorize::<project::Delete>()
}

fn main() {}
