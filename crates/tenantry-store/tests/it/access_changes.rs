//! The marks of changed access: every change leaves one, whoever makes it, and none is lost between two readings.

use tenantry_core::{SessionId, UserId};
use tenantry_db::changes::Subject;
use tenantry_store::access_changes::{Changed, Reading, since};
use tenantry_store::{sessions, sweep};
use uuid::Uuid;

use crate::founding::{Ground, Owner};

/// What changed since the reading, which then goes on.
async fn news(ground: &Ground, reading: &mut Reading) -> Vec<Subject> {
    let (next, changed) = since(&ground.doors, Some(&*reading)).await.unwrap();
    *reading = next;
    match changed {
        Changed::Subjects(mut subjects) => {
            subjects.sort_by_key(|subject| format!("{subject:?}"));
            subjects
        }
        Changed::Everything => panic!("the reading did not go on"),
    }
}

async fn first(ground: &Ground) -> Reading {
    let (reading, changed) = since(&ground.doors, None).await.unwrap();
    assert_eq!(changed, Changed::Everything, "whoever has read nothing knows nothing");
    reading
}

async fn start_session(ground: &Ground, user: UserId) -> SessionId {
    let mut tx = ground.doors.platform().await.unwrap();
    let now = ground.clock.now();
    let end = now + jiff::SignedDuration::from_hours(1);
    let session = sessions::start(&mut tx, user, None, (now, end)).await.unwrap();
    tx.commit(session).await.unwrap().into_inner()
}

fn user(owner: &Owner) -> Subject {
    Subject::User(owner.user.uuid())
}

fn organization(owner: &Owner) -> Subject {
    Subject::Organization(owner.organization.id.uuid())
}

/// SE-5: the order of commits is not the order in which rows are written or transactions begin. Reading on from the last
/// number, or the last time, loses the first of the two.
#[tokio::test]
async fn a_change_that_is_written_first_and_committed_last_is_not_lost() {
    let ground = Ground::new().await;
    let mut reading = first(&ground).await;
    let rename = "update tenantry.users set name = 'Renamed' where id = $1";
    let (mut early, mut late) = (ground.database.admin().await, ground.database.admin().await);
    let slow = early.transaction().await.unwrap();
    slow.execute(rename, &[&ground.a.user.uuid()]).await.unwrap();
    let quick = late.transaction().await.unwrap();
    quick.execute(rename, &[&ground.b.user.uuid()]).await.unwrap();
    quick.commit().await.unwrap();
    assert_eq!(news(&ground, &mut reading).await, [user(&ground.b)]);
    assert_eq!(news(&ground, &mut reading).await, [], "a change is news once");
    // More transactions come and go while the first one is open.
    for _ in 0..3 {
        late.execute(rename, &[&ground.b.user.uuid()]).await.unwrap();
        assert_eq!(news(&ground, &mut reading).await, [user(&ground.b)]);
    }
    slow.commit().await.unwrap();
    assert_eq!(news(&ground, &mut reading).await, [user(&ground.a)]);
    assert_eq!(news(&ground, &mut reading).await, []);
}

/// SE-5: by hand too, and with two organizations: what is another's is not marked.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of changes and their marks")]
async fn every_change_of_access_leaves_its_mark_and_nothing_else_does() {
    let ground = Ground::new().await;
    let admin = ground.database.admin().await;
    let session = start_session(&ground, ground.a.user).await;
    let (a, b) = (&ground.a, &ground.b);
    let (ua, oa) = (a.user.uuid(), a.organization.id.uuid());
    let (ub, ob, sa) = (b.user.uuid(), b.organization.id.uuid(), session.uuid());
    let ended = Subject::Session(sa);
    let mut reading = first(&ground).await;
    for (sql, marks) in [
        (format!("update tenantry.sessions set last_used_at = now() where id = '{sa}'"), vec![]),
        (
            format!(
                "update tenantry.sessions set expires_at = expires_at - interval '1 minute' where id = '{sa}'"
            ),
            vec![ended],
        ),
        (
            format!(
                "update tenantry.sessions set ended_at = now(), end_reason = 'disabled' where id = '{sa}'"
            ),
            vec![ended],
        ),
        (format!("delete from tenantry.sessions where id = '{sa}'"), vec![ended]),
        (
            format!("update tenantry.users set email = 'other@example.com' where id = '{ua}'"),
            vec![user(a)],
        ),
        (format!("update tenantry.users set disabled_at = now() where id = '{ua}'"), vec![user(a)]),
        (
            format!(
                "insert into tenantry.memberships (organization_id, user_id, role) values ('{oa}', '{ub}', 'admin')"
            ),
            vec![user(b)],
        ),
        (
            format!(
                "update tenantry.memberships set role = 'viewer' where organization_id = '{oa}' and user_id = '{ub}'"
            ),
            vec![user(b)],
        ),
        (
            format!(
                "delete from tenantry.memberships where organization_id = '{oa}' and user_id = '{ub}'"
            ),
            vec![user(b)],
        ),
        (
            format!(
                "delete from tenantry.memberships where organization_id = '{oa}' and user_id = '{ub}'"
            ),
            vec![],
        ),
        (
            format!(
                "update tenantry.organizations set description = 'other' where organization_id = '{oa}'"
            ),
            vec![],
        ),
        (
            format!(
                "update tenantry.organizations set name = 'Other' where organization_id = '{oa}'"
            ),
            vec![organization(a)],
        ),
        (
            format!(
                "update tenantry.organizations set slug = 'other' where organization_id = '{oa}'"
            ),
            vec![organization(a)],
        ),
        (
            format!(
                "update tenantry.organization_slugs set slug = 'other' where organization_id = '{oa}'"
            ),
            vec![organization(a)],
        ),
        (
            format!(
                "update tenantry.organizations set deleted_at = now() where organization_id = '{oa}'"
            ),
            vec![organization(a)],
        ),
        (
            format!(
                "update tenantry.organizations set deleted_at = null where organization_id = '{oa}'"
            ),
            vec![organization(a)],
        ),
        (
            format!("delete from tenantry.organizations where organization_id = '{ob}'"),
            vec![organization(b), user(b)],
        ),
        (format!("delete from tenantry.users where id = '{ub}'"), vec![user(b)]),
    ] {
        admin.execute(&sql, &[]).await.unwrap();
        assert_eq!(news(&ground, &mut reading).await, marks, "{sql}");
    }
    // Signing in and signing up give access, and are no news to whoever remembers.
    start_session(&ground, a.user).await;
    assert_eq!(news(&ground, &mut reading).await, []);
}

/// SE-5: loading data, and what no row tells of, are told as one: everything.
#[tokio::test]
async fn what_is_too_much_for_marks_stands_for_everything() {
    let ground = Ground::new().await;
    let admin = ground.database.admin().await;
    let organization = ground.a.organization.id.uuid();
    admin
        .batch_execute(&format!(
            "alter table tenantry.usage_counts disable row level security;
             insert into tenantry.usage_counts (organization_id, meter, most) values ('{organization}', 'members', 5000)
                 on conflict (organization_id, meter) do update set most = 5000;
             alter table tenantry.usage_counts enable row level security;
             insert into tenantry.users (id, email, name) select gen_random_uuid(), 'load' || n || '@example.com', 'Load' from generate_series(1, 1100) n"
        ))
        .await
        .unwrap();
    let load = |count: u32| {
        format!(
            "insert into tenantry.memberships (organization_id, user_id, role) select '{organization}', u.id, 'viewer' from tenantry.users u
              where u.name = 'Load' and not exists (select from tenantry.memberships m where m.user_id = u.id) limit {count}"
        )
    };
    let mut reading = first(&ground).await;
    admin.execute(&load(90), &[]).await.unwrap();
    assert_eq!(news(&ground, &mut reading).await.len(), 90);
    for sql in [load(1_010), "truncate tenantry.sessions cascade".to_owned()] {
        admin.execute(&sql, &[]).await.unwrap();
        let (next, changed) = since(&ground.doors, Some(&reading)).await.unwrap();
        assert_eq!(changed, Changed::Everything, "{sql}");
        reading = next;
    }
    assert_eq!(news(&ground, &mut reading).await, []);
    // A kind that only a later version knows.
    admin
        .execute(
            "insert into tenantry.access_changes (kind, subject) values ('galaxy', $1)",
            &[&Uuid::nil()],
        )
        .await
        .unwrap();
    assert_eq!(since(&ground.doors, Some(&reading)).await.unwrap().1, Changed::Everything);
}

/// A mark is removed long after it could be read, and not by its own word about when it was written.
#[tokio::test]
async fn old_marks_are_removed_in_two_steps() {
    let ground = Ground::new().await;
    let admin = ground.database.admin().await;
    let left = async || -> i64 {
        admin.query_one("select count(*) from tenantry.access_changes", &[]).await.unwrap().get(0)
    };
    let sweep = async || {
        let mut tx = ground.doors.platform().await.unwrap();
        let removed = sweep::step(&mut tx, sweep::GRACE).await.unwrap();
        tx.commit(()).await.unwrap();
        removed
    };
    let before = left().await;
    assert!(before > 0, "founding an organization makes a member");
    assert_eq!(sweep().await, 0);
    let age = |column: &str, by: &str| {
        format!("update tenantry.access_changes set {column} = {column} - interval '{by}'")
    };
    admin.execute(&age("created_at", "2 hours"), &[]).await.unwrap();
    assert_eq!((sweep().await, left().await), (0, before), "seen to be old, and kept a while");
    admin.execute(&age("aged_at", "9 minutes"), &[]).await.unwrap();
    assert_eq!((sweep().await, left().await), (0, before));
    admin.execute(&age("aged_at", "2 minutes"), &[]).await.unwrap();
    assert_eq!((sweep().await, left().await), (before, 0));
}
