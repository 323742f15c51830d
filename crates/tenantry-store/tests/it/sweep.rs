//! What was deleted is removed for good when the grace period is over, and not before.

use jiff::SignedDuration;
use tenantry_core::permission::{client, organization, project};
use tenantry_db::Event;
use tenantry_store::clients::{self, NewClient};
use tenantry_store::projects::{self, NewProject};
use tenantry_store::{organizations, sweep};

use crate::founding::Ground;

async fn sweep_all(ground: &Ground, grace: SignedDuration) -> i64 {
    let mut removed = 0;
    loop {
        let mut tx = ground.doors.platform().await.unwrap();
        let step = sweep::step(&mut tx, grace).await.unwrap();
        tx.commit(()).await.unwrap();
        if step == 0 {
            return removed;
        }
        removed += step;
    }
}

async fn count(ground: &Ground, sql: &str) -> i64 {
    ground.database.admin().await.query_one(sql, &[]).await.unwrap().get(0)
}

/// GD-2: projects, clients and organizations go with what belongs to them; records and other organizations stay.
#[tokio::test]
async fn the_sweep_removes_what_is_due_and_nothing_else() {
    let ground = Ground::new().await;
    for owner in [&ground.a, &ground.b] {
        let mut tx = ground.tx::<client::Create>(owner).await;
        let new: NewClient = serde_json::from_str(r#"{"name":"Client"}"#).unwrap();
        let client = clients::create(&mut tx, &new).await.unwrap();
        tx.commit(Event::new("client.created", client.id), ()).await.unwrap();
        let mut tx = ground.tx::<project::Create>(owner).await;
        let new = format!(r#"{{"name":"Project","client_id":"{}"}}"#, client.id);
        let new: NewProject = serde_json::from_str(&new).unwrap();
        let kept = projects::create(&mut tx, &new).await.unwrap();
        let lost = projects::create(&mut tx, &new).await.unwrap();
        tx.commit(Event::new("project.created", kept.id), ()).await.unwrap();
        let mut tx = ground.tx::<project::Delete>(owner).await;
        projects::delete(&mut tx, lost.id).await.unwrap().unwrap();
        tx.commit(Event::new("project.deleted", lost.id), ()).await.unwrap();
        let mut tx = ground.tx::<client::Delete>(owner).await;
        clients::delete(&mut tx, client.id).await.unwrap().unwrap();
        tx.commit(Event::new("client.deleted", client.id), ()).await.unwrap();
    }
    let mut tx = ground.tx::<organization::Delete>(&ground.a).await;
    let (before, _) = organizations::delete(&mut tx).await.unwrap().unwrap();
    tx.commit(Event::new("organization.deleted", before.id), ()).await.unwrap();
    assert_eq!(sweep_all(&ground, sweep::GRACE).await, 0, "nothing is due yet");
    assert_eq!(
        sweep_all(&ground, SignedDuration::ZERO).await,
        3,
        "one organization; of the other a project and a client"
    );
    for (table, left) in [
        ("organizations", 1),
        ("organization_slugs", 1),
        ("memberships", 1),
        ("projects", 1),
        ("clients", 0),
        ("usage_counts", 3),
    ] {
        assert_eq!(
            count(&ground, &format!("select count(*) from tenantry.{table}")).await,
            left,
            "{table}"
        );
    }
    assert_eq!(
        count(&ground, "select count(*) from tenantry.projects where client_id is null").await,
        1
    );
    assert_eq!(
        count(&ground, "select used from tenantry.usage_counts where meter = 'projects'").await,
        1
    );
    assert_eq!(ground.records(&ground.a, "organization.removed").await, 1);
    assert_eq!(
        ground.records(&ground.a, "organization.created").await,
        1,
        "the log outlives what it is about"
    );
    assert_eq!(ground.records(&ground.b, "project.removed").await, 1);
    assert_eq!(ground.records(&ground.b, "client.removed").await, 1);
}
