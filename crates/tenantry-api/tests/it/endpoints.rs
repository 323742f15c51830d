//! Every operation × everybody × everything: who gets what, as a grid that people read.
//!
//! `tests/output/endpoints/` shows it. The rules below the grid hold whatever it says: blessing a
//! leak does not make it pass.

mod grid;
mod objects;
mod principals;
mod rules;
mod world;

use crate::checked_in;
use crate::operations;
use world::World;

/// Operations without rows, by name, with the reason. The list may only shrink, and no blessing
/// touches it: an operation that names a caller belongs into the grid.
const EXCEPTIONS: [(&str, &str); 7] = [
    ("account_signup", "needs no caller; accounts/signup.rs"),
    ("account_login", "its credentials are in the body; accounts/login.rs"),
    ("account_refresh", "its credentials are in the body; accounts/refresh.rs"),
    ("service_keys", "public keys, the same for everybody"),
    ("service_discovery", "addresses, the same for everybody"),
    ("service_live", "health, the same for everybody"),
    ("service_ready", "health, the same for everybody"),
];

/// The parts of the grid, by the first words of the operations in each; a part is a test and a file.
const PARTS: [(&str, &[&str]); 8] = [
    ("accounts", &["account_", "service_"]),
    (
        "organizations",
        &["organization_get", "organization_update", "organization_replace", "organization_delete"],
    ),
    ("founding", &["organization_list", "organization_create", "organization_restore"]),
    ("settings", &["organization_settings_", "usage_", "audit_event_"]),
    ("members", &["member_"]),
    ("clients", &["client_"]),
    (
        "projects",
        &[
            "project_list",
            "project_create",
            "project_get",
            "project_update",
            "project_replace",
            "project_delete",
        ],
    ),
    (
        "project_members",
        &[
            "project_member_",
            "project_settings_",
            "project_activity_",
            "project_stats_",
            "project_restore",
        ],
    ),
];

/// AZ-1, AZ-2, AZ-3, AZ-4, AZ-7, AU-1, JW-5
async fn play(part: &str) {
    let (_, words) = PARTS.iter().find(|(name, _)| *name == part).unwrap();
    let world = World::build().await;
    let mut text = grid::opening();
    for operation in operations::all() {
        if !words.iter().any(|word| operation.id.starts_with(word)) {
            continue;
        }
        if EXCEPTIONS.iter().any(|(id, _)| *id == operation.id) {
            assert!(operation.is_public(), "{} names a caller: give it rows", operation.id);
            continue;
        }
        let objects = world.objects(&operation);
        assert!(!objects.is_empty(), "{} has no rows: name its objects", operation.id);
        rules::control(&world, &operation, &objects).await;
        let mut rows = Vec::new();
        for principal in &world.principals {
            world.keep_up();
            let mut row = Vec::new();
            for object in &objects {
                row.push(world.try_out(&operation, principal, object).await);
            }
            rules::judge_row(&operation, principal, &objects, &row);
            world.assert_untouched(&format!("{} as {}", operation.id, principal.name)).await;
            rows.push((principal.name, row));
        }
        grid::write(&mut text, &operation, &objects, &rows);
    }
    checked_in::compare(&format!("crates/tenantry-api/tests/output/endpoints/{part}.txt"), &text);
}

#[tokio::test]
async fn every_operation_of_accounts_answers_as_the_grid_says() {
    play("accounts").await;
}

#[tokio::test]
async fn every_operation_of_organizations_answers_as_the_grid_says() {
    play("organizations").await;
}

#[tokio::test]
async fn every_operation_of_founding_answers_as_the_grid_says() {
    play("founding").await;
}

#[tokio::test]
async fn every_operation_of_settings_answers_as_the_grid_says() {
    play("settings").await;
}

#[tokio::test]
async fn every_operation_of_project_members_answers_as_the_grid_says() {
    play("project_members").await;
}

#[tokio::test]
async fn every_operation_of_members_answers_as_the_grid_says() {
    play("members").await;
}

#[tokio::test]
async fn every_operation_of_clients_answers_as_the_grid_says() {
    play("clients").await;
}

#[tokio::test]
async fn every_operation_of_projects_answers_as_the_grid_says() {
    play("projects").await;
}

/// No operation is in no part, no exception is of nothing, and the grid does not shrink.
#[test]
fn the_parts_of_the_grid_are_all_of_it() {
    for operation in operations::all() {
        let parts = PARTS
            .iter()
            .filter(|(_, words)| words.iter().any(|word| operation.id.starts_with(word)));
        assert_eq!(parts.count(), 1, "{}", operation.id);
    }
    for (id, _) in EXCEPTIONS {
        assert!(operations::all().iter().any(|operation| operation.id == id), "{id} is gone");
    }
}
