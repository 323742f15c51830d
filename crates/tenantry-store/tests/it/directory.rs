//! Which organizations a user is in.

use tenantry_core::{OrganizationId, Page, SystemRole, UserId};
use tenantry_store::directory;
use tenantry_store::organizations::NewOrganization;

use crate::founding::{Ground, found};

/// A user's list has the user's memberships, in pages, the newest first, and nobody else's.
#[tokio::test]
async fn a_users_memberships_are_listed_in_pages_and_nobody_elses() {
    let ground = Ground::new().await;
    let keys = ground.database.keys();
    let mut founded = vec![ground.a.scope.organization()];
    for number in 0..4 {
        let new = NewOrganization { name: format!("More {number}").parse().unwrap(), slug: None };
        let owner = found(&ground.doors, &keys, ground.a.user, &new).await.unwrap();
        founded.push(owner.scope.organization());
    }
    let mut tx = ground.doors.platform().await.unwrap();
    let first = directory::first(&mut tx, ground.a.user).await.unwrap().unwrap();
    assert_eq!(first.organization.id, founded[0]);
    founded.reverse();
    let mut page = Page { limit: 2, after: None };
    let mut listed = Vec::new();
    loop {
        let answer = directory::list(&mut tx, ground.a.user, &page).await.unwrap();
        listed.extend(answer.data.iter().map(|membership| membership.organization.id));
        page.after = answer.next;
        if page.after.is_none() {
            break;
        }
    }
    assert_eq!(listed, founded);
    let theirs =
        directory::list(&mut tx, ground.b.user, &Page { limit: 10, after: None }).await.unwrap();
    assert_eq!(theirs.data.len(), 1);
    assert_eq!(theirs.data[0].organization.id, ground.b.scope.organization());
    let nobodys = directory::list(&mut tx, UserId::new(), &page).await.unwrap();
    assert!(nobodys.data.is_empty());
}

/// AZ-1. A membership is one user's in one organization; a stranger has none there, as nobody has in none.
#[tokio::test]
async fn a_membership_is_one_users_in_one_organization() {
    let ground = Ground::new().await;
    let mut tx = ground.doors.platform().await.unwrap();
    for (own, other) in [(&ground.a, &ground.b), (&ground.b, &ground.a)] {
        let own_id = own.scope.organization();
        let membership = directory::get(&mut tx, own.user, own_id).await.unwrap().unwrap();
        assert_eq!((membership.role, membership.organization.id), (SystemRole::Owner, own_id));
        for organization in [other.scope.organization(), OrganizationId::new()] {
            assert!(directory::get(&mut tx, own.user, organization).await.unwrap().is_none());
        }
    }
}
