//! Roles × permissions: `tests/output/role-matrix.txt` for reviews and `docs/reference/permissions.md`
//! for readers. A change of the policy is a changed line in both.

use std::fmt::Write as _;

use tenantry_core::SystemRole;
use tenantry_core::permission::{PermissionInfo, REGISTRY};

use crate::checked_in;

fn mark(role: SystemRole, info: &PermissionInfo) -> char {
    if role.permissions().contains_name(info.name) { '✔' } else { '✘' }
}

/// AZ-2
#[test]
fn the_role_matrix_is_the_one_that_was_reviewed() {
    let mut text = "permission".to_owned();
    text.push_str(&" ".repeat(14));
    for role in SystemRole::ALL {
        let _ = write!(text, "{:<8}", role.name());
    }
    text.push('\n');
    for info in REGISTRY {
        let _ = write!(text, "{:<24}", info.name);
        let marks: Vec<String> =
            SystemRole::ALL.iter().map(|role| mark(*role, info).to_string()).collect();
        let _ = writeln!(
            text,
            "{}",
            marks.iter().map(|mark| format!("{mark:<8}")).collect::<String>().trim_end()
        );
    }
    let text: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    checked_in::compare("crates/tenantry-core/tests/output/role-matrix.txt", &text);
}

#[test]
fn the_page_of_permissions_is_fresh() {
    let mut page = "# Roles and permissions\n\n\
        <!-- Generated from crates/tenantry-core/src/permission.rs and role.rs; `cargo xtask bless` writes it. -->\n\n\
        A role belongs to one membership: what a person may do in one organization says nothing about another. The role is what\n\
        the database says, [remembered](../explanation/what-is-remembered.md) for a moment at most; what an access token says about it is\n\
        a hint for user interfaces. A request whose role lacks the permission is answered with 403 and the permission's name.\n\
        [`permission_check`](api.md#permission_check) asks what a caller may do.\n\n\
        | Permission | Also known as | Its holder may |"
        .to_owned();
    for role in SystemRole::ALL {
        let _ = write!(page, " {} |", role.name());
    }
    page.push_str("\n|---|---|---|---|---|---|---|\n");
    for info in REGISTRY {
        let alias = info.alias.map_or(String::new(), |alias| format!("`{alias}`"));
        let text = info.description.trim().trim_end_matches('.');
        let (first, rest) = text.split_at(1);
        let _ = write!(page, "| `{}` | {alias} | {}{rest} |", info.name, first.to_lowercase());
        for role in SystemRole::ALL {
            let _ = write!(page, " {} |", mark(role, info));
        }
        page.push('\n');
    }
    checked_in::compare("docs/reference/permissions.md", &page);
}

/// The rules behind the matrix, whatever was blessed.
#[test]
fn the_policy_keeps_its_rules() {
    let may = |role: SystemRole, name: &str| role.permissions().contains_name(name);
    for info in REGISTRY {
        assert!(may(SystemRole::Owner, info.name), "an owner may everything: {}", info.name);
        assert!(
            !info.writes || !may(SystemRole::Viewer, info.name) || info.name == "member:leave",
            "a viewer only reads, and may leave: {}",
            info.name
        );
        let is_owners = matches!(
            info.name,
            "organization:delete" | "organization:billing" | "organization:transfer"
        );
        assert_eq!(may(SystemRole::Admin, info.name), !is_owners, "{}", info.name);
    }
    for name in [
        "member:invite",
        "member:update",
        "member:remove",
        "audit:read",
        "project:delete",
        "content:publish",
    ] {
        assert!(
            !may(SystemRole::Member, name),
            "a member manages nobody and deletes nothing: {name}"
        );
    }
}
