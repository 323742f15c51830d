//! `POST /auth/login`

use serde_json::{Value, json};
use tenantry_core::OrganizationId;
use tenantry_identity::IdentitySettings;
use tenantry_testkit::{Answer, App, PASSWORD};

use crate::problem::{assert_problem, assert_well_formed};
use crate::superuser::Superuser;

async fn login(app: &App, email: &str, password: &str) -> Answer {
    app.anonymous().post("/auth/login", &json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn signing_in_starts_a_session_of_its_own() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let answer = app.login("acme").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.str("/organization/id"), acme.organization.to_string());
    assert_eq!(superuser.account_events(&answer).await, ["session.started"]);
    assert_eq!(superuser.audit(&answer).await, Vec::<String>::new());
    // SE-7: every sign-in has another session, and another pair.
    let again = app.login("acme").await;
    assert_ne!(again.str("/access_token"), answer.str("/access_token"));
    assert_ne!(again.str("/refresh_token"), answer.str("/refresh_token"));
    assert_eq!(superuser.count("select count(distinct id) from tenantry.sessions").await, 3);
    // Ending one leaves the others alone.
    let one = app.anonymous().with_token(answer.str("/access_token"));
    assert_eq!(one.send(http::Method::POST, "/auth/logout", None).await.status, 204);
    let other = app.anonymous().with_token(again.str("/access_token"));
    assert_eq!((one.get("/auth/me").await.status, other.get("/auth/me").await.status), (401, 200));
}

/// AE-1
#[tokio::test]
async fn everything_that_is_wrong_has_one_answer() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    app.owner("acme").await;
    app.owner("disabled").await;
    app.owner("broken").await;
    app.owner("without").await;
    superuser
        .run("update tenantry.users set disabled_at = now() where email = 'disabled@example.com'")
        .await;
    superuser
        .run("update tenantry.users set password_hash = '!' where email = 'broken@example.com'")
        .await;
    superuser
        .run("update tenantry.users set password_hash = null where email = 'without@example.com'")
        .await;
    let sessions = superuser.count("select count(*) from tenantry.sessions").await;
    let wrong = login(&app, "acme@example.com", "violet trombone harbour").await;
    assert_problem(&wrong, 401, "invalid_credentials");
    assert!(wrong.headers.contains_key("www-authenticate"));
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        ("disabled@example.com", PASSWORD),
        ("broken@example.com", PASSWORD),
        ("without@example.com", PASSWORD),
        ("without@example.com", ""),
        ("acme@example.com", ""),
        ("acme@example.com", "securepassword123 "),
        ("acme@example.com", " securepassword123"),
        ("acme@example.com", "Securepassword123"),
    ] {
        let answer = login(&app, email, password).await;
        assert_eq!(
            (answer.status, answer.redacted()),
            (401, wrong.redacted()),
            "{email} {password:?}"
        );
        assert_eq!(answer.headers.len(), wrong.headers.len());
    }
    assert_eq!(superuser.count("select count(*) from tenantry.sessions").await, sessions);
}

/// PW-2
#[tokio::test]
async fn a_password_is_neither_cut_nor_trimmed_and_its_spelling_does_not_matter() {
    let app = App::start().await;
    let stem = "quartz lorry ember! ".repeat(7);
    let passwords = [
        ("long72", format!("{}A", &stem[..72]), format!("{}B", &stem[..72])),
        ("long128", format!("{}A", &stem[..128]), format!("{}B", &stem[..128])),
        ("space", "violet trombone harbour ".to_owned(), "violet trombone harbour".to_owned()),
        ("accent", "caf\u{e9} cr\u{e8}me harbour".to_owned(), "cafe creme harbour".to_owned()),
    ];
    for (name, right, wrong) in &passwords {
        let email = format!("{name}@example.com");
        let body = json!({ "email": email, "password": right, "name": "Ada", "organization_name": "Works" });
        assert_eq!(app.anonymous().post("/auth/signup", &body).await.status, 201);
        assert_eq!(login(&app, &email, right).await.status, 200, "{name}");
        assert_eq!(login(&app, &email, wrong).await.status, 401, "{name}");
    }
    assert_eq!(
        login(&app, "accent@example.com", "cafe\u{301} cre\u{300}me harbour").await.status,
        200
    );
    assert_eq!(
        login(&app, "ACCENT@example.com", "cafe\u{301} cr\u{e8}me harbour").await.status,
        200
    );
}

/// The password of the quick start, by bcrypt at cost 12.
const BCRYPT: &str = "$2b$12$C6UzMDM.H6dfI/f/IKcEeOHoEIc/rh8koXF5w/P2HdNRmzGDZDCqy";

/// PW-6
#[tokio::test]
async fn a_bcrypt_hash_is_accepted_once_and_replaced() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    app.owner("acme").await;
    superuser.run(format!("update tenantry.users set password_hash = '{BCRYPT}'")).await;
    assert_eq!(login(&app, "acme@example.com", "violet trombone harbour").await.status, 401);
    assert_eq!(superuser.ask("select password_hash from tenantry.users").await, [BCRYPT]);
    // Two at once: whoever comes second finds the new hash, or is asked to sign in again.
    let (one, other) = tokio::join!(app.login("acme"), app.login("acme"));
    assert!(one.status == 200 || other.status == 200, "{} {}", one.text, other.text);
    assert!([one.status, other.status].iter().all(|status| matches!(status, 200 | 401)));
    let stored = superuser.ask("select password_hash from tenantry.users").await;
    assert!(stored[0].starts_with("$argon2id$"), "{stored:?}");
    assert_eq!(app.login("acme").await.status, 200);
    assert_eq!(superuser.ask("select password_hash from tenantry.users").await, stored);
    assert_eq!(login(&app, "acme@example.com", "securepassword1234").await.status, 401);
}

/// SE-8
#[tokio::test]
async fn signing_in_to_an_organization_that_one_is_not_in_starts_no_session() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let gone = app.owner("gone").await;
    assert_eq!(gone.delete("/api/v1/organizations/current").await.status, 204);
    let sessions = superuser.count("select count(*) from tenantry.sessions").await;
    let to = |name: &str, organization: Value| {
        let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD, "organization_id": organization });
        let caller = app.anonymous();
        async move { caller.post("/auth/login", &body).await }
    };
    let absent = to("acme", json!(OrganizationId::new())).await;
    assert_problem(&absent, 404, "not_found");
    let foreign = to("acme", json!(north.organization)).await;
    assert_eq!((foreign.status, foreign.redacted()), (404, absent.redacted()));
    assert_eq!(to("gone", json!(gone.organization)).await.redacted(), absent.redacted());
    for strange in [
        json!(""),
        json!("acme"),
        json!(7),
        json!([]),
        json!("org_!"),
        json!("prj_01h455vb4pex5vsknk084sn02q"),
    ] {
        let answer = to("acme", strange).await;
        assert_problem(&answer, 422, "invalid");
    }
    assert_eq!(superuser.count("select count(*) from tenantry.sessions").await, sessions);
    for own in [json!(acme.organization), json!(acme.organization.uuid().to_string()), Value::Null]
    {
        assert_eq!(to("acme", own).await.str("/organization/id"), acme.organization.to_string());
    }
    // Without an organization that is left, one signs in to none.
    let answer = app.login("gone").await;
    assert_eq!((answer.status, &answer.json["organization"]), (200, &Value::Null));
}

/// PW-5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_sign_ins_is_told_to_come_back_and_the_others_are_served() {
    let app = App::with(IdentitySettings { hash_permits: 1, ..IdentitySettings::default() }).await;
    let owner = app.owner("acme").await;
    let logins = (0..150).map(|_| app.login("acme"));
    let flood = futures_util::future::join_all(logins);
    let meanwhile = async {
        let mut slowest = std::time::Duration::ZERO;
        for _ in 0..20 {
            let started = std::time::Instant::now();
            assert_eq!(owner.get("/livez").await.status, 200);
            slowest = slowest.max(started.elapsed());
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        slowest
    };
    let (answers, slowest) = tokio::join!(flood, meanwhile);
    let busy: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 503).collect();
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 503)));
    // One hashes and 64 wait; whoever comes when a place became free is served too.
    assert!((1..=85).contains(&busy.len()), "{}", busy.len());
    for answer in busy {
        assert_problem(answer, 503, "unavailable");
        assert_well_formed(answer, "");
        assert_eq!(answer.headers["retry-after"], "2");
        assert_eq!(answer.json["retry_after"], 2);
    }
    assert!(slowest < std::time::Duration::from_secs(1), "{slowest:?}");
    assert_eq!(app.login("acme").await.status, 200);
}
