//! `POST /auth/signup`

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tenantry_testkit::App;

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

fn body(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password, "name": "Ada Example", "organization_name": "Engine Works" })
}

const GOOD: &str = "violet trombone harbour";

#[tokio::test]
async fn signing_up_makes_account_organization_and_ownership_at_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let answer = app.anonymous().post("/auth/signup", &body("Ada@Example.com", GOOD)).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(
        (answer.str("/token_type"), answer.json["expires_in"].as_u64()),
        ("Bearer", Some(900))
    );
    assert_eq!(
        (answer.str("/user/email"), answer.str("/user/name")),
        ("ada@example.com", "Ada Example")
    );
    let organization = &answer.json["organization"];
    assert_eq!(
        (&organization["slug"], &organization["role"]),
        (&json!("engine-works"), &json!("owner"))
    );
    let members: Vec<&String> = answer.json.as_object().unwrap().keys().collect();
    assert_eq!(members.len(), 6, "{members:?}");

    let rows = superuser
        .ask("select concat_ws(' ', u.email, o.name, m.role, s.ended_at is null) from tenantry.users u join tenantry.memberships m on m.user_id = u.id join tenantry.organizations o using (organization_id) join tenantry.sessions s on s.user_id = u.id")
        .await;
    assert_eq!(rows, ["ada@example.com Engine Works owner t"]);
    assert_eq!(superuser.account_events(&answer).await, ["account.created"]);
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    assert!(audit[0].starts_with("organization.created done org "), "{audit:?}");
    let hash = superuser.ask("select password_hash from tenantry.users").await;
    // PW-4
    assert!(hash[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash:?}");
}

/// PW-1, PW-3
#[tokio::test]
async fn a_password_is_judged_by_length_and_by_how_soon_it_is_guessed() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let long =
        |length: usize| "quartz lorry ember! ".chars().cycle().take(length).collect::<String>();
    let refused = [
        "violet trombon".to_owned(),
        String::new(),
        "password1234567".to_owned(),
        "aaaaaaaaaaaaaaaaaaaa".to_owned(),
        "EngineWorks-Ada1".to_owned(),
        "qwertyuiopasdfghjkl".to_owned(),
        "a\0violet trombone harbour".to_owned(),
        long(1_025),
        long(10_000),
    ];
    for (number, password) in refused.iter().enumerate() {
        let started = Instant::now();
        let answer = app
            .anonymous()
            .post("/auth/signup", &body(&format!("no{number}@example.com"), password))
            .await;
        let took = started.elapsed();
        assert_problem(&answer, 422, "invalid");
        assert_eq!(fields(&answer), ["password"], "{}", answer.text);
        assert!(password.is_empty() || !answer.text.contains(password.as_str()), "{}", answer.text);
        // Nothing is hashed for what is far too long.
        assert!(password.len() < 10_000 || took < Duration::from_millis(250), "{took:?}");
    }
    assert_eq!(superuser.count("select count(*) from tenantry.users").await, 0);
    for (number, password) in [
        long(15),
        long(64),
        long(128),
        long(129),
        long(1_024),
        "🙂 🚲 🌵 🎻 🧭 🍋 🪁 🥁".to_owned(),
    ]
    .iter()
    .enumerate()
    {
        let answer = app
            .anonymous()
            .post("/auth/signup", &body(&format!("yes{number}@example.com"), password))
            .await;
        assert_eq!(answer.status, 201, "{password}: {}", answer.text);
    }
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written_and_also_when_two_come_at_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    assert_eq!(
        app.anonymous().post("/auth/signup", &body("ada@example.com", GOOD)).await.status,
        201
    );
    let checked = superuser.count("select count(*) from tenantry.organizations").await;
    for spelling in ["ada@example.com", "ADA@EXAMPLE.COM", "  ada@Example.com "] {
        let answer = app.anonymous().post("/auth/signup", &body(spelling, GOOD)).await;
        assert_problem(&answer, 409, "email_taken");
    }
    // Nothing is left of the organization that came along.
    assert_eq!(superuser.count("select count(*) from tenantry.organizations").await, checked);
    assert_eq!(superuser.count("select count(*) from tenantry.organization_slugs").await, checked);
    let (caller, body) = (app.anonymous(), body("bob@example.com", GOOD));
    let (one, other) =
        tokio::join!(caller.post("/auth/signup", &body), caller.post("/auth/signup", &body));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(superuser.count("select count(*) from tenantry.users").await, 2);
    assert_eq!(superuser.count("select count(*) from tenantry.memberships").await, 2);
}

/// AZ-10, AK-6
#[tokio::test]
async fn a_sign_up_cannot_choose_ids_roles_or_plans() {
    let app = App::start().await;
    for field in [
        "id",
        "user_id",
        "organization_id",
        "role",
        "email_verified",
        "plan",
        "created_at",
        "disabled_at",
        "is_admin",
    ] {
        let mut body = body("ada@example.com", GOOD);
        body[field] = json!("owner");
        let answer = app.anonymous().post("/auth/signup", &body).await;
        assert_problem(&answer, 422, "invalid");
        assert_eq!(fields(&answer), [field]);
    }
    for missing in ["email", "password", "name", "organization_name"] {
        let mut body = body("ada@example.com", GOOD);
        body.as_object_mut().unwrap().remove(missing);
        let answer = app.anonymous().post("/auth/signup", &body).await;
        assert_eq!((answer.status, fields(&answer)), (422, vec![missing]));
    }
}
