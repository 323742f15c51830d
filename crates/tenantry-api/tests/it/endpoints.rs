//! Every operation × everybody × everything: who gets what, as a grid that people read.
//!
//! `tests/output/endpoints.txt` shows it. The rules below the grid hold whatever it says: blessing a
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

/// AZ-1, AZ-2, AZ-3, AZ-4, AZ-7, AU-1, JW-5
#[tokio::test]
async fn every_operation_answers_every_caller_as_the_grid_says() {
    let world = World::build().await;
    let mut text = grid::opening();
    let mut cells = 0;
    for operation in operations::all() {
        if EXCEPTIONS.iter().any(|(id, _)| *id == operation.id) {
            assert!(operation.is_public(), "{} names a caller: give it rows", operation.id);
            continue;
        }
        let objects = world.objects(&operation);
        assert!(!objects.is_empty(), "{} has no rows: name its objects", operation.id);
        rules::control(&world, &operation, &objects).await;
        let mut rows = Vec::new();
        for principal in &world.principals {
            let mut row = Vec::new();
            for object in &objects {
                row.push(world.try_out(&operation, principal, object).await);
                cells += 1;
            }
            rules::judge_row(&operation, principal, &objects, &row);
            rows.push((principal.name, row));
        }
        grid::write(&mut text, &operation, &objects, &rows);
    }
    for (id, _) in EXCEPTIONS {
        assert!(operations::all().iter().any(|operation| operation.id == id), "{id} is gone");
    }
    assert!(cells > 900, "the grid shrank to {cells} cells");
    checked_in::compare("crates/tenantry-api/tests/output/endpoints.txt", &text);
}
