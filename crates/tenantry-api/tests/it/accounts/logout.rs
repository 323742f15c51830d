//! `POST /auth/logout`

use http::Method;
use serde_json::json;
use tenantry_testkit::App;

use crate::problem::assert_problem;
use crate::superuser::Superuser;

/// SE-5
#[tokio::test]
async fn signing_out_ends_access_and_refresh_at_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let other = acme.with_token(app.login("acme").await.str("/access_token"));
    let answer = acme.send(Method::POST, "/auth/logout", None).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(superuser.account_events(&answer).await, ["session.ended"]);
    assert_eq!(
        superuser.ask("select end_reason from tenantry.sessions where ended_at is not null").await,
        ["logout"]
    );
    for path in [
        "/auth/me",
        "/api/v1/projects",
        "/api/v1/organizations",
        "/api/v1/organizations/current",
        "/api/v1/organizations/nowhere",
    ] {
        assert_problem(&acme.get(path).await, 401, "unauthenticated");
    }
    let refresh = acme.post("/auth/refresh", &json!({ "refresh_token": acme.refresh })).await;
    assert_problem(&refresh, 401, "invalid_refresh_token");
    assert_eq!(other.get("/auth/me").await.status, 200);
    // Again is a 401, and records nothing.
    let again = acme.send(Method::POST, "/auth/logout", None).await;
    assert_problem(&again, 401, "unauthenticated");
    assert_eq!(superuser.account_events(&again).await, Vec::<String>::new());
}
