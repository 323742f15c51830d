//! `POST /auth/refresh`: one use, one successor, and what becomes of a family whose token came twice.

use std::collections::BTreeSet;

use serde_json::json;
use tenantry_core::OrganizationId;
use tenantry_testkit::{Answer, App, Caller};

use crate::problem::assert_problem;
use crate::superuser::Superuser;

const DAY: i64 = 24 * 60 * 60;

async fn refresh(app: &App, token: &str) -> Answer {
    app.anonymous().post("/auth/refresh", &json!({ "refresh_token": token })).await
}

async fn next(app: &App, token: &str) -> String {
    let answer = refresh(app, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.str("/refresh_token").to_owned()
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    assert_problem(answer, 401, "invalid_refresh_token");
    assert!(answer.headers.contains_key("www-authenticate"));
}

async fn live(superuser: &Superuser) -> i64 {
    superuser
        .count("select count(*) from tenantry.refresh_tokens t join tenantry.sessions s on s.id = t.session_id where t.used_at is null and s.ended_at is null")
        .await
}

#[tokio::test]
async fn a_refresh_answers_a_new_pair_of_the_same_session() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let answer = refresh(&app, &acme.refresh).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.str("/organization/id"), acme.organization.to_string());
    assert_ne!(answer.str("/refresh_token"), acme.refresh);
    let renewed = acme.with_token(answer.str("/access_token"));
    assert_eq!(renewed.get("/api/v1/projects").await.status, 200);
    assert_eq!(superuser.count("select count(*) from tenantry.sessions").await, 1);
    let generations = superuser.ask("select concat(generation, ' ', used_at is null) from tenantry.refresh_tokens order by generation").await;
    assert_eq!(generations, ["1 f", "2 t"]);
}

/// SE-2
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_refreshes_at_once_there_is_one_descendant() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let mut token = app.owner("acme").await.refresh;
    for round in 0..6 {
        let answers = futures_util::future::join_all((0..50).map(|_| refresh(&app, &token))).await;
        let successors: BTreeSet<&str> = answers
            .iter()
            .map(|answer| {
                assert_eq!(answer.status, 200, "round {round}: {}", answer.text);
                answer.str("/refresh_token")
            })
            .collect();
        assert_eq!(successors.len(), 1, "round {round}: the line branched");
        assert_eq!(live(&superuser).await, 1, "round {round}");
        token = successors.into_iter().next().unwrap().to_owned();
    }
    assert_eq!(superuser.count("select count(*) from tenantry.refresh_tokens").await, 7);
}

/// SE-2: beyond the grace all of them are a reuse, and the family dies with the first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_late_replays_at_once_none_is_answered() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let spent = app.owner("acme").await.refresh;
    let child = next(&app, &spent).await;
    app.clock.advance(11);
    let answers = futures_util::future::join_all((0..50).map(|_| refresh(&app, &spent))).await;
    answers.iter().for_each(assert_refused);
    assert_eq!(live(&superuser).await, 0);
    assert_refused(&refresh(&app, &child).await);
}

/// SE-3
#[tokio::test]
async fn a_token_that_comes_back_ends_its_whole_family() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let a = app.owner("acme").await;
    let other = app.login("acme").await;
    let b = next(&app, &a.refresh).await;
    let answer = refresh(&app, &b).await;
    let (c, access) =
        (answer.str("/refresh_token").to_owned(), answer.str("/access_token").to_owned());
    let replay = refresh(&app, &a.refresh).await;
    assert_refused(&replay);
    assert_eq!(superuser.account_events(&replay).await, ["session.reuse_detected"]);
    assert_eq!(
        superuser.ask("select end_reason from tenantry.sessions where ended_at is not null").await,
        ["reuse"]
    );
    for token in [&a.refresh, &b, &c] {
        let answer = refresh(&app, token).await;
        assert_refused(&answer);
        assert_eq!(answer.redacted(), replay.redacted());
    }
    // The access tokens of the session end with it; another session goes on.
    assert_problem(&a.with_token(&access).get("/auth/me").await, 401, "unauthenticated");
    assert_eq!(a.with_token(other.str("/access_token")).get("/auth/me").await.status, 200);
    assert_eq!(refresh(&app, other.str("/refresh_token")).await.status, 200);
}

/// SE-3
#[tokio::test]
async fn a_client_that_lost_the_answer_may_ask_again_for_ten_seconds() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let a = app.owner("acme").await.refresh;
    let b = next(&app, &a).await;
    app.clock.advance(10);
    assert_eq!(next(&app, &a).await, b);
    assert_eq!(live(&superuser).await, 1);
    app.clock.advance(1);
    assert_refused(&refresh(&app, &a).await);
    assert_refused(&refresh(&app, &b).await);
}

/// SE-3: only the parent of the live token has the grace, however young a grandparent is.
#[tokio::test]
async fn the_grace_is_the_parents_and_nobody_elses() {
    let app = App::start().await;
    let a = app.owner("acme").await.refresh;
    let b = next(&app, &a).await;
    let c = next(&app, &b).await;
    assert_eq!(next(&app, &b).await, c);
    assert_refused(&refresh(&app, &a).await);
    assert_refused(&refresh(&app, &c).await);
}

/// SE-4
#[tokio::test]
async fn three_rotations_in_one_second_are_told_apart() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let a = app.owner("acme").await.refresh;
    let b = next(&app, &a).await;
    let c = next(&app, &b).await;
    let d = next(&app, &c).await;
    assert_eq!(
        superuser.count("select count(distinct created_at) from tenantry.refresh_tokens").await,
        1
    );
    assert_refused(&refresh(&app, &b).await);
    assert_refused(&refresh(&app, &d).await);
    assert_eq!(live(&superuser).await, 0);
}

/// SE-1
#[tokio::test]
async fn a_refresh_token_ends_after_seven_idle_days_to_the_second() {
    let app = App::start().await;
    let (one, other) = (app.owner("acme").await.refresh, app.owner("north").await.refresh);
    app.clock.advance(7 * DAY - 1);
    let renewed = next(&app, &one).await;
    app.clock.advance(1);
    assert_refused(&refresh(&app, &other).await);
    app.clock.advance(7 * DAY - 2);
    assert_eq!(refresh(&app, &renewed).await.status, 200);
}

/// SE-1
#[tokio::test]
async fn a_session_ends_after_thirty_days_however_often_it_is_refreshed() {
    let app = App::start().await;
    let mut token = app.owner("acme").await.refresh;
    for _ in 0..5 {
        app.clock.advance(6 * DAY - 1);
        token = next(&app, &token).await;
    }
    // Five seconds are left of the session: the access token is good for no longer than that.
    app.clock.advance(4);
    let last = refresh(&app, &token).await;
    assert_eq!(last.status, 200, "{}", last.text);
    let caller = app.anonymous().with_token(last.str("/access_token"));
    assert_eq!(caller.get("/auth/me").await.status, 200);
    app.clock.advance(1);
    assert_refused(&refresh(&app, last.str("/refresh_token")).await);
    assert_problem(&caller.get("/auth/me").await, 401, "unauthenticated");
}

/// SE-8
#[tokio::test]
async fn a_refresh_may_name_another_organization_of_ones_own_and_no_foreign_one() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let second = acme.post("/api/v1/organizations", &json!({ "name": "Second" })).await;
    let to = |token: &str, organization: &str| {
        let body = json!({ "refresh_token": token, "organization_id": organization });
        let caller = app.anonymous();
        async move { caller.post("/auth/refresh", &body).await }
    };
    let foreign = to(&acme.refresh, &north.organization.to_string()).await;
    assert_problem(&foreign, 404, "not_found");
    assert_eq!(
        to(&acme.refresh, &OrganizationId::new().to_string()).await.redacted(),
        foreign.redacted()
    );
    // The refusal spent nothing.
    let answer = to(&acme.refresh, second.str("/id")).await;
    assert_eq!(
        (answer.status, answer.str("/organization/id")),
        (200, second.str("/id")),
        "{}",
        answer.text
    );
    let answer = refresh(&app, answer.str("/refresh_token")).await;
    assert_eq!(answer.str("/organization/id"), second.str("/id"));
    // Out of the organization, the next token is for none.
    let superuser = Superuser::of(&app).await;
    superuser
        .run(format!("delete from tenantry.memberships where user_id = '{}'", acme.user.uuid()))
        .await;
    let answer = refresh(&app, answer.str("/refresh_token")).await;
    assert_eq!(
        (answer.status, answer.json["organization"].is_null()),
        (200, true),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_disabled_account_refreshes_nothing_not_even_within_the_grace() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north): (Caller, Caller) = (app.owner("acme").await, app.owner("north").await);
    let fresh = next(&app, &acme.refresh).await;
    superuser
        .run("update tenantry.users set disabled_at = now() where email = 'acme@example.com'")
        .await;
    assert_refused(&refresh(&app, &acme.refresh).await);
    assert_refused(&refresh(&app, &fresh).await);
    assert_problem(&acme.get("/auth/me").await, 401, "unauthenticated");
    assert_problem(&acme.get("/api/v1/projects").await, 401, "unauthenticated");
    assert_eq!(refresh(&app, &north.refresh).await.status, 200);
}
