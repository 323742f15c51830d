//! What an operation is tried on: ours, the other organization's, what does not exist, and mixtures.

use serde_json::{Value, json};
use tenantry_core::{OrganizationId, ProjectId};

use super::principals::Side;
use super::world::World;
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
}

/// What the rules have to know about a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Belongs to this side, and everything in the request says so or says nothing.
    Of(Side),
    /// Is whatever the token is for.
    Current,
    /// Exists nowhere.
    Absent,
    /// Is not even a name.
    Malformed,
    /// Parts of the request name different organizations.
    Mixed,
    /// As the first column, with a body that is not one of the operation.
    BadBody,
    /// Belongs to the account.
    Account,
}

impl World {
    /// The columns of an operation; none when nobody thought of it.
    pub(crate) fn objects(&self, operation: &Operation) -> Vec<Object> {
        let body = body(&operation.id);
        let objects = match operation.id.as_str() {
            "account_get" | "account_logout" | "organization_list" | "organization_create" => {
                vec![self.column("account", Kind::Account, &operation.path, body.clone())]
            }
            "account_switch" => self.switches(operation),
            "project_list" | "project_create" => self.collections(operation, body.as_ref()),
            _ if operation.path.contains("{organization}") => {
                self.organizations(operation, body.as_ref())
            }
            _ if operation.path.contains("{project}") => self.projects(operation, body.as_ref()),
            _ => Vec::new(),
        };
        let path = objects.first().map(|object| object.path.clone());
        let bad = match (path, body) {
            (Some(path), Some(_)) if operation.permission().is_some() => {
                Some(self.column("bad body", Kind::BadBody, &path, Some(json!({ "surprise": 1 }))))
            }
            _ => None,
        };
        objects.into_iter().chain(bad).collect()
    }

    fn column(&self, label: &'static str, kind: Kind, path: &str, body: Option<Value>) -> Object {
        Object { label, kind, path: path.to_owned(), header: None, body }
    }

    fn switches(&self, operation: &Operation) -> Vec<Object> {
        let to = |label, kind, name: String| {
            self.column(label, kind, &operation.path, Some(json!({ "organization_id": name })))
        };
        vec![
            to("acme's", Kind::Of(Side::Acme), self.acme.to_string()),
            to("north's", Kind::Of(Side::North), self.north.to_string()),
            to("absent", Kind::Absent, OrganizationId::new().to_string()),
            to("malformed", Kind::Malformed, "org_!".to_owned()),
        ]
    }

    fn organizations(&self, operation: &Operation, body: Option<&Value>) -> Vec<Object> {
        let at = |label, kind, name: &str| {
            self.column(label, kind, &operation.path.replace("{organization}", name), body.cloned())
        };
        let (acme, north) = (self.acme.to_string(), self.north.to_string());
        let with = |object: Object, header: &str| Object {
            header: Some(("x-organization-id", header.to_owned())),
            ..object
        };
        vec![
            at("acme's", Kind::Of(Side::Acme), &acme),
            at("by slug", Kind::Of(Side::Acme), "acme-organization"),
            at("current", Kind::Current, "current"),
            at("north's", Kind::Of(Side::North), &north),
            at("absent", Kind::Absent, &OrganizationId::new().to_string()),
            at("malformed", Kind::Malformed, "NOT~A~NAME"),
            with(at("acme's, acme header", Kind::Of(Side::Acme), &acme), &acme),
            with(at("acme's, north header", Kind::Mixed, &acme), &north),
            with(at("north's, acme header", Kind::Mixed, &north), &acme),
        ]
    }

    fn projects(&self, operation: &Operation, body: Option<&Value>) -> Vec<Object> {
        let at = |label, kind, name: &str| {
            self.column(label, kind, &operation.path.replace("{project}", name), body.cloned())
        };
        let (acme, north) = (self.acme.to_string(), self.north.to_string());
        let with = |object: Object, header: &str| Object {
            header: Some(("x-organization-id", header.to_owned())),
            ..object
        };
        vec![
            at("acme's", Kind::Of(Side::Acme), &self.acme_project),
            at("north's", Kind::Of(Side::North), &self.north_project),
            at("absent", Kind::Absent, &ProjectId::new().to_string()),
            at("malformed", Kind::Malformed, "prj_NOT~AN~ID"),
            with(at("acme's, acme header", Kind::Of(Side::Acme), &self.acme_project), &acme),
            with(at("acme's, north header", Kind::Mixed, &self.acme_project), &north),
            with(at("north's, acme header", Kind::Mixed, &self.north_project), &acme),
        ]
    }

    fn collections(&self, operation: &Operation, body: Option<&Value>) -> Vec<Object> {
        let plain = |label, kind| self.column(label, kind, &operation.path, body.cloned());
        let header = |label, kind, name: String| Object {
            header: Some(("x-organization-id", name)),
            ..plain(label, kind)
        };
        let mut columns = vec![
            plain("current", Kind::Current),
            header("acme header", Kind::Of(Side::Acme), self.acme.to_string()),
            header("north header", Kind::Of(Side::North), self.north.to_string()),
            header("absent header", Kind::Absent, OrganizationId::new().to_string()),
            header("malformed header", Kind::Malformed, "NOT~A~NAME".to_owned()),
        ];
        if let Some(body) = body {
            let named = |label, kind, name: String| {
                let mut body = body.clone();
                body["organization_id"] = name.into();
                Object { body: Some(body), ..header(label, kind, self.acme.to_string()) }
            };
            columns.push(named("acme in body", Kind::Of(Side::Acme), self.acme.to_string()));
            columns.push(named("north in body", Kind::Mixed, self.north.to_string()));
            columns.push(named("absent in body", Kind::Mixed, OrganizationId::new().to_string()));
        }
        columns
    }
}

/// A good body for an operation that takes one.
fn body(operation: &str) -> Option<Value> {
    match operation {
        "organization_create" => Some(json!({ "name": "One more" })),
        "organization_update" | "organization_replace" | "project_update" | "project_replace" => {
            Some(json!({ "description": "changed" }))
        }
        "project_create" => Some(json!({ "name": "Fresh" })),
        _ => None,
    }
}
