//! A transaction of a permission that reads has nothing to commit, and does not become a writing one.

use tenantry_core::ProjectId;
use tenantry_core::permission::project;
use tenantry_db::{Event, TenantTx};

fn save(tx: TenantTx<project::Read>, id: ProjectId) {
    let _ = tx.commit(Event::new("project.updated", id), ());
}

fn become_a_writer(tx: TenantTx<project::Read>) {
    let _ = tx.also::<project::Update>();
}

fn main() {}
