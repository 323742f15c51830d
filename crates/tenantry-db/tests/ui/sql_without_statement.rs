//! A door takes statements of its own kind, and no text.

use tenantry_core::permission::project;
use tenantry_db::{Platform, Statement, TenantTx};

async fn search(tx: &mut TenantTx<project::Read>, statement: &Statement<Platform>) {
    let _ = tx.query("select id from notes", &[]).await;
    let _ = tx.query(statement, &[]).await;
}

fn main() {}
