//! The wire to the database refuses, is cut, hangs, is slow: RE-4. What is acknowledged is there afterwards, and
//! nothing that was not.

use std::time::Duration;

use serde_json::json;
use tenantry_testkit::{App, Caller, Fault, FaultProxy};

use super::watch::{everybody_is_told, is_away, is_well_soon, stored, timed};

async fn two(app: &App) -> [Caller; 2] {
    let both = [app.owner("alpha").await, app.owner("bravo").await];
    for owner in &both {
        owner.project("before").await;
    }
    both
}

/// Nothing was saved meanwhile, and afterwards all works.
async fn nothing_was_done(app: &App, owners: &[Caller; 2]) {
    for owner in owners {
        is_well_soon(app, owner).await;
        assert_eq!(stored(app, owner).await, ["before"]);
        owner.project("then").await;
        assert_eq!(stored(app, owner).await, ["before", "then"]);
    }
}

/// RE-4: nobody listens, and the connections that there were are cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_refuses_is_a_503_and_then_all_is_well() {
    let (app, proxy) = App::behind_faults().await;
    let owners = two(&app).await;
    proxy.set(Fault::Refuse).await;
    proxy.cut();
    everybody_is_told(&app, &owners).await;
    proxy.set(Fault::Pass).await;
    nothing_was_done(&app, &owners).await;
}

/// RE-4: nothing is answered any more, on old connections and on new ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_hangs_is_a_503_within_three_seconds_and_then_all_is_well() {
    let (app, proxy) = App::behind_faults().await;
    let owners = two(&app).await;
    proxy.set(Fault::Hang).await;
    everybody_is_told(&app, &owners).await;
    // It is known by now: nobody waits for nothing a second time.
    let known = timed(owners[0].get("/api/v1/projects")).await;
    is_away(&known);
    assert!(known.1 < Duration::from_millis(500), "{:?}", known.1);
    proxy.set(Fault::Pass).await;
    nothing_was_done(&app, &owners).await;
}

/// RE-4: a request that was already waiting for its statement when the wire began to hang.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_in_flight_when_the_database_hangs_is_answered_too() {
    let (app, proxy) = App::behind_faults().await;
    let owners = two(&app).await;
    let holder = app.database.admin().await;
    let lock = "begin; lock table tenantry.projects in access exclusive mode";
    holder.batch_execute(lock).await.unwrap();
    let [first, second] = owners.clone();
    let write = async { first.post("/api/v1/projects", &json!({ "name": "in flight" })).await };
    let read = async { second.get("/api/v1/projects").await };
    let hang = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.set(Fault::Hang).await;
    };
    let (write, read, ()) = tokio::join!(timed(write), timed(read), hang);
    is_away(&write);
    is_away(&read);
    holder.batch_execute("rollback").await.unwrap();
    proxy.set(Fault::Pass).await;
    nothing_was_done(&app, &owners).await;
}

/// RE-4: connections are cut again and again under load. Each request is answered, what was acknowledged is there
/// once, and what was not acknowledged is there at most once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_under_load_lose_and_double_nothing() {
    let (app, proxy) = App::behind_faults().await;
    let owners = two(&app).await;
    let mut writers = tokio::task::JoinSet::new();
    for (number, owner) in owners.iter().cycle().take(4).enumerate() {
        let owner = owner.clone();
        writers.spawn(async move {
            let mut acknowledged = Vec::new();
            for round in 0..40 {
                let name = format!("w{number}-{round:02}");
                let sent = timed(owner.post("/api/v1/projects", &json!({ "name": name }))).await;
                match sent.0.status {
                    201 => acknowledged.push(name),
                    _ => {
                        is_away(&sent);
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                }
            }
            (owner.organization, acknowledged)
        });
    }
    let cutting = async {
        loop {
            tokio::time::sleep(Duration::from_millis(600)).await;
            proxy.cut();
        }
    };
    let acknowledged = tokio::select! {
        () = cutting => unreachable!("it goes on for ever"),
        done = writers.join_all() => done,
    };
    let mut failed = 160;
    for owner in &owners {
        is_well_soon(&app, owner).await;
        let mine = acknowledged.iter().filter(|(owns, _)| *owns == owner.organization);
        let mine: Vec<&String> = mine.flat_map(|(_, names)| names).collect();
        failed -= mine.len();
        let there = stored(&app, owner).await;
        assert!(mine.iter().all(|name| there.contains(name)), "{mine:?} {there:?}");
        assert!(there.windows(2).all(|pair| pair[0] != pair[1]), "doubled: {there:?}");
    }
    assert!((1..160).contains(&failed), "{failed} of 160 were refused");
    println!("{failed} of 160 were refused");
}

/// A slow wire is no outage: everybody is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_wire_is_served_all_the_same() {
    let (app, proxy) = App::behind_faults().await;
    let owners = two(&app).await;
    proxy.set(Fault::Latency(Duration::from_millis(60))).await;
    for owner in &owners {
        owner.project("slowly").await;
        assert_eq!(owner.get("/readyz").await.status, 200);
        assert_eq!(stored(&app, owner).await, ["before", "slowly"]);
    }
}

/// RE-4: while the database is away, the number of tries does not grow with that of the requests; and when it is back,
/// there are no more new connections than the pools hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_are_no_thundering_herd() {
    let (app, proxy): (App, FaultProxy) = App::behind_faults().await;
    let owners = two(&app).await;
    proxy.set(Fault::Hang).await;
    everybody_is_told(&app, &owners).await;
    let before = proxy.accepted();
    for _ in 0..200 {
        is_away(&timed(owners[0].get("/api/v1/projects")).await);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let during = proxy.accepted() - before;
    assert!(during <= 20, "{during} connections while it was away");
    let before = proxy.accepted();
    proxy.set(Fault::Pass).await;
    is_well_soon(&app, &owners[0]).await;
    let mut requests = tokio::task::JoinSet::new();
    for owner in owners.iter().cycle().take(100) {
        let owner = owner.clone();
        requests.spawn(async move { owner.get("/api/v1/projects").await.status });
    }
    let statuses = requests.join_all().await;
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    let after = proxy.accepted() - before;
    // Four of the request path, two of the platform, one that asks, and tries that were under way.
    assert!(after <= 4 + 2 + 1 + 3, "{after} connections when it was back");
}
