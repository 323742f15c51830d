//! Two servers on one database, with one quota between them.

use tenantry_api::{Edge, RateLimits};
use tenantry_testkit::{App, Caller};

/// RT-2: at three times the rate that is allowed, two servers let through what one would, and 5 % more at most.
#[tokio::test]
async fn two_servers_share_one_quota_and_overshoot_by_five_percent_at_most() {
    const QUOTA: u32 = 600;
    let edge = Edge {
        rate_limits: RateLimits { organization: QUOTA, key: 0, address: 0 },
        ..Edge::default()
    };
    let app = App::with_edge(edge.clone()).await;
    let other = app.beside(edge).await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let elsewhere = |caller: &Caller| other.caller(caller);
    // To the beginning of a window of this organization.
    let phase = i64::try_from(acme.organization.uuid().as_u128() % 60).unwrap();
    app.clock.advance(60 - (app.clock.unix_seconds() - phase).rem_euclid(60));
    let (here, there) = (acme.clone(), elsewhere(&acme));
    let mut allowed = 0;
    for second in 0..60 {
        // Three times the quota, half of it at each server.
        for _ in 0..(QUOTA * 3 / 60 / 2) {
            for caller in [&here, &there] {
                match caller.get("/api/v1/projects").await.status {
                    200 => allowed += 1,
                    status => assert_eq!(status, 429),
                }
            }
        }
        app.service.exchange_counts().await.unwrap();
        other.service.exchange_counts().await.unwrap();
        if second < 59 {
            app.clock.advance(1);
        }
    }
    println!("two servers allowed {allowed} of a quota of {QUOTA}");
    assert!((QUOTA..=QUOTA + QUOTA / 20).contains(&allowed), "{allowed}");
    // The other organization was not touched by it, at either server.
    for caller in [&globex, &elsewhere(&globex)] {
        assert_eq!(caller.get("/api/v1/projects").await.status, 200);
    }
    app.clock.advance(1);
    assert_eq!(there.get("/api/v1/projects").await.status, 200, "the next window");
}
