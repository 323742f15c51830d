//! The default of the column: first what the context says, else the given organization; when the old application is gone,
//! the context alone. The context is not verified here, because the guard refuses a forged one anyway.

use serde::{Deserialize, Serialize};

use super::question::{ask, column, default};
use crate::name::{COLUMN, TableName, literal};
use crate::operation::{Action, Operate};
use crate::schema::Schema;

/// What the context says, in the words of the isolation contract: after completion, protecting the table changes nothing.
const CONTEXT: &str = include_str!("../sql/context_default.sql");

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContextDefault {
    /// The table or partition.
    pub table: TableName,
    /// Who gets rows that are inserted without a context. Absent where a trigger fills them.
    pub fallback: Option<uuid::Uuid>,
    /// The constant default that stood there before.
    pub before: Option<uuid::Uuid>,
}

impl ContextDefault {
    /// Another default, for rows of this table alone: partitions have steps of their own.
    fn set(&self, value: &str, done: &str) -> Action {
        let table = self.table.sql();
        let sql = format!("alter table only {table} alter column {COLUMN} {value}");
        Action::short(&self.table, sql, ask(done))
    }

    /// Whether the default reads the context, and how it begins.
    fn reads_context(&self, form: &str) -> String {
        let now = default(&self.table);
        format!("{now} like {} and {now} like {}", literal("%'tenantry.context'%"), literal(form))
    }

    /// The context alone.
    fn strict(&self) -> Action {
        self.set(&format!("set default\n{}", CONTEXT.trim_end()), &self.reads_context("CASE%"))
    }
}

impl Operate for ContextDefault {
    fn title(&self) -> String {
        format!("let {COLUMN} of {} default to the context", self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let found = schema.table(&self.table).map(|_| ());
        found.ok_or_else(|| format!("there is no table {}", self.table.shown()))
    }

    fn start(&self) -> Vec<Action> {
        let Some(fallback) = self.fallback else { return vec![self.strict()] };
        let value = format!(
            "set default coalesce(\n{}, '{fallback}'::pg_catalog.uuid)",
            CONTEXT.trim_end()
        );
        let done = format!(
            "{} or {}",
            self.reads_context("CASE%"),
            self.reads_context(&format!("COALESCE(%'{fallback}'::uuid)"))
        );
        vec![self.set(&value, &done)]
    }

    fn complete(&self) -> Vec<Action> {
        vec![self.strict()]
    }

    fn rollback(&self) -> Vec<Action> {
        let now = default(&self.table);
        // A column that is gone has no default to take back.
        let gone = format!("not {}", column(&self.table, "true"));
        match self.before {
            Some(id) => {
                let done = format!("{gone} or {now} = {}", literal(&format!("'{id}'::uuid")));
                vec![self.set(&format!("set default '{id}'::pg_catalog.uuid"), &done)]
            }
            None => vec![self.set("drop default", &format!("{gone} or {now} = ''"))],
        }
    }
}
