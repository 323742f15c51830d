//! The invented organization: what is in it, who sees what of it, and that it is made nowhere else.

use serde_json::{Value, json};
use tenantry_api::demo::{self, DemoState, HIDDEN, PEOPLE};
use tenantry_api::{Service, ServiceSettings};
use tenantry_core::SystemRole;
use tenantry_identity::{SecretText, demo_password};
use tenantry_testkit::{App, Caller};

/// A service on the app's database, as the program has it.
fn service(app: &App) -> Service {
    let settings = ServiceSettings::new("http://127.0.0.1:8000".to_owned(), "15".to_owned());
    Service::new(app.identity.clone(), app.doors.clone(), settings)
}

/// A made demo with its past, and its password.
async fn made() -> (App, Service, SecretText) {
    let app = App::start().await;
    let service = service(&app);
    let password = demo_password().unwrap();
    assert_eq!(demo::state(&service).await.unwrap(), DemoState::Empty);
    demo::make(&service, &password).await.unwrap();
    tenantry_store::demo::give_a_past(&app.database.admin_config()).await.unwrap();
    assert_eq!(demo::state(&service).await.unwrap(), DemoState::Made);
    (app, service, password)
}

async fn login(app: &App, email: &str, password: &SecretText) -> (u16, Caller) {
    let body = json!({ "email": email, "password": password.expose() });
    let answer = app.anonymous().post("/auth/login", &body).await;
    let token = answer.json["access_token"].as_str().unwrap_or_default();
    (answer.status, app.anonymous().with_token(token))
}

async fn names(caller: &Caller, path: &str) -> Vec<String> {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{path} {}", answer.text);
    let data = answer.json["data"].as_array().unwrap();
    let mut names: Vec<String> =
        data.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn everybody_of_a_demo_signs_in_and_sees_what_their_role_shows_them() {
    let (app, _, password) = made().await;
    let mut seen = Vec::new();
    for person in PEOPLE {
        let (status, caller) = login(&app, person.email, &password).await;
        assert_eq!(status, 200, "{}", person.email);
        let me = caller.get("/auth/me").await;
        assert_eq!(me.str("/organization/slug"), "demo");
        assert_eq!(me.str("/organization/role"), person.role.name());
        let projects = names(&caller, "/api/v1/projects").await;
        assert!(projects.contains(&"Spring Campaign".to_owned()), "{projects:?}");
        let sees_salaries = person.role >= SystemRole::Admin;
        assert_eq!(
            projects.contains(&"Salary Review".to_owned()),
            sees_salaries,
            "{}",
            person.name
        );
        seen.push(projects.len());
        // The other organization does not exist for them, and neither do its rows.
        let hidden = format!("/api/v1/organizations/{}", HIDDEN.slug);
        for path in [hidden.clone(), format!("{hidden}/clients"), format!("{hidden}/members")] {
            assert_eq!(caller.get(&path).await.status, 404, "{path}");
        }
    }
    assert_eq!(seen, [5, 5, 4, 4, 3]);
    let (_, ada) = login(&app, PEOPLE[0].email, &password).await;
    let clients = names(&ada, "/api/v1/organizations/demo/clients").await;
    assert_eq!(clients, ["Demo Bakery", "Demo Clinic", "Demo Cycles"]);
    let members = names(&ada, "/api/v1/organizations/demo/members").await;
    assert_eq!(members, PEOPLE.map(|person| person.name.to_owned()));
    let organization = ada.get("/api/v1/organizations/demo").await;
    assert_eq!(organization.json["metadata"]["demo"], Value::Bool(true));
    let (status, zoe) = login(&app, HIDDEN.owner.email, &password).await;
    assert_eq!(status, 200);
    assert_eq!(names(&zoe, "/api/v1/projects").await, ["Nobody sees this"]);
    assert_eq!(zoe.get("/api/v1/organizations/demo").await.status, 404);
}

#[tokio::test]
async fn the_activity_of_a_demo_lies_in_the_last_thirty_days_and_in_its_order() {
    let (app, _, password) = made().await;
    let admin = app.database.admin().await;
    let spread = "select count(*), count(distinct created_at::date), min(created_at) > now() - interval '30 days', max(created_at) <= now(), \
                  count(distinct actor), count(distinct action) from tenantry.audit_events";
    let row = admin.query_one(spread, &[]).await.unwrap();
    let (events, days, actors, actions): (i64, i64, i64, i64) =
        (row.get(0), row.get(1), row.get(4), row.get(5));
    assert!(row.get::<_, bool>(2) && row.get::<_, bool>(3));
    assert!(
        events >= 30 && days >= 15 && actors >= 6 && actions >= 8,
        "{events} {days} {actors} {actions}"
    );
    let table = |name: &str| {
        format!(
            "select count(*) from tenantry.{name} where not (created_at <= updated_at and created_at > now() - interval '30 days' and updated_at <= now())"
        )
    };
    for name in ["users", "organizations", "memberships", "clients", "projects", "project_members"]
    {
        let wrong: i64 = admin.query_one(&table(name), &[]).await.unwrap().get(0);
        assert_eq!(wrong, 0, "{name}");
    }
    // What made a project is as old as the project.
    let apart = "select count(*) from tenantry.projects p join tenantry.audit_events e on e.subject_id = p.id and e.action = 'project.created' \
                 where e.created_at < p.created_at or e.created_at > p.created_at + interval '3 days'";
    assert_eq!(admin.query_one(apart, &[]).await.unwrap().get::<_, i64>(0), 0);
    // The triggers are back: a record is not changed any more.
    assert!(
        admin.batch_execute("update tenantry.audit_events set created_at = now()").await.is_err()
    );
    let (_, ada) = login(&app, PEOPLE[0].email, &password).await;
    let log = ada.get("/api/v1/organizations/demo/audit-events?limit=100").await;
    let denied = log.json["data"].as_array().unwrap().iter();
    assert_eq!(denied.filter(|event| event["outcome"] == "denied").count(), 1, "{}", log.text);
}

#[tokio::test]
async fn a_demo_has_another_password_when_it_is_given_one() {
    let (app, service, first) = made().await;
    let second = demo_password().unwrap();
    demo::change_password(&service, &second).await.unwrap();
    for email in [PEOPLE[0].email, PEOPLE[4].email, HIDDEN.owner.email] {
        assert_eq!(login(&app, email, &first).await.0, 401, "{email}");
        assert_eq!(login(&app, email, &second).await.0, 200, "{email}");
    }
}

#[tokio::test]
async fn a_database_of_somebody_is_not_taken_for_a_demo_and_a_visited_demo_stays_one() {
    let app = App::start().await;
    app.owner("acme").await;
    app.owner("globex").await;
    let foreign = demo::state(&service(&app)).await.unwrap();
    assert_eq!(foreign, DemoState::Foreign { organizations: 2 });

    let (app, demo, _) = made().await;
    app.owner("visitor").await;
    assert_eq!(demo::state(&demo).await.unwrap(), DemoState::Made);
    let admin = app.database.admin().await;
    let interrupted = "delete from tenantry.organization_slugs where slug = 'demo-hidden'";
    admin.batch_execute(interrupted).await.unwrap();
    assert_eq!(demo::state(&demo).await.unwrap(), DemoState::HalfMade);
}
