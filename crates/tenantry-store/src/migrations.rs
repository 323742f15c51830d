//! The control plane's migrations, in order. Append only: see `migrations/README.md`.

use tenantry_db::migrate::{Component, Migration};

macro_rules! migrations {
    ($($version:literal $file:literal;)+) => {
        vec![$(Migration {
            version: $version,
            // Behind the number and its underscore.
            name: &$file[5..],
            up: include_str!(concat!("../migrations/", $file, ".up.sql")).into(),
            down: include_str!(concat!("../migrations/", $file, ".down.sql")).into(),
        }),+]
    };
}

/// The control plane's part of the schema.
#[must_use]
pub fn control_plane() -> Component {
    let migrations = migrations! {
        1 "0001_create_accounts";
        2 "0002_create_organizations";
        3 "0003_create_projects";
        4 "0004_create_clients";
        5 "0005_restrict_projects";
        6 "0006_guard_memberships";
        7 "0007_count_usage";
        8 "0008_create_idempotency_keys";
        9 "0009_mark_access_changes";
    };
    Component { name: "control-plane", migrations }
}
