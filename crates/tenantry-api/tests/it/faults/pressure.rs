//! Connections run out: RE-6. Whether the service is well is asked past the pools.

use std::time::Duration;

use tenantry_core::permission::project;
use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::{Actor, Clock, RequestId, SessionId, SystemRole, TenantScope};
use tenantry_testkit::{App, Caller};

use super::watch::{LIMIT, is_away, is_well_soon, timed};

fn scope_of(app: &App, owner: &Caller) -> TenantScope {
    app.database.keys().admit(Admission {
        actor: Actor::User(owner.user),
        organization: owner.organization,
        role: SystemRole::Owner,
        project: None,
        via: Via::Session(SessionId::new()),
        origin: Origin { request: RequestId::new(), address: None },
        expires_at: Clock::system().unix_seconds() + 3_600,
    })
}

/// RE-6: transactions that do not end hold every connection. Health is asked past them; requests get a 503 within
/// three seconds; when they end, requests are served within two.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_connection_stuck_health_answers_and_requests_get_a_503() {
    let app = App::start().await;
    let owners = [app.owner("alpha").await, app.owner("bravo").await];
    let mut stuck = Vec::new();
    for number in 0..app.database.target().connections {
        let reader = scope_of(&app, &owners[number % 2]).authorize::<project::Read>().unwrap();
        stuck.push(app.doors.tenant(&reader).await.unwrap());
    }
    let mut requests = tokio::task::JoinSet::new();
    for owner in owners.iter().cycle().take(8) {
        let owner = owner.clone();
        requests.spawn(async move { timed(owner.get("/api/v1/projects")).await });
    }
    for path in ["/livez", "/readyz", "/"] {
        let (answer, took) = timed(app.anonymous().get(path)).await;
        assert!(answer.status == 200 && took < Duration::from_secs(1), "{path} {took:?}");
    }
    requests.join_all().await.iter().for_each(is_away);
    drop(stuck);
    for owner in &owners {
        is_well_soon(&app, owner).await;
    }
}

/// RE-6: also when the platform's own connections are stuck, waiting for both is no longer than waiting for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_waits_two_seconds_in_all_and_not_for_each_pool() {
    let app = App::start().await;
    let owners = [app.owner("alpha").await, app.owner("bravo").await];
    let reader = scope_of(&app, &owners[0]).authorize::<project::Read>().unwrap();
    let mut stuck = Vec::new();
    for _ in 0..app.database.target().connections {
        stuck.push(app.doors.tenant(&reader).await.unwrap());
    }
    let accounts = [app.doors.platform().await.unwrap(), app.doors.platform().await.unwrap()];
    let release = async {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        drop(accounts);
    };
    let (answer, ()) = tokio::join!(timed(owners[1].get("/api/v1/projects")), release);
    is_away(&answer);
    assert!(answer.1 < LIMIT && answer.1 > Duration::from_millis(1_800), "{:?}", answer.1);
}

/// RE-6: many ask whether it is ready, one connection answers; and the answer is shared.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_questions_about_health_take_one_connection() {
    let (app, proxy) = App::behind_faults().await;
    let owners = [app.owner("alpha").await, app.owner("bravo").await];
    assert_eq!(owners[0].get("/readyz").await.status, 200);
    let before = proxy.accepted();
    proxy.flights();
    let mut requests = tokio::task::JoinSet::new();
    for owner in owners.iter().cycle().take(1_000) {
        let owner = owner.clone();
        requests.spawn(async move { owner.get("/readyz").await.status });
    }
    assert!(requests.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(proxy.accepted(), before);
    assert!(proxy.flights() <= 10, "every request asked the database");
}
