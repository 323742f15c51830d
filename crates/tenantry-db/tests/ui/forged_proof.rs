//! The proof that a caller may do something is asked of a scope: it is not built.

use std::marker::PhantomData;

use tenantry_core::permission::project;
use tenantry_core::{Authorized, TenantScope};

fn promote(scope: TenantScope) -> Authorized<project::Delete> {
    Authorized { scope, permission: PhantomData }
}

fn main() {}
