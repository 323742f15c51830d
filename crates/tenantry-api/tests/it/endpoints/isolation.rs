//! The control plane's own tables under `prove`, and under everybody of the grid, in the grid's world. A newcomer's usual
//! mistake is to bless what is new here: the checks under the outputs hold whatever was blessed.

mod broken;
mod matrix;
mod photograph;
mod tables;

use tenantry_core::Clock;
use tenantry_db::Config;
use tenantry_prove::report::Report;
use tenantry_prove::{Options, prove};

use super::world::World;
use crate::checked_in;

/// Attacks that cannot be tried, by table and attack, with the reason. The list may only shrink.
const NOT_RUN: [(&str, &str, &str); 0] = [];

/// Everything that `prove` has, as the request path's login.
async fn proved(address: &Config) -> Report {
    // The grid's copy of every table, out of reach of the login and no part of the control plane.
    let options = Options { skip: vec!["saved.*".to_owned()], ..Options::default() };
    Box::pin(prove(address, &options, &Clock::system(), &|_| {})).await.unwrap()
}

/// RL-1, RL-2, RL-3, RL-4, RL-5, RL-7
#[tokio::test]
async fn every_protected_table_of_the_control_plane_holds_under_every_attack() {
    let world = World::build().await;
    let before = photograph::of(&world.superuser).await;
    let report = proved(&world.app.database.admin_config()).await;
    let after = photograph::of(&world.superuser).await;
    photograph::assert_same(&before, &after);
    let tables = tables::of(&world.superuser).await;
    assert_eq!(report.role, "tenantry_app");
    assert_eq!(matrix::faults(&report, &tables), Vec::<String>::new());
    let path = "crates/tenantry-api/tests/output/isolation/control-plane.txt";
    checked_in::compare(path, &matrix::text(&report));
}

/// RL-1, AZ-1: the grid's own principals, each with the seal that the server makes for them.
#[tokio::test]
async fn everybody_of_the_grid_reads_their_own_organizations_rows_in_every_table() {
    let world = World::build().await;
    tables::furnish(&world).await;
    let read = tables::read(&world).await;
    assert_eq!(tables::faults(&world, &read), Vec::<String>::new());
    let path = "crates/tenantry-api/tests/output/isolation/principals.txt";
    checked_in::compare(path, &tables::text(&read));
}
