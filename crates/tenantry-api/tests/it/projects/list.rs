//! `GET /api/v1/projects`: pages that stay right while the list changes.

use std::collections::BTreeMap;

use http::Method;
use tenantry_testkit::{App, Caller};

use crate::problem::{assert_problem, fields};
use crate::superuser::Superuser;

/// Rows of one organization, several of the same moment, so that the id has to decide.
async fn fill(superuser: &Superuser, caller: &Caller, count: u32) {
    superuser
        .run(format!(
            "insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at) \
             select '{}', gen_random_uuid(), 'stable-' || n, 'Stable ' || n, 'usr:x', timestamptz '2026-01-01' + (n / 7) * interval '1 second' \
             from generate_series(1, {count}) n",
            caller.organization.uuid()
        ))
        .await;
}

/// PG-1
#[tokio::test]
async fn each_row_that_stays_is_seen_exactly_once_while_others_come_and_go() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    fill(&superuser, &acme, 250).await;
    fill(&superuser, &north, 30).await;
    // Rows that will be deleted while the list is walked.
    superuser.run(format!("insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at) select '{}', gen_random_uuid(), 'doomed-' || n, 'Doomed ' || n, 'usr:x', timestamptz '2026-01-01' + n * interval '1 second' from generate_series(1, 30) n", acme.organization.uuid())).await;
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut positions = Vec::new();
    let mut path = "/api/v1/projects?limit=17".to_owned();
    let mut pages = 0;
    loop {
        let page = acme.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        for row in page.json["data"].as_array().unwrap() {
            assert_eq!(row["organization_id"], acme.organization.to_string());
            positions.push(row["created_at"].as_str().unwrap().to_owned());
            *seen.entry(row["name"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        pages += 1;
        // Newer rows at the front, older ones at the end, and two of the doomed are gone.
        acme.project(&format!("Late {pages}")).await;
        superuser.run(format!("insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at) values ('{}', gen_random_uuid(), 'old-{pages}', 'Old {pages}', 'usr:x', '2020-01-01')", acme.organization.uuid())).await;
        superuser.run("delete from tenantry.projects where (organization_id, id) in (select organization_id, id from tenantry.projects where slug like 'doomed-%' limit 2)").await;
        let Some(cursor) = page.json["next_cursor"].as_str() else { break };
        path = format!("/api/v1/projects?limit=17&cursor={cursor}");
    }
    for number in 1..=250 {
        assert_eq!(seen.get(&format!("Stable {number}")), Some(&1), "Stable {number}");
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    assert!(positions.is_sorted_by(|one, other| one >= other));
    assert!(pages >= 15, "{pages}");
}

/// PG-1
#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_and_as_it_was_made() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    fill(&superuser, &acme, 5).await;
    fill(&superuser, &north, 5).await;
    let cursor = acme.get("/api/v1/projects?limit=2").await.str("/next_cursor").to_owned();
    let with = |cursor: &str| format!("/api/v1/projects?limit=2&cursor={cursor}");
    assert_eq!(acme.get(&with(&cursor)).await.json["data"].as_array().unwrap().len(), 2);
    assert_problem(&north.get(&with(&cursor)).await, 400, "invalid_cursor");
    let list = acme.get(&format!("/api/v1/organizations?cursor={cursor}")).await;
    assert_problem(&list, 400, "invalid_cursor");
    for at in (0..cursor.len()).step_by(5) {
        let mut edited = cursor.clone().into_bytes();
        edited[at] = if edited[at] == b'A' { b'B' } else { b'A' };
        let edited = String::from_utf8(edited).unwrap();
        assert_problem(&acme.get(&with(&edited)).await, 400, "invalid_cursor");
    }
    for strange in [
        "",
        "0",
        "null",
        &cursor[1..],
        &format!("{cursor}A"),
        &format!("{cursor}="),
        "%00",
        "%ff",
        &"A".repeat(4_000),
    ] {
        assert_problem(&acme.get(&with(strange)).await, 400, "invalid_cursor");
    }
    // Other members of the organization may go on with it: it is the organization's.
    let viewer = app.member("viewer", acme.organization, tenantry_core::SystemRole::Viewer).await;
    assert_eq!(viewer.get(&with(&cursor)).await.status, 200);
}

/// VA-2
#[tokio::test]
async fn a_query_is_read_strictly() {
    let app = App::start().await;
    let superuser = Superuser::of(&app).await;
    let acme = app.owner("acme").await;
    fill(&superuser, &acme, 120).await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=abc",
        "limit=",
        "limit=-1",
        "limit=1.5",
        "limit=1e1",
        "limit=65536",
        "limit=99999999999999999999",
        "limit=%00",
        "limit=%F0%9F%98%80",
        "limit=1&limit=2",
        "offset=10",
        "page=2",
        "LIMIT=1",
        "order=name",
        "cursor",
        "limit[]=1",
        "limit=1;cursor=x",
    ] {
        for list in ["projects", "organizations"] {
            let answer = acme.get(&format!("/api/v1/{list}?{query}")).await;
            // An empty cursor is a cursor, and not a good one.
            let expected =
                if query == "cursor" { (400, "invalid_cursor") } else { (422, "invalid") };
            assert_problem(&answer, expected.0, expected.1);
            assert!(query == "cursor" || fields(&answer).len() == 1, "{query}");
        }
    }
    for (query, count) in [
        ("", 25),
        ("?", 25),
        ("?limit=1", 1),
        ("?limit=100", 100),
        ("?limit=%31", 1),
        ("?limit=007", 7),
    ] {
        let answer = acme.get(&format!("/api/v1/projects{query}")).await;
        assert_eq!(
            answer.json["data"].as_array().map(Vec::len),
            Some(count),
            "{query} {}",
            answer.text
        );
    }
    assert_eq!(
        acme.send(Method::GET, "/api/v1/projects?limit=1", Some("{}".to_owned())).await.status,
        200
    );
}
