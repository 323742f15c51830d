//! What a link is good for, and for how long.

use futures_util::future::join_all;
use serde_json::json;

use super::{PASSWORD, assert_nothing_happened, count, operator, send, start};
use crate::log::Log;

/// SC-2
#[tokio::test]
async fn the_link_makes_one_operator_who_signs_in_and_sees_no_organization_of_others() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (app, token) = start().await;
    let anybody = app.anonymous();
    let page = anybody.get(&format!("/setup/{token}")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(page.headers["referrer-policy"], "strict-origin");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.text.contains("Create the first operator account"));
    // Looking does not use it up: mail programs look at links.
    assert_eq!(anybody.get(&format!("/setup/{token}")).await.status, 200);

    let answer = send(&app, &token, operator("grace@example.com"), &[]).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert!(answer.text.contains("grace@example.com") && answer.text.contains("/auth/login"));
    assert!(!answer.text.contains(PASSWORD) && !answer.text.contains(&token));

    for (table, rows) in
        [("users", 1), ("operators", 1), ("operator_events", 1), ("account_events", 1)]
    {
        assert_eq!(
            count(&app, &format!("select count(*) from tenantry.{table}")).await,
            rows,
            "{table}"
        );
    }
    let recorded = "select count(*) from tenantry.operators o join tenantry.operator_events e using (user_id) \
                    join tenantry.account_events a using (user_id) \
                    where e.request_id = a.request_id and a.action = 'account.created' and e.reason like '%setup link'";
    assert_eq!(count(&app, recorded).await, 1);
    let used = "select count(*) from tenantry.setup_tokens where used_at is not null";
    assert_eq!(count(&app, used).await, 1);
    assert!(app.identity.offer_setup().await.unwrap().is_none(), "a link for a second operator");

    let acme = app.owner("acme").await;
    let globex = app.owner("globex").await;
    let body = json!({ "email": "grace@example.com", "password": PASSWORD });
    let login = anybody.post("/auth/login", &body).await;
    assert_eq!(login.status, 200, "{}", login.text);
    let grace = anybody.with_token(login.str("/access_token"));
    for owner in [&acme, &globex] {
        let path = format!("/api/v1/organizations/{}", owner.organization);
        assert_eq!(grace.get(&path).await.status, 404);
        assert_eq!(owner.get(&path).await.status, 200);
    }
    let logged = log.text();
    assert!(logged.contains("/setup/…") && logged.contains("first operator was created"));
    assert!(!logged.contains(&token) && !logged.contains(PASSWORD), "a secret is in the log");
    assert_eq!(
        count(
            &app,
            &format!("select count(*) from tenantry.setup_tokens t where t::text like '%{token}%'")
        )
        .await,
        0
    );
}

/// SC-2
#[tokio::test]
async fn a_wrong_a_used_an_expired_and_a_retired_link_have_one_answer() {
    let (app, retired) = start().await;
    let used = app.identity.offer_setup().await.unwrap().unwrap();
    let used = used.expose();
    assert!(!app.identity.is_setup_open(&retired).await.unwrap(), "a newer link ends the older");
    let wrong = "0000-0000-0000-0000-0000-0000-0000-0000";
    let mut pages = Vec::new();
    let look = async |token: &str| {
        let reader = app.anonymous().with_header("accept", "text/html,*/*;q=0.8");
        let page = reader.get(&format!("/setup/{token}")).await;
        assert_eq!(page.status, 404, "{token}");
        let sent = send(&app, token, operator("a@example.com"), &[("accept", "text/html")]).await;
        assert_eq!((sent.status, &sent.text), (404, &page.text), "{token}");
        // What is wrong with the form is told to nobody else.
        let bad = send(&app, token, "name=&email=x".to_owned(), &[("accept", "text/html")]).await;
        assert_eq!((bad.status, &bad.text), (404, &page.text), "{token}");
        let problem = app.anonymous().get(&format!("/setup/{token}")).await;
        assert_eq!(problem.headers["content-type"], "application/problem+json");
        let sent = send(&app, token, operator("a@example.com"), &[]).await;
        assert_eq!(sent.redacted(), problem.redacted(), "{token}");
        (page.text, problem.redacted())
    };
    for token in [&retired, wrong, "", "%FF", "%00", &"x".repeat(3_000), &used.to_uppercase()] {
        if !token.is_empty() {
            pages.push(look(token).await);
        }
    }
    app.clock.advance(30 * 60);
    pages.push(look(used).await);
    assert_nothing_happened_but_time(&app, used).await;
    let fresh = app.identity.offer_setup().await.unwrap().unwrap();
    app.clock.advance(30 * 60 - 1);
    assert_eq!(send(&app, fresh.expose(), operator("grace@example.com"), &[]).await.status, 201);
    pages.push(look(fresh.expose()).await);
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the answers differ");
}

async fn assert_nothing_happened_but_time(app: &tenantry_testkit::App, token: &str) {
    app.clock.advance(-1);
    assert_nothing_happened(app, token).await;
    app.clock.advance(1);
}

/// SC-2
#[tokio::test]
async fn of_twenty_uses_at_once_exactly_one_wins() {
    let (app, token) = start().await;
    let addresses: Vec<String> = (0..20).map(|number| format!("n{number}@example.com")).collect();
    let all = addresses.iter().map(|email| send(&app, &token, operator(email), &[]));
    let mut statuses: Vec<u16> = join_all(all).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201, "{statuses:?}");
    assert!(statuses[1..].iter().all(|status| *status == 404), "{statuses:?}");
    for table in ["users", "operators", "operator_events", "account_events"] {
        assert_eq!(
            count(&app, &format!("select count(*) from tenantry.{table}")).await,
            1,
            "{table}"
        );
    }
}

/// Two servers that start at once: of their two links at most one is good, and the first operator ends both.
#[tokio::test]
async fn of_links_that_are_made_at_once_one_is_good() {
    let (app, _) = start().await;
    let made = join_all((0..5).map(|_| app.identity.offer_setup())).await;
    let mut open = Vec::new();
    for token in made {
        let token = token.unwrap().unwrap();
        if app.identity.is_setup_open(token.expose()).await.unwrap() {
            open.push(token);
        }
    }
    assert_eq!(open.len(), 1);
    assert_eq!(send(&app, open[0].expose(), operator("grace@example.com"), &[]).await.status, 201);
    assert!(!app.identity.is_setup_open(open[0].expose()).await.unwrap());
}
