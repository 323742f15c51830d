//! Organizations: founded under their own seal, changed by their own members.

use tenantry_core::permission::organization;
use tenantry_core::{OrganizationId, SystemRole};
use tenantry_db::{DbError, Event};
use tenantry_store::directory::{Membership, OrganizationSummary};
use tenantry_store::organizations::{self, NewOrganization, OrganizationPatch};
use tenantry_store::{StoreError, directory};

use crate::founding::{Ground, found, owner_scope};

/// Each transaction sees the organization it was opened in.
#[tokio::test]
async fn each_sees_its_own_organization() {
    let ground = Ground::new().await;
    for owner in [&ground.a, &ground.b] {
        let mut tx = ground.tx::<organization::Read>(owner).await;
        let seen = organizations::get(&mut tx).await.unwrap().unwrap();
        assert_eq!(seen, owner.organization);
        assert_eq!(ground.records(owner, "organization.created").await, 1);
    }
}

/// A slug stands for one organization among all: a taken one is refused, a changed one leads to its owner.
#[tokio::test]
async fn a_slug_stands_for_one_organization_among_all() {
    let ground = Ground::new().await;
    let patch = |slug: &str| OrganizationPatch {
        slug: Some(slug.parse().unwrap()),
        name: Some("Renamed".parse().unwrap()),
        description: None,
        ..OrganizationPatch::default()
    };
    let mut tx = ground.tx::<organization::Update>(&ground.a).await;
    let taken = organizations::update(&mut tx, &patch("bravo")).await;
    assert!(matches!(taken, Err(StoreError::SlugTaken)), "{taken:?}");
    drop(tx);
    let mut tx = ground.tx::<organization::Update>(&ground.a).await;
    let (before, after) = organizations::update(&mut tx, &patch("renamed")).await.unwrap().unwrap();
    tx.commit(Event::new("organization.updated", after.id), ()).await.unwrap();
    assert_eq!((before.slug.as_str(), after.slug.as_str()), ("alpha", "renamed"));
    for (slug, owner) in [("renamed", Some(&ground.a)), ("bravo", Some(&ground.b)), ("alpha", None)]
    {
        let led_to = directory::find_slug(&ground.doors, &slug.parse().unwrap()).await.unwrap();
        assert_eq!(led_to, owner.map(|owner| owner.scope.organization()), "{slug}");
    }
    let keys = ground.database.keys();
    for (slug, is_free) in [("renamed", false), ("bravo", false), ("alpha", true)] {
        let new =
            NewOrganization { name: "New".parse().unwrap(), slug: Some(slug.parse().unwrap()) };
        let founded = found(&ground.doors, &keys, ground.b.user, &new).await;
        assert_eq!(founded.is_ok(), is_free, "{slug}: {founded:?}");
    }
}

/// A deleted organization is nobody's any more, and the other one is as it was.
#[tokio::test]
async fn a_deleted_organization_is_nobodys_any_more() {
    let ground = Ground::new().await;
    let mut tx = ground.tx::<organization::Delete>(&ground.a).await;
    let deleted = organizations::delete(&mut tx).await.unwrap().unwrap();
    tx.commit(Event::new("organization.deleted", deleted.1.id), ()).await.unwrap();
    let mut tx = ground.tx::<organization::Read>(&ground.a).await;
    assert_eq!(organizations::get(&mut tx).await.unwrap(), None);
    let mut tx = ground.tx::<organization::Delete>(&ground.a).await;
    assert_eq!(organizations::delete(&mut tx).await.unwrap(), None);
    let mut tx = ground.tx::<organization::Read>(&ground.b).await;
    assert!(organizations::get(&mut tx).await.unwrap().is_some());
    let mut tx = ground.doors.platform().await.unwrap();
    assert!(directory::first(&mut tx, ground.a.user).await.unwrap().is_none());
    assert!(directory::first(&mut tx, ground.b.user).await.unwrap().is_some());
}

/// RL-3. An organization is not founded under the seal of another, however the arguments are mixed.
#[tokio::test]
async fn an_organization_is_not_founded_under_another_ones_seal() {
    let ground = Ground::new().await;
    let id = OrganizationId::new();
    let new = NewOrganization { name: "New".parse().unwrap(), slug: None };
    for scope in [
        &ground.a.scope,
        &owner_scope(&ground.database.keys(), OrganizationId::new(), ground.a.user),
    ] {
        let mut tx = ground.doors.platform().await.unwrap();
        let slug = organizations::free_slug(&mut tx, id, &new).await.unwrap();
        let membership = Membership {
            organization: OrganizationSummary { id, slug, name: new.name.clone() },
            role: SystemRole::Owner,
            joined_at: ground.clock.now(),
        };
        let refused = organizations::found(&mut tx, scope, ground.a.user, &membership).await;
        assert!(matches!(refused, Err(StoreError::Database(DbError::Refused(_)))), "{refused:?}");
    }
    let made = "select count(*) from tenantry.organizations where organization_id = $1";
    assert_eq!(ground.database.count(made, id.uuid()).await, 0);
    assert!(
        found(&ground.doors, &ground.database.keys(), ground.a.user, &new).await.is_ok(),
        "control"
    );
}
