//! A panic in a handler. Nothing of ours panics on purpose, so the log does it: a subscriber that
//! falls over at one message of one handler.

use serde_json::json;
use tenantry_testkit::App;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::Server;

#[derive(Debug)]
struct Stumble;

#[derive(Debug, Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl<S: tracing::Subscriber> Layer<S> for Stumble {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        assert!(!message.0.contains("used twice"), "the log fell over on purpose");
    }
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_server_lives() {
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Stumble));
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let token = json!({ "refresh_token": acme.refresh });
    assert_eq!(acme.post("/auth/refresh", &token).await.status, 200);
    app.clock.advance(60);
    let answer = acme.post("/auth/refresh", &token).await;
    assert_eq!((answer.status, answer.str("/code")), (500, "internal"), "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert_eq!(answer.str("/request_id"), answer.headers["x-request-id"].to_str().unwrap());
    assert!(!answer.text.contains("on purpose"), "{}", answer.text);

    // The same over a connection, which goes on.
    let second = app.login("acme").await;
    let token = json!({ "refresh_token": second.str("/refresh_token") });
    assert_eq!(acme.post("/auth/refresh", &token).await.status, 200);
    app.clock.advance(60);
    let server = Server::start(app.router()).await;
    let body = token.to_string();
    let request = format!(
        "POST /auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let heard = server
        .say(format!("{request}GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .await;
    assert_eq!((heard.statuses(), heard.closed), (vec![500, 200], true), "{}", heard.text);
    assert_eq!(app.login("acme").await.status, 200);
}
