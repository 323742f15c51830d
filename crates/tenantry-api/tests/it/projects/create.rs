//! `POST /api/v1/projects`

use serde_json::{Value, json};
use tenantry_testkit::App;

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

const PATH: &str = "/api/v1/projects";

#[tokio::test]
async fn a_new_project_is_answered_stored_and_recorded_once() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    let body = json!({ "name": "Marketing Campaign", "description": "Q1\nand Q2", "organization_id": acme.organization });
    let answer = acme.post(PATH, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.str("/slug"), "marketing-campaign");
    assert_eq!(answer.str("/description"), "Q1\nand Q2");
    assert_eq!(answer.str("/organization_id"), acme.organization.to_string());
    let rows = superuser
        .ask("select concat_ws(' ', organization_id, name, created_by) from tenantry.projects")
        .await;
    assert_eq!(
        rows,
        [format!("{} Marketing Campaign usr:{}", acme.organization.uuid(), acme.user.uuid())]
    );
    let audit = superuser.audit(&answer).await;
    assert_eq!(audit.len(), 1);
    assert!(
        audit[0].starts_with("project.created done prj ") && audit[0].ends_with("{} false true"),
        "{audit:?}"
    );
}

/// RL-5: slugs are unique inside an organization, and tell another one nothing.
#[tokio::test]
async fn a_slug_is_taken_in_one_organization_only() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let body = json!({ "name": "Rocket", "slug": "rocket" });
    assert_eq!(acme.post(PATH, &body).await.status, 201);
    assert_eq!(north.post(PATH, &body).await.status, 201);
    let taken = acme.post(PATH, &body).await;
    assert_problem(&taken, 409, "slug_taken");
    assert_eq!(superuser.audit(&taken).await, Vec::<String>::new());
    let body = json!({ "name": "Same", "slug": "same" });
    for round in 0..10 {
        let body = json!({ "name": "Same", "slug": format!("same-{round}") });
        let (one, other) = tokio::join!(acme.post(PATH, &body), acme.post(PATH, &body));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    }
    let free = json!({ "name": "Free" });
    let (one, other) = tokio::join!(acme.post(PATH, &free), acme.post(PATH, &free));
    assert_eq!((one.status, other.status), (201, 201), "{} {}", one.text, other.text);
    assert_ne!(one.str("/slug"), other.str("/slug"));
    assert_eq!(acme.post(PATH, &body).await.status, 201);
}

/// AZ-10, VA-2
#[tokio::test]
async fn what_a_client_may_not_choose_is_refused_by_name() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    for field in [
        "id",
        "created_at",
        "updated_at",
        "created_by",
        "user_id",
        "owner_id",
        "role",
        "permissions",
        "organization",
    ] {
        let mut body = json!({ "name": "Rocket" });
        body[field] = json!("x");
        let answer = acme.post(PATH, &body).await;
        assert_eq!((answer.status, fields(&answer)), (422, vec![field]), "{}", answer.text);
    }
    for (field, values) in [
        (
            "name",
            vec![
                Value::Null,
                json!(1),
                json!(true),
                json!([]),
                json!({}),
                json!(""),
                json!("   "),
                json!("x".repeat(121)),
            ],
        ),
        ("description", vec![Value::Null, json!(0), json!(["a"]), json!("x".repeat(4_001))]),
        ("slug", vec![json!(1), json!(""), json!("A B")]),
        (
            "organization_id",
            vec![
                json!(1),
                json!(""),
                json!("acme-organization"),
                json!("prj_01h455vb4pex5vsknk084sn02q"),
            ],
        ),
    ] {
        for value in values {
            let mut body = json!({ "name": "Rocket" });
            body[field] = value;
            let answer = acme.post(PATH, &body).await;
            assert_eq!(
                (answer.status, fields(&answer)),
                (422, vec![field]),
                "{body} {}",
                answer.text
            );
        }
    }
    assert_eq!(superuser.count("select count(*) from tenantry.projects").await, 0);
    let most = json!({ "name": "x".repeat(120), "description": "y".repeat(4_000) });
    assert_eq!(acme.post(PATH, &most).await.status, 201);
}
