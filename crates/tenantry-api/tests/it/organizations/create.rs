//! `POST /api/v1/organizations`

use serde_json::json;
use tenantry_testkit::App;

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

const PATH: &str = "/api/v1/organizations";

#[tokio::test]
async fn whoever_founds_an_organization_owns_it() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    let answer = acme.post(PATH, &json!({ "name": "Second Works" })).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!((answer.str("/slug"), answer.str("/description")), ("second-works", ""));
    assert_eq!(answer.str("/created_at"), answer.str("/updated_at"));
    let path = format!("{PATH}/{}", answer.str("/id"));
    // The token is for the first organization: two are named, and both are the caller's.
    assert_problem(&acme.get(&path).await, 409, "organization_mismatch");
    let switched =
        acme.post("/auth/switch", &json!({ "organization_id": answer.str("/id") })).await;
    assert_eq!(switched.str("/organization/role"), "owner");
    let read = acme.with_token(switched.str("/access_token")).get(&path).await;
    assert_eq!(read.json, answer.json);
    assert_problem(&north.get(&path).await, 404, "not_found");
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    assert!(
        audit[0].starts_with("organization.created done org ")
            && audit[0].ends_with("{} false true"),
        "{audit:?}"
    );
}

#[tokio::test]
async fn a_slug_that_was_asked_for_is_given_as_it_is_or_not_at_all() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let found = |slug: &str| json!({ "name": "Some Name", "slug": slug });
    assert_eq!(acme.post(PATH, &found("wanted")).await.str("/slug"), "wanted");
    assert_problem(&north.post(PATH, &found("wanted")).await, 409, "slug_taken");
    assert_problem(&acme.post(PATH, &found("wanted")).await, 409, "slug_taken");
    for slug in [
        "",
        "a",
        "Wanted",
        "-ab",
        "ab-",
        "a b",
        "a_b",
        "wänted",
        "аcme",
        "current",
        "users",
        "usage",
        "new",
        "api",
        "auth",
        "console",
        "operator",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        &"a".repeat(49),
    ] {
        let answer = acme.post(PATH, &found(slug)).await;
        assert_eq!(
            (answer.status, fields(&answer)),
            (422, vec!["slug"]),
            "{slug}: {}",
            answer.text
        );
    }
    for slug in ["ab", &"a".repeat(48), "0--0"] {
        assert_eq!(acme.post(PATH, &found(slug)).await.str("/slug"), slug);
    }
}

#[tokio::test]
async fn two_who_want_one_slug_at_once_do_not_both_get_it() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    for round in 0..10 {
        let body = json!({ "name": "Racers", "slug": format!("race-{round}") });
        let (one, other) = tokio::join!(acme.post(PATH, &body), north.post(PATH, &body));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", one.text, other.text);
    }
    assert_eq!(superuser.count("select count(*) from tenantry.organizations").await, 12);
    assert_eq!(superuser.count("select count(*) from tenantry.organization_slugs").await, 12);
    // Without a wish, both get one.
    let body = json!({ "name": "Same Name" });
    let (one, other) = tokio::join!(acme.post(PATH, &body), north.post(PATH, &body));
    assert_eq!((one.status, other.status), (201, 201));
    assert_ne!(one.str("/slug"), other.str("/slug"));
    assert!(
        one.str("/slug").starts_with("same-name") && other.str("/slug").starts_with("same-name")
    );
}
