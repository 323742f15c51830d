//! The bench that every operation is held to: it runs an operation as the engine will, one action after the other, and after
//! each of them asks what the action itself says: whether it is done, and which locks it took.

mod add_organization;
mod bench;
mod context_default;
mod dump;
mod fill_by_trigger;
mod require_organization;
mod scope_foreign_key;
mod scope_index;
mod scope_key;
mod swap_key;
mod tables;
mod whole_way;
