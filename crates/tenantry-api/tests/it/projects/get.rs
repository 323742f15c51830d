//! `GET /api/v1/projects/{project}`

use tenantry_core::ProjectId;
use tenantry_testkit::App;

use crate::problem::assert_problem;

#[tokio::test]
async fn a_project_is_read_by_id_or_uuid_and_by_nothing_else() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let id = acme.project("Rocket").await;
    let uuid = id.parse::<ProjectId>().unwrap().uuid().to_string();
    let answer = acme.get(&format!("/api/v1/projects/{id}")).await;
    assert_eq!((answer.status, answer.str("/id")), (200, id.as_str()));
    assert_eq!(acme.get(&format!("/api/v1/projects/{uuid}")).await.json, answer.json);
    let absent = acme.get(&format!("/api/v1/projects/{}", ProjectId::new())).await;
    for name in [
        "rocket".to_owned(),
        uuid.replace('-', ""),
        id.to_uppercase(),
        id.replace("prj", "org"),
        format!("{id}x"),
        "0".to_owned(),
        "-1".to_owned(),
    ] {
        let answer = acme.get(&format!("/api/v1/projects/{name}")).await;
        assert_problem(&answer, 404, "not_found");
        assert_eq!(answer.redacted(), absent.redacted(), "{name}");
    }
    assert_eq!(north.get(&format!("/api/v1/projects/{id}")).await.redacted(), absent.redacted());
}
