//! The keys that sign tokens, over months: the next one is published a day ahead, tokens of the old one
//! are believed until they expire, and other servers of the same database follow (JW-8).

use serde_json::Value;
use tenantry_identity::{Identity, IdentitySettings, SIGNING_PERIOD};
use tenantry_testkit::{App, secret};

use crate::superuser::Superuser;

fn published(jwks: &Value) -> Vec<String> {
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn keys(app: &App) -> Vec<String> {
    published(&app.anonymous().get("/.well-known/jwks.json").await.json)
}

fn signer(token: &str) -> String {
    use std::str::FromStr;
    let header = token.split('.').next().unwrap();
    let bytes =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, header).unwrap();
    let header = Value::from_str(std::str::from_utf8(&bytes).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// JW-8.
#[tokio::test]
async fn a_key_is_published_before_it_signs_and_forgotten_after_its_last_token() {
    const DAY: i64 = 24 * 60 * 60;
    let app = App::start().await;
    let period = i64::try_from(SIGNING_PERIOD.as_secs()).unwrap();
    app.owner("john").await;
    let first = keys(&app).await;
    assert_eq!(first.len(), 1);
    app.identity.renew_signing_keys().await.unwrap();
    assert_eq!(keys(&app).await, first, "nothing is due on the first day");

    app.clock.advance(period - DAY + 60);
    app.identity.renew_signing_keys().await.unwrap();
    let both = keys(&app).await;
    assert_eq!(both.len(), 2, "the next key is published a day ahead");
    let old = app.login("john").await;
    assert_eq!(signer(old.str("/access_token")), first[0], "and does not sign yet");
    // Another server of the same database makes no key of its own.
    let doors = app.database.open(app.clock.clone());
    let settings = IdentitySettings::default();
    let (secret, clock) = (secret(), app.clock.clone());
    let other = Identity::open(doors, &secret, app.database.keys(), settings, clock).await.unwrap();
    assert_eq!(published(&serde_json::to_value(other.jwks()).unwrap()).len(), 2);

    app.clock.advance(DAY - 5 * 60);
    let last = app.login("john").await;
    assert_eq!(signer(last.str("/access_token")), first[0]);
    app.clock.advance(6 * 60);
    let new = app.login("john").await;
    assert_ne!(signer(new.str("/access_token")), first[0], "now the next one signs");
    let john = app.anonymous().with_token(last.str("/access_token"));
    assert_eq!(john.get("/auth/me").await.status, 200, "tokens of the old key are still believed");

    app.clock.advance(3 * 60 * 60);
    app.identity.renew_signing_keys().await.unwrap();
    let left = keys(&app).await;
    assert_eq!(left, both.into_iter().filter(|kid| *kid != first[0]).collect::<Vec<_>>());
    let retired = "select count(*) from tenantry.signing_keys where retired_at is not null";
    assert_eq!(Superuser::of(&app).await.count(retired).await, 1);
}
