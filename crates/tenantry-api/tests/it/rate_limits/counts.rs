//! Requests of the month, from memory to the table.

use std::time::Duration;

use tenantry_testkit::{App, Caller, TestDatabase};
use tokio::sync::oneshot;

/// What is saved, by period.
async fn saved(database: &TestDatabase, caller: &Caller) -> Vec<(String, i64)> {
    let select = "select period::text, requests from tenantry.request_counts where organization_id = $1 order by 1";
    let rows = database.admin().await.query(select, &[&caller.organization.uuid()]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test]
async fn requests_are_counted_by_organization_and_month_and_saved_when_the_server_stops() {
    let app = App::start().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let month = |app: &App| {
        let now = app.clock.now().to_zoned(jiff::tz::TimeZone::UTC);
        now.date().first_of_month().to_string()
    };
    let first = month(&app);
    for _ in 0..7 {
        assert_eq!(acme.get("/api/v1/projects").await.status, 200);
    }
    let foreign = acme.with_header("x-organization-id", globex.organization.to_string());
    assert_eq!(foreign.get("/api/v1/projects").await.status, 404);
    assert_eq!(globex.get("/api/v1/projects").await.status, 200);
    app.service.keep_books(std::future::ready(())).await;
    assert_eq!(saved(&app.database, &acme).await, [(first.clone(), 7)]);
    assert_eq!(saved(&app.database, &globex).await, [(first.clone(), 1)]);

    // Months are told apart, and nothing is saved twice.
    app.clock.advance(32 * 24 * 60 * 60);
    let mut acme = acme;
    acme.use_token(&app.login("acme").await);
    assert_eq!(acme.get("/api/v1/projects").await.status, 200);
    app.service.keep_books(std::future::ready(())).await;
    app.service.keep_books(std::future::ready(())).await;
    assert_eq!(saved(&app.database, &acme).await, [(first, 7), (month(&app), 1)]);
}

/// RE-4: what cannot be saved is kept.
#[tokio::test]
async fn counts_wait_while_the_database_refuses_them_and_no_client_notices() {
    let app = App::start().await;
    let (acme, globex) = (app.owner("acme").await, app.owner("globex").await);
    let admin = app.database.admin().await;
    admin.batch_execute("alter table tenantry.request_counts rename to elsewhere; alter table tenantry.rate_windows rename to gone").await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let service = app.service.clone();
    let books = async { service.keep_books(async { drop(stopped.await) }).await };
    let requests = async {
        for _ in 0..5 {
            assert_eq!(acme.get("/api/v1/projects").await.status, 200);
            assert_eq!(globex.get("/api/v1/projects").await.status, 200);
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        admin.batch_execute("alter table tenantry.elsewhere rename to request_counts; alter table tenantry.gone rename to rate_windows").await.unwrap();
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while saved(&app.database, &acme).await.is_empty() {
            assert!(std::time::Instant::now() < deadline, "nothing was saved");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        stop.send(()).unwrap();
    };
    tokio::join!(books, requests);
    for owner in [&acme, &globex] {
        assert_eq!(
            saved(&app.database, owner).await.first().map(|(_, requests)| *requests),
            Some(5)
        );
    }
}
