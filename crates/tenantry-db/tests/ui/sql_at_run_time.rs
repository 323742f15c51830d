//! Only literals are statements: text that was put together at run time does not live long enough.

use tenantry_core::permission::project;
use tenantry_db::{Statement, Tenant, TenantTx};

async fn search(tx: &mut TenantTx<project::Read>, name: &str) {
    let sql = format!("select id from notes where organization_id = $1 and name = '{name}'");
    let statement: Statement<Tenant> = Statement::new("SEARCH", &sql);
    let _ = tx.query(&statement, &[]).await;
}

fn main() {}
