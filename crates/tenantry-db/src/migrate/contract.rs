//! The isolation contract as migrations. What was applied somewhere is never edited: a change is one more step.

use super::{Component, Migration};
use crate::guard::Engine;

/// The isolation contract as the first part: everything else stands on it.
#[must_use]
pub fn contract(engine: Engine) -> Component {
    let up = format!("{}\n{}", include_str!("../sql/roles.sql"), engine.contract());
    let contract = Migration {
        version: 1,
        name: "create_isolation_contract",
        up: up.into(),
        down: include_str!("../sql/contract.down.sql").into(),
    };
    let (store_up, store_down) = engine.context_store();
    let store = Migration {
        version: 2,
        name: "create_context_store",
        up: store_up.into(),
        down: store_down.into(),
    };
    Component { name: "contract", migrations: vec![contract, store] }
}
