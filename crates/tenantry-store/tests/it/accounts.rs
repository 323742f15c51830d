//! Accounts, sessions, refresh tokens and signing keys of two users.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use tenantry_core::{SessionId, UserId};
use tenantry_store::sessions::EndReason;
use tenantry_store::signing_keys::StoredKey;
use tenantry_store::{StoreError, admissions, refresh_tokens, sessions, signing_keys, users};

use crate::founding::{Ground, Owner};

/// A session of an owner, and when it started and ends.
async fn session(ground: &Ground, owner: &Owner) -> (SessionId, Timestamp, Timestamp) {
    let now = ground.clock.now();
    let end = now + Duration::from_secs(3_600);
    let mut tx = ground.doors.platform().await.unwrap();
    let active = Some(owner.scope.organization());
    let id = sessions::start(&mut tx, owner.user, active, (now, end)).await.unwrap();
    tx.commit(id).await.unwrap();
    (id, now, end)
}

/// An address belongs to one account, and a hash is upgraded only while it is the one that was read.
#[tokio::test]
async fn an_address_belongs_to_one_account() {
    let ground = Ground::new().await;
    let email = "alpha@example.com".parse().unwrap();
    let mut tx = ground.doors.platform().await.unwrap();
    let twice = users::create(&mut tx, &email, &"Again".parse().unwrap(), "x").await;
    assert!(matches!(twice, Err(StoreError::EmailTaken)), "{twice:?}");
    let mut tx = ground.doors.platform().await.unwrap();
    let found = users::find_by_email(&mut tx, &email).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.password_hash.as_deref()), (ground.a.user, Some("a hash")));
    assert!(!users::upgrade_hash(&mut tx, ground.a.user, "another", "new").await.unwrap());
    assert!(users::upgrade_hash(&mut tx, ground.a.user, "a hash", "new").await.unwrap());
    let other = users::find_by_email(&mut tx, &"bravo@example.com".parse().unwrap()).await.unwrap();
    assert_eq!(other.unwrap().password_hash.as_deref(), Some("a hash"));
    assert!(users::get(&mut tx, UserId::new()).await.unwrap().is_none());
    assert_eq!(users::get(&mut tx, ground.b.user).await.unwrap().unwrap().id, ground.b.user);
}

/// SE-5, SE-7. A session is its user's, until it ends once; another user's is not alive for anybody else.
#[tokio::test]
async fn a_session_is_alive_for_its_own_user_until_it_ends() {
    let ground = Ground::new().await;
    let (id, now, end) = session(&ground, &ground.a).await;
    let (other, ..) = session(&ground, &ground.b).await;
    assert_ne!(id, other);
    let alive = async |user: UserId, id: SessionId, at: Timestamp| {
        admissions::session(&ground.doors, (user, id), at).await.unwrap()
    };
    assert_eq!(alive(ground.a.user, id, now).await, Some(end));
    assert_eq!(alive(ground.b.user, id, now).await, None);
    assert_eq!(alive(ground.a.user, other, now).await, None);
    assert_eq!(alive(ground.a.user, id, end).await, None);
    let (a, b) = (ground.a.scope.organization(), ground.b.scope.organization());
    let own =
        admissions::member(&ground.doors, (ground.a.user, id), a, now).await.unwrap().unwrap();
    assert_eq!(own.membership.unwrap().organization.id, a);
    let foreign = admissions::member(&ground.doors, (ground.a.user, id), b, now).await.unwrap();
    assert!(foreign.unwrap().membership.is_none());
    let mut tx = ground.doors.platform().await.unwrap();
    assert!(sessions::end(&mut tx, id, now, EndReason::Logout).await.unwrap());
    assert!(!sessions::end(&mut tx, id, now, EndReason::Reuse).await.unwrap());
    tx.commit(()).await.unwrap();
    assert_eq!(alive(ground.a.user, id, now).await, None);
    assert!(alive(ground.b.user, other, now).await.is_some());
    let member = admissions::member(&ground.doors, (ground.a.user, id), a, now).await.unwrap();
    assert!(member.is_none());
}

/// SE-2. Of many who present one token at once, one spends it.
#[tokio::test]
async fn a_token_is_spent_by_one_of_many() {
    let ground = Ground::new().await;
    for (owner, round) in [(&ground.a, 1_u8), (&ground.b, 2), (&ground.a, 3)] {
        let (id, now, end) = session(&ground, owner).await;
        let hash = [round; 32];
        let mut tx = ground.doors.platform().await.unwrap();
        refresh_tokens::store(&mut tx, &hash, (id, 1), (now, end)).await.unwrap();
        tx.commit(()).await.unwrap();
        let spend = async || {
            let mut tx = ground.doors.platform().await.unwrap();
            let spent = refresh_tokens::spend(&mut tx, &hash, now).await.unwrap();
            tx.commit(spent).await.unwrap().into_inner()
        };
        let all = join_all((0..12).map(|_| spend())).await;
        let spent: Vec<_> = all.into_iter().flatten().collect();
        assert_eq!(spent.len(), 1);
        assert_eq!((spent[0].session, spent[0].user, spent[0].generation), (id, owner.user, 1));
        let mut tx = ground.doors.platform().await.unwrap();
        let found = refresh_tokens::find_spent(&mut tx, &hash).await.unwrap().unwrap();
        assert_eq!((found.descent.user, found.live_child), (owner.user, None));
        let child = [round + 100; 32];
        refresh_tokens::store(&mut tx, &child, (id, 2), (now, end)).await.unwrap();
        let found = refresh_tokens::find_spent(&mut tx, &hash).await.unwrap().unwrap();
        assert_eq!(found.live_child.as_deref(), Some(&child[..]));
        assert!(refresh_tokens::find_spent(&mut tx, &child).await.unwrap().is_none());
        let late = now + Duration::from_secs(7_200);
        assert!(refresh_tokens::spend(&mut tx, &child, late).await.unwrap().is_none());
    }
}

/// SE-7. A session of an account that is gone is not started, and neither is a token of no session.
#[tokio::test]
async fn what_belongs_to_nothing_is_refused() {
    let ground = Ground::new().await;
    let now = ground.clock.now();
    let mut tx = ground.doors.platform().await.unwrap();
    let started = sessions::start(&mut tx, UserId::new(), None, (now, now)).await;
    assert!(matches!(started, Err(StoreError::Gone)), "{started:?}");
    let mut tx = ground.doors.platform().await.unwrap();
    let stored = refresh_tokens::store(&mut tx, &[9; 32], (SessionId::new(), 1), (now, now)).await;
    assert!(matches!(stored, Err(StoreError::Gone)), "{stored:?}");
}

/// Signing keys are shared by all servers, the newest first, without those that are retired.
#[tokio::test]
async fn signing_keys_are_listed_the_newest_first() {
    let ground = Ground::new().await;
    let now = ground.clock.now();
    let mut tx = ground.doors.platform().await.unwrap();
    signing_keys::lock(&mut tx).await.unwrap();
    for (kid, age) in [("old", 20), ("new", 10)] {
        let signs_from = now - Duration::from_secs(age);
        let key = StoredKey { kid: kid.to_owned(), wrapped: vec![1, 2, 3], signs_from };
        signing_keys::create(&mut tx, &key).await.unwrap();
    }
    let live = signing_keys::live(&mut tx, now).await.unwrap();
    let kids: Vec<&str> = live.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["new", "old"]);
}
