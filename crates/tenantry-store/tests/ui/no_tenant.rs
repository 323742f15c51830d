//! A function of the store takes a transaction of its door, not the database.

use tenantry_core::Page;
use tenantry_db::{Database, PlatformTx};
use tenantry_store::projects::{self, ProjectFilter};

async fn without_a_tenant(database: &mut Database, page: &Page) {
    let _ = projects::list(database, ProjectFilter::default(), page).await;
}

async fn through_the_wrong_door(tx: &mut PlatformTx, page: &Page) {
    let _ = projects::list(tx, page).await;
}

fn main() {}
