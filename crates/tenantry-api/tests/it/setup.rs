//! The one-time setup link: the first operator, and nobody after that.

mod form;
mod link;

use axum::body::Body;
use http::{Method, Request};
use tenantry_testkit::{Answer, App};

/// A password that belongs to nobody.
const PASSWORD: &str = "canary violet trombone harbour";
const MEDIA: &str = "application/x-www-form-urlencoded";

/// A service, and the token of a fresh link.
async fn start() -> (App, String) {
    let app = App::start().await;
    let token = app.identity.offer_setup().await.unwrap().unwrap();
    let token = token.expose().to_owned();
    (app, token)
}

/// A form as a browser sends it.
fn form(fields: &[(&str, &str)]) -> String {
    let mut out = form_urlencoded::Serializer::new(String::new());
    fields.iter().for_each(|(name, value)| {
        out.append_pair(name, value);
    });
    out.finish()
}

/// The form of somebody with this address.
fn operator(email: &str) -> String {
    form(&[("name", "Grace Operator"), ("email", email), ("password", PASSWORD)])
}

/// Sends a form to a link, with more headers.
async fn send(app: &App, token: &str, body: String, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(format!("/setup/{token}"));
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header("content-type", MEDIA);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.anonymous().exchange(request.body(Body::from(body)).unwrap()).await
}

/// One number, as the superuser sees it.
async fn count(app: &App, sql: &str) -> i64 {
    app.database.admin().await.query_one(sql, &[]).await.unwrap().get(0)
}

/// That nothing was made: neither an account nor an operator, and the link is still good.
async fn assert_nothing_happened(app: &App, token: &str) {
    for table in ["users", "operators", "operator_events", "account_events"] {
        assert_eq!(
            count(app, &format!("select count(*) from tenantry.{table}")).await,
            0,
            "{table}"
        );
    }
    assert!(app.identity.is_setup_open(token).await.unwrap());
}
