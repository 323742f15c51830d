//! The connection dies over COMMIT: RE-7. Nobody knows whether the change was saved, and nobody is told that it was
//! or was not.

use serde_json::json;
use tenantry_testkit::{App, Caller, Fault};

use super::watch::{LIMIT, is_well_soon, stored, timed};

/// A project that loses its COMMIT, in words of its own.
async fn is_uncertain(owner: &Caller, name: &str) {
    let (answer, took) = timed(owner.post("/api/v1/projects", &json!({ "name": name }))).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.headers.contains_key("retry-after"));
    assert!(answer.str("/detail").contains("while saving"), "{}", answer.text);
    assert!(!answer.text.contains("Nothing was changed"), "{}", answer.text);
    assert!(took < LIMIT, "{took:?}");
}

/// RE-7: a hundred answers to COMMIT are lost, half of them after it arrived and half with it. Every 201 is there, what
/// was cut before COMMIT is not, what was cut after it is there once, each with its record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_lost_answers_to_commit_no_acknowledgement_is_wrong() {
    let (app, proxy) = App::behind_faults().await;
    let owners = [app.owner("alpha").await, app.owner("bravo").await];
    for round in 0..50 {
        let owner = &owners[round % 2];
        owner.project(&format!("{round:02} acknowledged")).await;
        proxy.set(Fault::LoseCommit).await;
        is_uncertain(owner, &format!("{round:02} arrived")).await;
        proxy.set(Fault::Pass).await;
        is_well_soon(&app, owner).await;
        proxy.set(Fault::CutCommit).await;
        is_uncertain(owner, &format!("{round:02} cut")).await;
        proxy.set(Fault::Pass).await;
        is_well_soon(&app, owner).await;
    }
    assert_eq!(proxy.lost(), 100);
    for (number, owner) in owners.iter().enumerate() {
        let mine = (0..50).filter(|round| round % 2 == number);
        let expected: Vec<String> = mine
            .flat_map(|round| [format!("{round:02} acknowledged"), format!("{round:02} arrived")])
            .collect();
        assert_eq!(stored(&app, owner).await, expected);
        let records = "select count(*) from tenantry.audit_events where organization_id = $1 and action = 'project.created'";
        let records = app.database.count(records, owner.organization.uuid()).await;
        assert_eq!(records, i64::try_from(expected.len()).unwrap());
    }
}

/// RE-4, RE-7: the wire hangs over COMMIT: the answer is the same, within three seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_hangs_is_uncertain_too() {
    let (app, proxy) = App::behind_faults().await;
    let owners = [app.owner("alpha").await, app.owner("bravo").await];
    // Deferred to the commit, which then takes its time.
    let admin = app.database.admin().await;
    admin
        .batch_execute(
            "create function public.dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(2); return null; end $$; \
             create constraint trigger dawdle after insert on tenantry.projects deferrable initially deferred \
             for each row execute function public.dawdle()",
        )
        .await
        .unwrap();
    let hang = async {
        tokio::time::sleep(std::time::Duration::from_millis(800)).await;
        proxy.set(Fault::Hang).await;
    };
    tokio::join!(is_uncertain(&owners[0], "perhaps"), hang);
    proxy.set(Fault::Pass).await;
    is_well_soon(&app, &owners[1]).await;
    assert!(stored(&app, &owners[1]).await.is_empty());
}
