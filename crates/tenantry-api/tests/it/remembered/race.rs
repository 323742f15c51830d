//! A reading that a change overtakes: it began before the change and is answered after it, and what it answers must not
//! be remembered. The database is made to keep the reading waiting, with the rows of before in its snapshot.

use std::time::{Duration, Instant};

use tenantry_db::changes::Subject;
use tenantry_testkit::Watching;

use super::stage::{Stage, holds};

/// SE-5, JW-9
#[tokio::test]
async fn what_was_read_before_a_change_and_answered_after_it_is_not_remembered() {
    let stage = Stage::set().await;
    let _watching = Watching::over(&stage.app.service, stage.app.database.tasks()).await;
    let mut admin = stage.app.database.admin().await;
    // Once before: the door asks the catalog about a statement first, and that question would wait in the reading's place.
    assert_eq!(holds(&stage.member, stage.acme(), "project:create").await, Ok(true));
    for role in ["viewer", "member", "viewer"] {
        let before = role == "viewer";
        // So that the database is asked, whatever is remembered of the round before.
        stage.changes().note(&[Subject::User(stage.member.user.uuid())]);
        let tx = admin.transaction().await.unwrap();
        // The reading takes its snapshot, and then waits in the function that asks for the membership.
        tx.batch_execute("lock table tenantry.memberships in access exclusive mode").await.unwrap();
        let reading = holds(&stage.member, stage.acme(), "project:create");
        let changing = async {
            let waiting = "select count(*) from pg_locks where relation = 'tenantry.memberships'::regclass and not granted";
            let began = Instant::now();
            while tx.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
                assert!(began.elapsed() < Duration::from_secs(20), "the reading does not wait");
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let change = format!(
                "update tenantry.memberships set role = '{role}' where organization_id = '{}' and user_id = '{}'",
                stage.acme().uuid(),
                stage.member.user.uuid()
            );
            tx.batch_execute(&change).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (overtaken, ()) = tokio::join!(reading, changing);
        assert_eq!(overtaken, Ok(before), "the reading saw what was before the change");
        let began = Instant::now();
        while holds(&stage.member, stage.acme(), "project:create").await == Ok(before) {
            assert!(began.elapsed() < Duration::from_secs(2), "the overtaken answer is remembered");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        println!("overtaken by {role}: right again after {:?}", began.elapsed());
        // And what is read now is remembered.
        let hits = stage.hits();
        assert_eq!(holds(&stage.member, stage.acme(), "project:create").await, Ok(!before));
        assert!(stage.hits() > hits);
    }
}
