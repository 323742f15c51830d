//! What a caller may read it may not therefore create: the transaction is of another permission.

use tenantry_core::permission::project;
use tenantry_db::TenantTx;
use tenantry_store::projects::{self, NewProject};

async fn create(tx: &mut TenantTx<project::Read>, new: &NewProject) {
    let _ = projects::create(tx, new).await;
}

fn main() {}
