//! What was created is answered from what was committed, together with its record.

use tenantry_api::{Created, Deleted, Updated};
use tenantry_core::permission::project;
use tenantry_db::TenantTx;
use tenantry_store::projects::{self, NewProject, Project};

async fn create(mut tx: TenantTx<project::Create>, new: &NewProject) -> Created<Project> {
    let project = projects::create(&mut tx, new).await.unwrap();
    Created(project)
}

fn update(project: Project) -> Updated<Project> {
    Updated(project)
}

fn delete() -> Deleted {
    Deleted(())
}

fn main() {}
