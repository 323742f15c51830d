//! Asking what the caller may do: the answer is what the caller then finds.

use serde_json::json;
use tenantry_core::{OrganizationId, ProjectId, SystemRole};
use tenantry_testkit::{App, Caller};

use crate::problem::assert_problem;

const UPDATE: &str = "project:update";
const MANAGE: &str = "project_member:update";

fn path_of(organization: OrganizationId) -> String {
    format!("/api/v1/organizations/{organization}/permissions/check")
}

/// What the caller is told of two permissions in a project of an organization.
async fn told(caller: &Caller, organization: OrganizationId, project: &str) -> [bool; 2] {
    let path = path_of(organization);
    let body = json!({ "permissions": [UPDATE, MANAGE], "project_id": project });
    let answer = caller.post(&path, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let each = [0, 1].map(|index| {
        let held = &answer.json["permissions"][index];
        assert_eq!(held["permission"], [UPDATE, MANAGE][index]);
        held["is_held"].as_bool().unwrap()
    });
    assert_eq!(answer.json["holds_all"], each[0] && each[1]);
    each
}

/// AZ-4, AZ-7. In a restricted project its own roles count, and what is told is what happens.
#[tokio::test]
async fn what_is_told_of_a_project_is_what_happens_in_it() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let maker = app.member("maker", acme.organization, SystemRole::Member).await;
    let other = app.member("other", acme.organization, SystemRole::Member).await;
    let body = json!({ "name": "Secret", "visibility": "restricted" });
    let project = maker.post("/api/v1/projects", &body).await.str("/id").to_owned();
    let path = format!("/api/v1/projects/{project}");
    let change = json!({ "description": "changed" });
    assert_eq!(told(&maker, acme.organization, &project).await, [true, true]);
    assert_eq!(
        told(&acme, acme.organization, &project).await,
        [true, true],
        "the owner may everywhere"
    );
    assert_eq!(maker.patch(&path, &change).await.status, 200);

    let members = format!("{path}/members");
    let add = json!({ "user_id": other.user, "role": "viewer" });
    assert_eq!(maker.post(&members, &add).await.status, 201);
    let member = format!("{members}/{}", other.user);
    for (role, expected) in
        [("viewer", [false, false]), ("member", [true, false]), ("manager", [true, true])]
    {
        assert_eq!(maker.patch(&member, &json!({ "role": role })).await.status, 200);
        assert_eq!(told(&other, acme.organization, &project).await, expected, "{role}");
        let updated = other.patch(&path, &change).await.status == 200;
        let managed = other.patch(&member, &json!({ "role": role })).await.status == 200;
        assert_eq!([updated, managed], expected, "{role}");
    }

    // A project that is not seen is not there, whichever way it is not seen.
    assert_eq!(maker.delete(&member).await.status, 204);
    let absent = ProjectId::new().to_string();
    let theirs = north.project("Sledge").await;
    for (caller, organization, unseen) in [
        (&other, acme.organization, &project),
        (&other, acme.organization, &absent),
        (&acme, acme.organization, &theirs),
        (&north, north.organization, &project),
    ] {
        let body = json!({ "permissions": [UPDATE], "project_id": unseen });
        assert_problem(&caller.post(&path_of(organization), &body).await, 404, "not_found");
    }
}

/// AZ-4. Without a project the organization's role counts, and only one's own organization answers.
#[tokio::test]
async fn what_is_told_of_an_organization_is_the_role_in_it() {
    let app = App::start().await;
    let (acme, north) = (app.owner("acme").await, app.owner("north").await);
    let viewer = app.member("viewer", acme.organization, SystemRole::Viewer).await;
    let path = path_of(acme.organization);
    let body = json!({ "permissions": ["project:read", "project:create"] });
    for (caller, creates) in [(&acme, true), (&viewer, false)] {
        let answer = caller.post(&path, &body).await;
        assert_eq!(answer.json["permissions"][0]["is_held"], true, "{}", answer.text);
        assert_eq!(answer.json["permissions"][1]["is_held"], creates, "{}", answer.text);
        let made = caller.post("/api/v1/projects", &json!({ "name": "Tried" })).await;
        assert_eq!(made.status == 201, creates, "{}", made.text);
    }
    assert_problem(&north.post(&path, &body).await, 404, "not_found");
    for wrong in [
        json!({ "permissions": [] }),
        json!({ "permissions": ["project:fly"] }),
        json!({ "permissions": vec!["project:read"; 65] }),
        json!({ "permissions": ["project:read"], "project": "x" }),
    ] {
        assert_problem(&acme.post(&path, &wrong).await, 422, "invalid");
    }
}
