//! `GET /api/v1/organizations`

use serde_json::{Value, json};
use tenantry_testkit::App;

use crate::problem::assert_problem;
use crate::superuser::Superuser;

#[tokio::test]
async fn a_person_sees_their_own_organizations_page_by_page() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    let north = app.owner("north").await;
    for number in 0..7 {
        app.clock.advance(1);
        assert_eq!(
            acme.post("/api/v1/organizations", &json!({ "name": format!("Number {number}") }))
                .await
                .status,
            201
        );
    }
    let mut names = Vec::new();
    let mut path = "/api/v1/organizations?limit=3".to_owned();
    let mut first = None;
    loop {
        let page = acme.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        names.extend(
            page.json["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["organization"]["name"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page.json["next_cursor"].as_str() else { break };
        first.get_or_insert_with(|| cursor.to_owned());
        path = format!("/api/v1/organizations?limit=3&cursor={cursor}");
    }
    let mut expected: Vec<String> = (0..7).rev().map(|number| format!("Number {number}")).collect();
    expected.push("acme organization".to_owned());
    assert_eq!(names, expected);
    // PG-1: the cursor is of this person's list, and of this list.
    let cursor = first.unwrap();
    for (caller, list) in [(&north, "organizations"), (&acme, "projects")] {
        let answer = caller.get(&format!("/api/v1/{list}?cursor={cursor}")).await;
        assert_problem(&answer, 400, "invalid_cursor");
    }
    assert_eq!(north.get("/api/v1/organizations").await.json["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_is_in_none_sees_an_empty_list() {
    let app = App::start().await;
    let acme = app.owner("acme").await;
    Superuser::of(&app).await.run("delete from tenantry.memberships").await;
    let answer = acme.get("/api/v1/organizations").await;
    assert_eq!(answer.json, json!({ "data": [], "next_cursor": Value::Null }));
}
