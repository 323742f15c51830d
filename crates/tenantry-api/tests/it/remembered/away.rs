//! A database that does not answer: what is remembered is believed for a moment more, and then no longer.

use std::time::{Duration, Instant};

use tenantry_core::SystemRole;
use tenantry_db::changes::UNSEEN;
use tenantry_testkit::{App, Fault, Watching};

/// SE-5: nobody can hear of a change, so nothing is believed.
#[tokio::test]
async fn without_the_database_nothing_remembered_is_believed_for_long() {
    let (app, proxy) = App::behind_faults().await;
    let owner = app.owner("acme").await;
    let member = app.member("mia", owner.organization, SystemRole::Member).await;
    let _watching = Watching::over(&app.service, app.database.tasks()).await;
    for _ in 0..2 {
        assert_eq!(member.get("/auth/me").await.status, 200);
    }
    proxy.set(Fault::Hang).await;
    let began = Instant::now();
    let mut last = None;
    loop {
        let at = began.elapsed();
        let answer = member.get("/auth/me").await;
        if answer.status != 200 {
            assert_eq!(answer.status, 503, "{}", answer.text);
            break;
        }
        last = Some(at);
        assert!(at < UNSEEN + Duration::from_millis(500), "still remembered after {at:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("the last remembered answer began {last:?} after the database was gone");
    // Changed while this server could not hear of it.
    let sql = format!(
        "update tenantry.sessions set ended_at = now(), end_reason = 'disabled' where user_id = '{}'",
        member.user.uuid()
    );
    app.database.admin().await.batch_execute(&sql).await.unwrap();
    proxy.set(Fault::Pass).await;
    let began = Instant::now();
    loop {
        match member.get("/auth/me").await.status {
            401 => break,
            503 => assert!(began.elapsed() < Duration::from_secs(20), "it does not come back"),
            other => panic!("{other}: the session has ended"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // And the owner, whose session goes on, is remembered again.
    let hits = || app.identity.memories().iter().map(|memory| memory.hits).sum::<u64>();
    let began = Instant::now();
    loop {
        let before = hits();
        assert_eq!(owner.get("/auth/me").await.status, 200);
        // The token is always known.
        if hits() > before + 1 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nothing is remembered any more");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
