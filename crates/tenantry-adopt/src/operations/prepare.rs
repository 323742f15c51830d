//! The isolation contract, the control plane and the organizations.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::operation::{Action, Operate, Task};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prepare {
    /// The organization of the plan.
    pub organization: crate::decisions::Organization,
    /// Its id.
    pub id: uuid::Uuid,
    /// Split: whose rows become organizations.
    pub root: Option<crate::decisions::Root>,
    /// The organization of rows that belong to nobody, where some table's are given to one.
    #[serde(default)]
    pub quarantine: Option<uuid::Uuid>,
    /// The application's logins: what they may do as anybody, they go on to may until they are bound.
    #[serde(default)]
    pub logins: Vec<String>,
}

/// A comment says so, because a question about a table that is not there would be an error.
const DONE: &str = "select coalesce(pg_catalog.obj_description(pg_catalog.to_regclass('tenantry_adopt.prepared'), 'pg_class') = 'done', false)";
const WITHDRAWN: &str = "select pg_catalog.to_regclass('tenantry_adopt.prepared') is null";

impl Operate for Prepare {
    fn title(&self) -> String {
        match &self.root {
            Some(root) => format!(
                "install the control plane and make an organization of each row of {}",
                root.table.shown()
            ),
            None => format!(
                "install the control plane and make the organization {}",
                self.organization.name
            ),
        }
    }

    fn table(&self) -> Option<&TableName> {
        None
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let Some(root) = &self.root else { return Ok(()) };
        let Some(table) = schema.table(&root.table) else {
            return Err(format!("there is no table {}", root.table));
        };
        let missing = std::iter::once(&root.key)
            .chain(&root.name)
            .find(|column| table.column(column).is_none());
        match missing {
            Some(column) => Err(format!("{} has no column {column}", root.table)),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        vec![Action::task(Task::Prepare, &self.title(), DONE)]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let words = "remove the organizations, and the control plane where it was not there before";
        vec![Action::task(Task::Withdraw, words, WITHDRAWN)]
    }
}
