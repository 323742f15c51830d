//! On every other node a change holds within two seconds, also when no announcement of it arrives; usually within a few
//! milliseconds. The figures are printed.

use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_api::Edge;
use tenantry_testkit::{Caller, Watching};

use super::stage::{Stage, holds, warm};

/// SE-5, JW-9, AK-7: for every other node.
const LIMIT: Duration = Duration::from_secs(2);

/// What is done to whom.
const CHANGES: [&str; 5] =
    ["demoted", "removed", "signed out", "disabled", "the organization deleted"];

/// Makes a change on the first node, or by hand where there is no operation for it.
async fn change(stage: &Stage, what: &str) {
    let Stage { app, owner, admin, .. } = stage;
    let organization = format!("/api/v1/organizations/{}", stage.acme());
    let member = format!("{organization}/members/{}", admin.user);
    let status = match what {
        "demoted" => owner.patch(&member, &json!({ "role": "member" })).await.status,
        "removed" => owner.delete(&member).await.status,
        "signed out" => admin.post("/auth/logout", &json!(null)).await.status,
        "disabled" => {
            let sql = format!(
                "update tenantry.users set disabled_at = now() where id = '{}'",
                admin.user.uuid()
            );
            app.database.admin().await.batch_execute(&sql).await.unwrap();
            204
        }
        _ => owner.delete(&organization).await.status,
    };
    assert!((200..300).contains(&status), "{what}: {status}");
}

/// How long the other node goes on letting somebody do what was allowed before.
async fn until_it_holds(stage: &Stage, there: &Caller) -> Duration {
    let began = Instant::now();
    while holds(there, stage.acme(), "member:remove").await == Ok(true) {
        assert!(began.elapsed() < Duration::from_secs(20), "it never holds");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    began.elapsed()
}

/// Plays all changes with two watched nodes; answers how long each took on the other one.
async fn play(silence: bool) -> Vec<Duration> {
    let mut took = Vec::new();
    for what in CHANGES {
        let stage = Stage::set().await;
        let other = stage.app.beside(Edge::default()).await;
        let tasks = stage.app.database.tasks();
        let _here = Watching::over(&stage.app.service, tasks).await;
        let _there = Watching::over(&other.service, tasks).await;
        if silence {
            silence_notices(&stage).await;
        }
        let (admin, north) = (other.caller(&stage.admin), other.caller(&stage.north));
        warm(&admin, stage.acme()).await;
        warm(&north, stage.north.organization).await;
        assert_eq!(holds(&admin, stage.acme(), "member:remove").await, Ok(true));
        change(&stage, what).await;
        took.push(until_it_holds(&stage, &admin).await);
        warm(&north, stage.north.organization).await;
    }
    took
}

/// No announcement leaves the database any more, and the marks are written as before.
async fn silence_notices(stage: &Stage) {
    let admin = stage.app.database.admin().await;
    admin
        .batch_execute(
            "create or replace function tenantry.mark_access_change(what text, whom uuid[]) returns void
                 language plpgsql set search_path = pg_catalog, pg_temp as $$
             begin
                 insert into tenantry.access_changes (kind, subject) select distinct what, w from unnest(whom) w
                     on conflict do nothing;
             end $$",
        )
        .await
        .unwrap();
}

fn judge(took: &[Duration], how: &str) {
    for (what, took) in CHANGES.iter().zip(took) {
        println!("on another node, {how}: {what} holds after {took:?}");
        assert!(*took < LIMIT, "{what}: {took:?}");
    }
}

/// SE-5, JW-9, AK-7
#[tokio::test]
async fn a_change_holds_on_another_node() {
    judge(&play(false).await, "announced");
}

/// SE-5, JW-9, AK-7
#[tokio::test]
async fn a_change_holds_on_another_node_when_its_announcement_is_lost() {
    judge(&play(true).await, "unannounced");
}

/// SE-5: killed connections are opened again, and what happened meanwhile is read.
#[tokio::test]
async fn a_node_that_loses_its_listening_connection_goes_on() {
    let stage = Stage::set().await;
    let _here = Watching::over(&stage.app.service, stage.app.database.tasks()).await;
    let superuser = stage.app.database.admin().await;
    for round in 0..3 {
        warm(&stage.member, stage.acme()).await;
        superuser
            .batch_execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'")
            .await
            .unwrap();
        let role = if round % 2 == 0 { "viewer" } else { "member" };
        let sql = format!(
            "update tenantry.memberships set role = '{role}' where user_id = '{}' and organization_id = '{}'",
            stage.member.user.uuid(),
            stage.acme().uuid()
        );
        superuser.batch_execute(&sql).await.unwrap();
        let began = Instant::now();
        while holds(&stage.member, stage.acme(), "project:create").await != Ok(role == "member") {
            assert!(began.elapsed() < LIMIT, "round {round}");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        println!("by hand, with the listening connection killed: {:?}", began.elapsed());
    }
}
