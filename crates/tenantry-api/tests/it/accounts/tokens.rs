//! Access tokens at the door: their edges in time, and everything else that looks like one.

use http::Method;
use serde_json::json;
use tenantry_testkit::App;

use crate::problem::assert_problem;

/// SE-1
#[tokio::test]
async fn an_access_token_ends_to_the_second() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    app.clock.advance(15 * 60 - 1);
    assert_eq!(acme.get("/auth/me").await.status, 200);
    assert_eq!(acme.get("/api/v1/projects").await.status, 200);
    app.clock.advance(1);
    for path in ["/auth/me", "/api/v1/projects"] {
        let answer = acme.get(path).await;
        assert_problem(&answer, 401, "unauthenticated");
        assert!(answer.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"));
    }
    // A clock that goes back does not bring it to life before it was made.
    app.clock.advance(-15 * 60 - 10);
    assert_problem(&acme.get("/auth/me").await, 401, "unauthenticated");
}

/// JW-4: every kind of secret at every place that takes one; only the diagonal passes.
#[tokio::test]
async fn a_secret_is_good_for_one_purpose_only() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    for name in ["One", "Two", "Three"] {
        acme.project(name).await;
    }
    let page = acme.get("/api/v1/projects?limit=1").await;
    let cursor = page.str("/next_cursor").to_owned();
    let seal = format!("v1.k.{}.usr:x.owner.9999999999.0.00", acme.organization.uuid());
    let kinds = [
        ("access", acme.token.clone().unwrap()),
        ("refresh", acme.refresh.clone()),
        ("cursor", cursor),
        ("seal", seal),
        ("user", acme.user.to_string()),
        ("organization", acme.organization.to_string()),
        ("password", tenantry_testkit::PASSWORD.to_owned()),
    ];
    for (kind, secret) in &kinds {
        let bearer = app.anonymous().with_token(secret).get("/api/v1/projects").await.status;
        assert_eq!(bearer, if *kind == "access" { 200 } else { 401 }, "{kind} as bearer");
        let listed = acme.get(&format!("/api/v1/projects?limit=1&cursor={secret}")).await.status;
        assert_eq!(listed, if *kind == "cursor" { 200 } else { 400 }, "{kind} as cursor");
        if *kind != "refresh" {
            let refreshed =
                app.anonymous().post("/auth/refresh", &json!({ "refresh_token": secret })).await;
            assert_problem(&refreshed, 401, "invalid_refresh_token");
        }
    }
    assert_eq!(
        app.anonymous()
            .post("/auth/refresh", &json!({ "refresh_token": acme.refresh }))
            .await
            .status,
        200
    );
}

/// JW-1, JW-2, JW-7, AK-9
#[tokio::test]
async fn nothing_but_one_bearer_token_in_one_header_is_a_credential() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let token = acme.token.clone().unwrap();
    let [head, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    // {"alg":"none","typ":"at+jwt"} and {"alg":"HS256","typ":"at+jwt"}
    let (none, hmac) =
        ("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9");
    for value in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Basic {token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer  {token}x"),
        format!("Bearer {token}."),
        format!("Bearer {head}.{payload}."),
        format!("Bearer {head}.{payload}"),
        format!("Bearer {none}.{payload}."),
        format!("Bearer {none}.{payload}.{signature}"),
        format!("Bearer {hmac}.{payload}.{signature}"),
        format!("Bearer {head}.{payload}.{signature}=="),
        format!("Bearer {payload}.{head}.{signature}"),
        format!("Bearer {}", "a".repeat(9_000)),
        format!("Bearer {}", ".".repeat(500)),
        format!("Bearer {head}.{payload}.{}", signature.to_uppercase()),
        format!("Bearer\t{token}"),
    ] {
        let answer =
            app.anonymous().with_header("authorization", value.clone()).get("/auth/me").await;
        assert_problem(&answer, 401, "unauthenticated");
        assert!(!answer.text.contains(payload), "{value}");
    }
    let twice = acme.with_header("authorization", format!("Bearer {token}"));
    assert_problem(&twice.get("/auth/me").await, 401, "unauthenticated");
    for elsewhere in [format!("/auth/me?access_token={token}"), format!("/auth/me?token={token}")] {
        assert_problem(&app.anonymous().get(&elsewhere).await, 401, "unauthenticated");
    }
    for name in ["cookie", "x-api-key", "x-access-token", "proxy-authorization"] {
        let answer =
            app.anonymous().with_header(name, format!("Bearer {token}")).get("/auth/me").await;
        assert_problem(&answer, 401, "unauthenticated");
    }
    for good in [format!("bearer {token}"), format!("BEARER {token}")] {
        let answer = app.anonymous().with_header("authorization", good).get("/auth/me").await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(acme.send(Method::GET, "/auth/me", None).await.status, 200);
}
