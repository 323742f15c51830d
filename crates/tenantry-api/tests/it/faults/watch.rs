//! What people who send requests see of a fault.

use std::time::{Duration, Instant};

use serde_json::json;
use tenantry_testkit::{Answer, App, Caller};

/// No request takes longer, whatever happens to the database (RE-4); half a second for a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_millis(3_500);

/// A request and how long it took.
pub(crate) async fn timed(request: impl Future<Output = Answer>) -> (Answer, Duration) {
    let started = Instant::now();
    let answer = request.await;
    (answer, started.elapsed())
}

/// The answer says that the database is away, in time, and when to come back.
pub(crate) fn is_away((answer, took): &(Answer, Duration)) {
    assert_eq!(answer.status, 503, "{}", answer.text);
    assert!(answer.headers.contains_key("retry-after"), "{:?}", answer.headers);
    assert_eq!(answer.str("/code"), "unavailable", "{}", answer.text);
    assert!(*took < LIMIT, "{took:?}: {}", answer.text);
}

/// Requests of all kinds at once: each is answered 503 in time. Only the process itself is well.
pub(crate) async fn everybody_is_told(app: &App, callers: &[Caller]) {
    let mut requests = tokio::task::JoinSet::new();
    for caller in callers.iter().cycle().take(12) {
        let caller = caller.clone();
        requests.spawn(async move {
            let list = timed(caller.get("/api/v1/projects")).await;
            let created =
                timed(caller.post("/api/v1/projects", &json!({ "name": "during" }))).await;
            [list, created]
        });
    }
    let nobody = app.anonymous();
    requests.spawn(async move {
        [timed(nobody.get("/readyz")).await, timed(nobody.get("/readyz")).await]
    });
    for answers in requests.join_all().await {
        answers.iter().for_each(is_away);
    }
    let (live, took) = timed(app.anonymous().get("/livez")).await;
    assert!(live.status == 200 && took < Duration::from_secs(1), "{took:?} {}", live.text);
    let (page, took) = timed(app.anonymous().get("/")).await;
    assert!(page.status == 200 && took < LIMIT, "{took:?}");
}

/// The fault is over: how long until the first 200, and until `/readyz` says so; both within two seconds (RE-4),
/// and one more for a busy machine.
pub(crate) async fn is_well_soon(app: &App, caller: &Caller) {
    let started = Instant::now();
    for path in ["/api/v1/projects", "/readyz"] {
        while caller.get(path).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(started.elapsed() < Duration::from_secs(3), "{path}");
        }
        println!("{path}: {:?} after the fault", started.elapsed());
    }
    assert_eq!(app.anonymous().get("/livez").await.status, 200);
}

/// The names of somebody's projects, as the superuser sees them.
pub(crate) async fn stored(app: &App, owner: &Caller) -> Vec<String> {
    let sql = "select name from tenantry.projects where organization_id = $1 order by name";
    let admin = app.database.admin().await;
    let rows = admin.query(sql, &[&owner.organization.uuid()]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}
