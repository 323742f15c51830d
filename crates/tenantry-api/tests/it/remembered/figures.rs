//! What remembering saves: questions to the database, counted on the wire, and time. The times are printed.

use std::time::Instant;

use tenantry_testkit::{App, FaultProxy, TestDatabase, Watching};

use super::stage::warm;

/// A whole `/auth/me` asks the database nothing, and neither does a permission check.
#[tokio::test]
async fn who_is_remembered_costs_the_database_nothing() {
    let database = TestDatabase::create().await;
    let proxy = FaultProxy::start(&database.target().config, database.tasks());
    let app = App::behind(&proxy, database, 4).await;
    let owner = app.owner("acme").await;
    let ask = async |times: u32| {
        proxy.flights();
        let began = Instant::now();
        for _ in 0..times {
            assert_eq!(owner.get("/auth/me").await.status, 200);
        }
        (began.elapsed() / times, proxy.flights())
    };
    ask(20).await;
    let (asked, questions) = ask(100).await;
    assert!(questions >= 400, "nobody watches, so each request asks: {questions}");
    let _watching = Watching::over(&app.service, app.database.tasks()).await;
    warm(&owner, owner.organization).await;
    let (remembered, left) = ask(1_000).await;
    println!(
        "/auth/me: {asked:?} and {} questions a request; remembered {remembered:?}",
        questions / 100
    );
    // The watcher reads twice a second meanwhile, and the books are not kept here.
    assert!(left < 100, "{left} questions for 1,000 requests");
}
