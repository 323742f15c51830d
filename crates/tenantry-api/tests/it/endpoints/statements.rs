//! What an operation does to the rows, as somebody would write it who is past the API: the ids of the request, and no
//! condition that is not about them. The ids of others are known to the attacker.

use tenantry_core::{ClientId, OrganizationId, ProjectId, UserId};

use super::objects::{Kind, Object};
use crate::operations::Operation;

/// Operations without a statement, by name, with the reason. The list may only shrink.
pub(crate) const EXCEPTIONS: [(&str, &str); 2] = [
    ("audit_event_list", "the grid empties the log; isolation/tables.rs reads it"),
    ("project_activity_list", "reads the organization's log, as audit_event_list does"),
];

/// The statement of an operation, with `{organization}`, `{project}`, `{client}`, `{user}` and `{whom}` in it; `{whom}` is
/// the account in the body.
pub(crate) fn of(operation: &Operation) -> Option<&'static str> {
    let id = operation.id.as_str();
    of_organizations(id).or_else(|| of_clients(id)).or_else(|| of_projects(id))
}

fn of_organizations(id: &str) -> Option<&'static str> {
    Some(match id {
        "organization_get" | "organization_settings_get" | "permission_check" => {
            "select 'row' from tenantry.organizations where organization_id = {organization}"
        }
        "organization_update" | "organization_replace" => {
            "update tenantry.organizations set description = 'changed' where organization_id = {organization} returning 'row'"
        }
        "organization_settings_update" | "organization_settings_replace" => {
            "update tenantry.organizations set settings = '{\"theme\": \"dark\"}' where organization_id = {organization} returning 'row'"
        }
        "organization_delete" => {
            "update tenantry.organizations set deleted_at = now() where organization_id = {organization} returning 'row'"
        }
        "usage_get" | "usage_get_current" => {
            "select 'row' from tenantry.usage_counts where organization_id = {organization}"
        }
        "member_list" | "member_list_current" => {
            "select 'row' from tenantry.memberships where organization_id = {organization}"
        }
        "member_get" => {
            "select 'row' from tenantry.memberships where organization_id = {organization} and user_id = {user}"
        }
        "member_update" | "member_replace" => {
            "update tenantry.memberships set role = 'viewer' where organization_id = {organization} and user_id = {user} returning 'row'"
        }
        "member_transfer" => {
            "update tenantry.memberships set role = 'owner' where organization_id = {organization} and user_id = {whom} returning 'row'"
        }
        "member_remove" => {
            "delete from tenantry.memberships where organization_id = {organization} and user_id = {user} returning 'row'"
        }
        "member_leave" => {
            "delete from tenantry.memberships where organization_id = {organization} and 'usr:' || user_id = tenantry.actor() returning 'row'"
        }
        _ => return None,
    })
}

fn of_clients(id: &str) -> Option<&'static str> {
    Some(match id {
        "client_list" => {
            "select 'row' from tenantry.clients where organization_id = {organization}"
        }
        "client_create" => {
            "insert into tenantry.clients (organization_id, id, name, created_by) values ({organization}, gen_random_uuid(), 'Fresh', 'me') returning 'row'"
        }
        "client_get" => {
            "select 'row' from tenantry.clients where organization_id = {organization} and id = {client}"
        }
        "client_update" | "client_replace" => {
            "update tenantry.clients set name = 'changed' where organization_id = {organization} and id = {client} returning 'row'"
        }
        "client_delete" => {
            "update tenantry.clients set deleted_at = now() where organization_id = {organization} and id = {client} returning 'row'"
        }
        "client_restore" => {
            "update tenantry.clients set deleted_at = null where organization_id = {organization} and id = {client} returning 'row'"
        }
        _ => return None,
    })
}

fn of_projects(id: &str) -> Option<&'static str> {
    Some(match id {
        "project_list" => {
            "select 'row' from tenantry.projects where organization_id = {organization}"
        }
        "project_create" => {
            "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ({organization}, gen_random_uuid(), 'fresh', 'Fresh', 'me') returning 'row'"
        }
        "project_get" | "project_settings_get" | "project_stats_get" => {
            "select 'row' from tenantry.projects where id = {project}"
        }
        "project_update" | "project_replace" => {
            "update tenantry.projects set description = 'changed' where id = {project} returning 'row'"
        }
        "project_settings_update" | "project_settings_replace" => {
            "update tenantry.projects set settings = '{\"theme\": \"dark\"}' where id = {project} returning 'row'"
        }
        "project_delete" => {
            "update tenantry.projects set deleted_at = now() where id = {project} returning 'row'"
        }
        "project_restore" => {
            "update tenantry.projects set deleted_at = null where id = {project} returning 'row'"
        }
        "project_member_list" => {
            "select 'row' from tenantry.project_members where project_id = {project}"
        }
        "project_member_add" => {
            "insert into tenantry.project_members (project_id, user_id, role) values ({project}, {whom}, 'member') returning 'row'"
        }
        "project_member_update" | "project_member_replace" => {
            "update tenantry.project_members set role = 'manager' where project_id = {project} and user_id = {user} returning 'row'"
        }
        "project_member_remove" => {
            "delete from tenantry.project_members where project_id = {project} and user_id = {user} returning 'row'"
        }
        _ => return None,
    })
}

/// The statement for one column of the grid; none for what only HTTP can say: names that are none, slugs, and requests
/// whose parts disagree.
pub(crate) fn filled(operation: &Operation, object: &Object) -> Option<String> {
    if matches!(object.kind, Kind::Malformed | Kind::Mixed | Kind::BadBody) {
        return None;
    }
    // To be restored, there is no restricted project: the column is acme's deleted one once more.
    if object.kind == Kind::Restricted && operation.id.ends_with("_restore") {
        return None;
    }
    let has_path = operation.path.contains('{');
    if (has_path && object.header.is_some()) || object.body_names_organization() {
        return None;
    }
    let mut sql = of(operation)?.to_owned();
    let mut organization = "tenantry.organization()".to_owned();
    for (place, part) in operation.path.split('/').zip(object.path.split('/')) {
        let id = match place {
            "{organization}" if part == "current" => continue,
            "{organization}" => part.parse::<OrganizationId>().ok()?.uuid(),
            "{project}" => part.parse::<ProjectId>().ok()?.uuid(),
            "{client}" => part.parse::<ClientId>().ok()?.uuid(),
            "{user}" => part.parse::<UserId>().ok()?.uuid(),
            _ => continue,
        };
        if place == "{organization}" {
            organization = format!("'{id}'");
        } else {
            sql = sql.replace(place, &format!("'{id}'"));
        }
    }
    if let Some((_, name)) = &object.header {
        organization = format!("'{}'", name.parse::<OrganizationId>().ok()?.uuid());
    }
    if sql.contains("{whom}") {
        let whom = object.body.as_ref()?["user_id"].as_str()?.parse::<UserId>().ok()?;
        sql = sql.replace("{whom}", &format!("'{}'", whom.uuid()));
    }
    Some(sql.replace("{organization}", &organization))
}

impl Object {
    fn body_names_organization(&self) -> bool {
        self.body.as_ref().is_some_and(|body| !body["organization_id"].is_null())
    }
}
