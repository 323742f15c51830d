//! Canaries: what is secret stands neither in the database nor in the log.

use http::Method;
use serde_json::json;
use tenantry_testkit::App;

use crate::log::Log;
use crate::superuser::Superuser;

/// SC-3, SE-1, AK-2
#[tokio::test]
async fn no_password_and_no_token_is_stored_or_logged() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let password = "canary violet trombone harbour";
    let body = json!({ "email": "ada@example.com", "password": password, "name": "Ada", "organization_name": "Works" });
    let signed_up = app.anonymous().post("/auth/signup", &body).await;
    let wrong = json!({ "email": "ada@example.com", "password": "canary of a wrong password" });
    assert_eq!(app.anonymous().post("/auth/login", &wrong).await.status, 401);
    let weak = json!({ "email": "bob@example.com", "password": "canary-weak", "name": "Bob", "organization_name": "Works" });
    assert_eq!(app.anonymous().post("/auth/signup", &weak).await.status, 422);
    let body = json!({ "email": "ada@example.com", "password": password });
    let signed_in = app.anonymous().post("/auth/login", &body).await;
    let token = json!({ "refresh_token": signed_in.str("/refresh_token") });
    let refreshed = app.anonymous().post("/auth/refresh", &token).await;
    let ada = app.anonymous().with_token(refreshed.str("/access_token"));
    ada.project("Rocket").await;
    let switched = ada
        .post("/auth/switch", &json!({ "organization_id": signed_up.str("/organization/id") }))
        .await;
    // Tokens where they do not belong, and a reuse.
    ada.get(&format!("/auth/me?access_token={}", signed_in.str("/access_token"))).await;
    app.clock.advance(60);
    assert_eq!(app.anonymous().post("/auth/refresh", &token).await.status, 401);
    assert_eq!(ada.send(Method::POST, "/auth/logout", None).await.status, 401);

    let mut stored = String::new();
    for table in superuser.tables().await {
        stored.push_str(&superuser.ask(format!("select t::text from {table} t")).await.join("\n"));
    }
    let logged = log.text();
    // The positive control: this is where they would be found.
    assert!(
        stored.contains("ada@example.com")
            && stored.contains("$argon2id$")
            && stored.contains("Rocket")
    );
    assert!(
        logged.contains("answered")
            && logged.contains("used twice")
            && logged.contains("/auth/login")
    );
    let mut secrets = vec![password.to_owned(), "canary".to_owned()];
    for answer in [&signed_up, &signed_in, &refreshed, &switched] {
        for member in ["access_token", "refresh_token"] {
            if let Some(token) = answer.json[member].as_str() {
                secrets.push(token.to_owned());
                let part = token.strip_prefix("rft_").or_else(|| token.rsplit('.').next());
                secrets.push(part.unwrap().to_owned());
            }
        }
    }
    assert!(secrets.len() >= 14);
    for secret in secrets {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        for (place, text) in [("database", &stored), ("log", &logged)] {
            assert!(!text.contains(&secret) && !text.contains(&hex), "{secret} is in the {place}");
        }
    }
}
