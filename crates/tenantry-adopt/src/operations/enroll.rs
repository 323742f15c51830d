//! The application's people become accounts and members.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::operation::{Action, Manner, Operate, Task};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enroll {
    /// Where they are; nobody is enrolled without.
    pub people: Option<crate::decisions::People>,
    /// Whose the rows are: in a split database a person is a member where their row is.
    pub mode: crate::classification::Mode,
    /// Whether it is the second time, at enforcement, for people who came meanwhile. Going back leaves them.
    #[serde(default)]
    pub is_again: bool,
}

/// A comment says so, because a question about a table that is not there would be an error.
const DONE: &str = "select coalesce(pg_catalog.obj_description(pg_catalog.to_regclass('tenantry_adopt.people'), 'pg_class') = 'done', false)";
const DISMISSED: &str = "select pg_catalog.to_regclass('tenantry_adopt.people') is null";
const DISMISS: &str = include_str!("../task/enroll/dismiss.sql");

/// What a role may be mapped to.
const ROLES: [&str; 4] = ["owner", "admin", "member", "viewer"];

impl Operate for Enroll {
    fn title(&self) -> String {
        match &self.people {
            Some(people) if self.is_again => {
                format!("make the people who came to {} meanwhile members", people.table.shown())
            }
            Some(people) => format!("make the people of {} members", people.table.shown()),
            None => "make nobody a member: the plan names no table of people".to_owned(),
        }
    }

    fn table(&self) -> Option<&TableName> {
        self.people.as_ref().map(|people| &people.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let Some(people) = &self.people else { return Ok(()) };
        let Some(table) = schema.table(&people.table) else {
            return Err(format!("there is no table {}", people.table));
        };
        // The role may stand in a table of memberships instead.
        let named = [
            Some(&people.key),
            Some(&people.email),
            people.name.as_ref(),
            people.password_hash.as_ref(),
        ];
        if let Some(column) = named.into_iter().flatten().find(|name| table.column(name).is_none())
        {
            return Err(format!("{} has no column {column}", people.table));
        }
        match people.roles.values().find(|role| !ROLES.contains(&role.as_str())) {
            Some(role) => Err(format!("{role} is not a role: {}", ROLES.join(", "))),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        vec![Action::task(Task::Enroll, &self.title(), DONE)]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        if self.is_again {
            return Vec::new();
        }
        let (sql, done) = (DISMISS.to_owned(), DISMISSED.to_owned());
        vec![Action { sql, done, manner: Manner::Long, locks: Vec::new() }]
    }
}
