//! The guard binds everybody, and what everybody was granted on the table is taken. Going back binds the new login alone again, and gives everybody what the contract had to take.
//!
//! What is there afterwards is what `tenantry.protect()` makes, save its trigger for `updated_at`: that one would change what
//! the application's own statements write.

use serde::{Deserialize, Serialize};

use super::guard::{Guard, found};
use crate::name::TableName;
use crate::operation::{Action, Operate};
use crate::privileges::Holding;
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnforceGuard {
    /// The guard as it is in shadow, to which it goes back.
    pub guard: Guard,
}

impl Operate for EnforceGuard {
    fn title(&self) -> String {
        format!("bind everybody to the guard of {}", self.guard.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.guard.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let is_there = schema.table(&self.guard.table).is_some();
        is_there
            .then_some(())
            .ok_or_else(|| format!("there is no table {}", self.guard.table.shown()))
    }

    fn start(&self) -> Vec<Action> {
        let table = self.guard.table.sql();
        let holding = self.holding(&table);
        let sql = format!(
            "alter table {table} force row level security; alter policy tenantry_guard on {table} to public; {}; \
             drop policy if exists tenantry_shadow on {table}; {}",
            self.allow_to("public"),
            holding.change(&holding.take("public", None))
        );
        vec![Action::short(&self.guard.table, sql, self.is_enforced())]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let table = self.guard.table.sql();
        let force = if self.guard.forces() { "force" } else { "no force" };
        let sql = format!(
            "alter table {table} {force} row level security; alter policy tenantry_guard on {table} to tenantry_app; {}; \
             drop policy if exists tenantry_shadow on {table}{}; {}",
            self.allow_to(self.guard.allowed()),
            self.guard.shadow(),
            self.holding(&table).give_back()
        );
        let done = format!("select not ({})", self.is_enforced());
        vec![Action::short(&self.guard.table, sql, done)]
    }
}

impl EnforceGuard {
    fn holding<'a>(&self, table: &'a str) -> Holding<'a> {
        Holding { taker: "enforce-guard", kind: "table", object: table }
    }

    /// Whom the permissive policy is for, where it is ours.
    fn allow_to(&self, roles: &str) -> String {
        format!(
            "do $adopt$ begin if exists (select from pg_catalog.pg_policy where polrelid = {} and polname = 'tenantry_allow') \
             then alter policy tenantry_allow on {} to {roles}; end if; end $adopt$",
            self.guard.table.regclass(),
            self.guard.table.sql()
        )
    }

    fn is_enforced(&self) -> String {
        format!(
            "select exists (select from pg_catalog.pg_policy where polrelid = {} and polname = 'tenantry_guard' \
             and polroles = '{{0}}')",
            found(&self.guard.table)
        )
    }
}
