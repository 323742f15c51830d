//! What an operation is tried on: ours, the other organization's, what does not exist, and mixtures.

use serde_json::{Value, json};
use tenantry_core::{ClientId, OrganizationId, ProjectId, UserId};

use super::principals::Side;
use super::world::{Belongings, World};
use crate::operations::Operation;

/// One column of the grid.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) label: &'static str,
    pub(crate) path: String,
    pub(crate) header: Option<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    /// What it is, for the rules.
    pub(crate) kind: Kind,
    /// Which part of the path is absent or another's: what is said of it is compared with what is said of
    /// an absent one at the same place.
    pub(crate) level: u8,
}

/// What the rules have to know about a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Belongs to this side, and everything in the request says so or says nothing.
    Of(Side),
    /// A restricted project of acme.
    Restricted,
    /// Is whatever the token is for.
    Current,
    /// Exists nowhere.
    Absent,
    /// Is north's, under a parent of acme.
    ForeignChild,
    /// Is not even a name.
    Malformed,
    /// Parts of the request name different organizations.
    Mixed,
    /// As the first column, with a body that is not one of the operation.
    BadBody,
    /// Belongs to the account.
    Account,
    /// Was acme's owner's, and is deleted.
    Deleted,
}

/// Puts names into a path.
fn fill(path: &str, organization: &str, of: &Belongings, user: &str) -> String {
    path.replace("{organization}", organization)
        .replace("{project}", &of.project)
        .replace("{client}", &of.client)
        .replace("{user}", user)
}

impl World {
    /// The columns of an operation; none when nobody thought of it.
    pub(crate) fn objects(&self, operation: &Operation) -> Vec<Object> {
        let path = operation.path.as_str();
        let objects = match operation.id.as_str() {
            "account_get"
            | "account_logout"
            | "organization_list"
            | "organization_list_deleted"
            | "organization_create" => {
                vec![self.column("account", Kind::Account, path, body(operation, &self.acme))]
            }
            "account_switch" => self.switches(operation),
            "organization_restore" => self.deletions(operation),
            _ if path.contains("{organization}") => self.organizations(operation),
            _ if path.contains("{project}") => self.projects(operation),
            _ if operation.permission().is_some() => self.collections(operation),
            _ => Vec::new(),
        };
        let first = objects.first().map(|object| (object.path.clone(), object.body.is_some()));
        let bad = match first {
            // No field and no setting has such a name.
            Some((path, true)) if operation.permission().is_some() => {
                Some(self.column("bad body", Kind::BadBody, &path, Some(json!({ "sur prise": 1 }))))
            }
            _ => None,
        };
        objects.into_iter().chain(bad).collect()
    }

    fn column(&self, label: &'static str, kind: Kind, path: &str, body: Option<Value>) -> Object {
        Object { label, kind, path: path.to_owned(), header: None, body, level: 0 }
    }

    fn switches(&self, operation: &Operation) -> Vec<Object> {
        let to = |label, kind, name: String| {
            self.column(label, kind, &operation.path, Some(json!({ "organization_id": name })))
        };
        vec![
            to("acme's", Kind::Of(Side::Acme), self.acme.organization.to_string()),
            to("north's", Kind::Of(Side::North), self.north.organization.to_string()),
            to("absent", Kind::Absent, OrganizationId::new().to_string()),
            to("malformed", Kind::Malformed, "org_!".to_owned()),
        ]
    }

    fn deletions(&self, operation: &Operation) -> Vec<Object> {
        let at = |label, kind, name: &str| {
            self.column(label, kind, &operation.path.replace("{organization}", name), None)
        };
        vec![
            at("the owner's, deleted", Kind::Deleted, &self.deleted.to_string()),
            at("acme's, not deleted", Kind::Absent, &self.acme.organization.to_string()),
            at("north's", Kind::Absent, &self.north.organization.to_string()),
            at("absent", Kind::Absent, &OrganizationId::new().to_string()),
            at("malformed", Kind::Malformed, "NOT~A~NAME"),
        ]
    }

    fn organizations(&self, operation: &Operation) -> Vec<Object> {
        let (acme, north) = (self.of(operation, &self.acme), self.of(operation, &self.north));
        let body_of = |of: &Belongings| body(operation, of);
        let at = |label, kind, name: &str, of: &Belongings| {
            let path = fill(&operation.path, name, of, &of.colleague.to_string());
            self.column(label, kind, &path, body_of(of))
        };
        let (ours, theirs) = (acme.organization.to_string(), north.organization.to_string());
        let with = |object: Object, header: &str| Object {
            header: Some(("x-organization-id", header.to_owned())),
            ..object
        };
        let mut columns = vec![
            at("acme's", Kind::Of(Side::Acme), &ours, &acme),
            at("by slug", Kind::Of(Side::Acme), "acme-organization", &acme),
            at("north's", Kind::Of(Side::North), &theirs, &north),
            at("absent", Kind::Absent, &OrganizationId::new().to_string(), &acme),
            at("malformed", Kind::Malformed, "NOT~A~NAME", &acme),
            with(at("acme's, acme header", Kind::Of(Side::Acme), &ours, &acme), &ours),
            with(at("acme's, north header", Kind::Mixed, &ours, &acme), &theirs),
            with(at("north's, acme header", Kind::Mixed, &theirs, &north), &ours),
        ];
        let has_child = operation.path.contains("{client}") || operation.path.contains("{user}");
        if has_child {
            columns.extend([
                Object {
                    level: 2,
                    ..at("current, acme's child", Kind::Of(Side::Acme), "current", &acme)
                },
                Object {
                    level: 2,
                    ..at("current, absent child", Kind::Absent, "current", &absent(&acme))
                },
                Object {
                    level: 1,
                    ..at("acme's, north's child", Kind::ForeignChild, &ours, &north)
                },
                Object {
                    level: 1,
                    ..at("acme's, absent child", Kind::Absent, &ours, &absent(&acme))
                },
                at("north's, acme's child", Kind::Mixed, &theirs, &acme),
            ]);
        } else if operation.id != "member_transfer" {
            // Whom the ownership goes to is one of acme, whatever the token's organization is.
            columns.push(at("current", Kind::Current, "current", &acme));
        }
        columns
    }

    fn projects(&self, operation: &Operation) -> Vec<Object> {
        let (acme, north) = (self.of(operation, &self.acme), self.of(operation, &self.north));
        let at = |label, kind, of: &Belongings, user: &UserId| {
            let path = fill(&operation.path, "", of, &user.to_string());
            self.column(label, kind, &path, body(operation, of))
        };
        let (ours, theirs) = (acme.organization.to_string(), north.organization.to_string());
        let with = |object: Object, header: &str| Object {
            header: Some(("x-organization-id", header.to_owned())),
            ..object
        };
        let mut columns = vec![
            at("acme's", Kind::Of(Side::Acme), &acme, &acme.colleague),
            at("north's", Kind::Of(Side::North), &north, &north.colleague),
            at("absent", Kind::Absent, &absent(&acme), &acme.colleague),
            Object {
                path: fill(&operation.path, "", &acme, &acme.colleague.to_string())
                    .replace(&acme.project, "prj_NOT~AN~ID"),
                ..at("malformed", Kind::Malformed, &acme, &acme.colleague)
            },
            with(at("acme's, acme header", Kind::Of(Side::Acme), &acme, &acme.colleague), &ours),
            with(at("acme's, north header", Kind::Mixed, &acme, &acme.colleague), &theirs),
            with(at("north's, acme header", Kind::Mixed, &north, &north.colleague), &ours),
            at(
                "acme's, restricted",
                Kind::Restricted,
                &self.restricted(&acme, operation),
                &acme.colleague,
            ),
        ];
        if operation.path.contains("{user}") {
            columns.extend([
                Object {
                    level: 1,
                    ..at("acme's, north's user", Kind::ForeignChild, &acme, &north.colleague)
                },
                Object {
                    level: 1,
                    ..at("acme's, absent user", Kind::Absent, &acme, &UserId::new())
                },
            ]);
        }
        columns
    }

    /// What belongs to a side, and what was deleted of it where the operation restores.
    fn of(&self, operation: &Operation, of: &Belongings) -> Belongings {
        let mut of = of.clone();
        if operation.id.ends_with("_restore") {
            of.project.clone_from(&of.deleted_project);
            of.client.clone_from(&of.deleted_client);
        }
        of
    }

    fn restricted(&self, acme: &Belongings, operation: &Operation) -> Belongings {
        let is_restore = operation.id.ends_with("_restore");
        let project = if is_restore { &acme.deleted_project } else { &self.restricted };
        Belongings { project: project.clone(), ..acme.clone() }
    }

    fn collections(&self, operation: &Operation) -> Vec<Object> {
        let body = body(operation, &self.acme);
        let (acme, north) = (self.acme.organization, self.north.organization);
        let plain = |label, kind| self.column(label, kind, &operation.path, body.clone());
        let header = |label, kind, name: String| Object {
            header: Some(("x-organization-id", name)),
            ..plain(label, kind)
        };
        let mut columns = vec![
            plain("current", Kind::Current),
            header("acme header", Kind::Of(Side::Acme), acme.to_string()),
            header("north header", Kind::Of(Side::North), north.to_string()),
            header("absent header", Kind::Absent, OrganizationId::new().to_string()),
            header("malformed header", Kind::Malformed, "NOT~A~NAME".to_owned()),
        ];
        if let Some(body) = &body {
            let named = |label, kind, name: String| {
                let mut body = body.clone();
                body["organization_id"] = name.into();
                Object { body: Some(body), ..header(label, kind, acme.to_string()) }
            };
            columns.push(named("acme in body", Kind::Of(Side::Acme), acme.to_string()));
            columns.push(named("north in body", Kind::Mixed, north.to_string()));
            columns.push(named("absent in body", Kind::Mixed, OrganizationId::new().to_string()));
        }
        columns
    }
}

/// The same with children that nobody has.
fn absent(of: &Belongings) -> Belongings {
    Belongings {
        project: ProjectId::new().to_string(),
        client: ClientId::new().to_string(),
        colleague: UserId::new(),
        ..of.clone()
    }
}

/// A good body for an operation that takes one.
fn body(operation: &Operation, of: &Belongings) -> Option<Value> {
    Some(match operation.id.as_str() {
        "organization_create" => json!({ "name": "One more" }),
        "organization_update" | "organization_replace" | "project_update" | "project_replace" => {
            json!({ "description": "changed" })
        }
        "project_create" | "client_create" => json!({ "name": "Fresh" }),
        "client_update" | "client_replace" => json!({ "metadata": { "sector": "retail" } }),
        "member_update" | "member_replace" => json!({ "role": "viewer" }),
        "member_transfer" => json!({ "user_id": of.colleague }),
        "permission_check" => json!({ "permissions": ["project:create", "organization:delete"] }),
        "project_member_add" => json!({ "user_id": of.partner }),
        "project_member_update" | "project_member_replace" => json!({ "role": "manager" }),
        id if id.ends_with("_settings_replace") || id.ends_with("_settings_update") => {
            json!({ "theme": "dark" })
        }
        _ => return None,
    })
}
