//! Every operation that changes something, and whether it changes who may do what. Nobody can add one without saying so
//! here; those that do are then played in `here.rs`.

use std::collections::BTreeSet;

use crate::operations;

/// Operations that change access, or what `/auth/me` shows: each has a scene in `here.rs`.
pub(crate) const CHANGE_ACCESS: [&str; 12] = [
    "account_logout",
    "account_refresh",
    "member_leave",
    "member_remove",
    "member_replace",
    "member_transfer",
    "member_update",
    "organization_create",
    "organization_delete",
    "organization_replace",
    "organization_restore",
    "organization_update",
];

/// Operations that write and change no access, by the beginnings of their names, with the reason.
const CHANGE_NONE: [(&str, &str); 12] = [
    ("account_signup", "of an account that is new nothing is remembered"),
    ("account_login", "gives access and ends none"),
    ("account_switch", "what a session was last used for is in its token, and not remembered"),
    ("client_", "clients have no members"),
    ("organization_settings_", "settings are not remembered"),
    ("project_create", "who may do what in a project is asked each time"),
    ("project_delete", "the same"),
    ("project_member_", "the same"),
    ("project_replace", "the same"),
    ("project_restore", "the same"),
    ("project_settings_", "the same"),
    ("project_update", "the same"),
];

/// SE-5: a new operation that changes access is not forgotten.
#[test]
fn every_operation_that_writes_says_whether_it_changes_access() {
    let all = operations::all();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for operation in all.iter().filter(|operation| operation.writes()) {
        let id = operation.id.as_str();
        let changes = CHANGE_ACCESS.contains(&id);
        let reason = CHANGE_NONE.iter().find(|(name, _)| id.starts_with(name));
        assert!(changes != reason.is_some(), "{id}: does it change access? Say so here.");
        known.insert(reason.map_or(id, |(name, _)| name));
    }
    for name in CHANGE_ACCESS.into_iter().chain(CHANGE_NONE.map(|(name, _)| name)) {
        assert!(known.contains(name), "{name} is gone");
    }
}
