//! A project's id is not an organization's.

use tenantry_core::{OrganizationId, ProjectId, UserId};
use tenantry_db::PlatformTx;
use tenantry_store::directory;

async fn is_member(tx: &mut PlatformTx, user: UserId, project: ProjectId) {
    let _ = directory::get(tx, user, project).await;
}

fn same(project: ProjectId, organization: OrganizationId) -> bool {
    project == organization
}

fn main() {}
