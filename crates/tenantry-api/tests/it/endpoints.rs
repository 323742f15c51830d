//! Every operation × everybody × everything: who gets what, as a grid that people read.
//!
//! `tests/output/endpoints/` shows it, and `tests/output/isolation/` what PostgreSQL answers the same people past the
//! API. The rules below the grid hold whatever it says: blessing a leak does not make it pass.

mod alike;
mod grid;
mod intruder;
mod isolation;
mod objects;
mod principals;
mod rules;
mod statements;
mod world;

use crate::checked_in;
use crate::operations;
use tenantry_testkit::Answer;
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
    ("members", &["member_", "permission_"]),
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
    let (mut text, mut alike) = (grid::opening(), alike::opening());
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
        let (mut rows, mut said) = (Vec::new(), Vec::new());
        for principal in &world.principals {
            world.keep_up();
            let mut row = Vec::new();
            for object in &objects {
                row.push(world.try_out(&operation, principal, object).await);
            }
            rules::judge_row(&operation, principal, &objects, &row);
            said.push((
                principal.name,
                intrude(&world, &operation, principal, (&objects, &row)).await,
            ));
            world.assert_untouched(&format!("{} as {}", operation.id, principal.name)).await;
            rows.push((principal.name, row));
        }
        grid::write(&mut text, &operation, &objects, &rows);
        if statements::of(&operation).is_some() {
            alike::write(&mut alike, &operation, &said);
        }
    }
    checked_in::compare(&format!("crates/tenantry-api/tests/output/endpoints/{part}.txt"), &text);
    if alike != alike::opening() {
        let path = format!("crates/tenantry-api/tests/output/isolation/{part}.txt");
        checked_in::compare(&path, &alike);
    }
}

/// One row of the grid past the API: the same person, the same ids, SQL of their own.
async fn intrude(
    world: &World,
    operation: &operations::Operation,
    principal: &principals::Principal,
    (objects, row): (&[objects::Object], &[Answer]),
) -> Vec<(&'static str, u16, intruder::Outcome)> {
    let (mut said, mut hidden) = (Vec::new(), None);
    for (object, answer) in objects.iter().zip(row) {
        let Some(statement) = statements::filled(operation, object) else { continue };
        let outcome = world.intrude(principal, &statement).await;
        let place = format!("{} as {} on {}", operation.id, principal.name, object.label);
        let wrong = alike::disagreement(principal, object, answer, &outcome);
        assert_eq!(wrong, None, "{place}: {}, {outcome:?}\n{statement}", answer.status);
        if !rules::is_visible(principal, object) {
            // AZ-4, RL-5: what is another's and what does not exist are refused alike.
            let first = hidden.get_or_insert_with(|| outcome.clone());
            assert_eq!(*first, outcome, "{place} is told from another that is hidden\n{statement}");
        }
        said.push((object.label, answer.status, outcome));
    }
    said
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
    for (id, _) in EXCEPTIONS.iter().chain(&statements::EXCEPTIONS) {
        assert!(operations::all().iter().any(|operation| operation.id == *id), "{id} is gone");
    }
}

/// What is tried on HTTP is tried on the database: an operation of an organization's rows has a statement, or a reason.
#[test]
fn every_operation_on_rows_is_tried_in_the_database_too() {
    for operation in operations::all() {
        if operation.permission().is_some() {
            let is_excused = statements::EXCEPTIONS.iter().any(|(id, _)| *id == operation.id);
            assert_eq!(statements::of(&operation).is_none(), is_excused, "{}", operation.id);
        }
    }
}
