//! Row security that binds the new login and records what the old ones would be denied. The old logins keep every row: where
//! row security was off, everything is allowed to everybody; where it was on, the policies that were there go on deciding.
//!
//! Row security itself is what an application may notice already: PostgreSQL refuses `copy … from` and a dump by a login that
//! it binds, and keeps an index with an operator that is not leak-proof from being used beside the recorder. A table where
//! that matters is guarded without records; its owner is then left alone until enforcement.

use serde::{Deserialize, Serialize};
use tenantry_db::guard::Engine;

use crate::name::{TableName, identifier, literal};
use crate::operation::{Action, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// The table or partition.
    pub table: TableName,
    /// The application's old logins that row security can bind, recorded and not denied.
    pub logins: Vec<String>,
    /// Whether row security was on before.
    pub had_row_security: bool,
    /// Whether it was forced before.
    pub had_forced: bool,
    /// Whether it has policies of its own.
    pub has_policies: bool,
    /// Whether what would be denied is recorded.
    pub records: bool,
}

impl Operate for Guard {
    fn title(&self) -> String {
        let who = if self.is_recording() { ", record what old logins do" } else { "" };
        format!("guard {}{who}", self.table.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let shown = self.table.shown();
        let Some(table) = schema.table(&self.table) else {
            return Err(format!("there is no table {shown}"));
        };
        if table.is_foreign {
            return Err(format!("{shown} is a foreign table, which has no row security"));
        }
        if let Some(own) = table.policies.iter().find(|name| OWN.contains(&name.as_str())) {
            return Err(format!("{shown} has a policy called {own} already"));
        }
        // Switched on, they would take rows from the unchanged application.
        if !table.has_row_security && !table.policies.is_empty() {
            return Err(format!(
                "{shown} has policies that are not in force: drop them, or enable row security"
            ));
        }
        Ok(())
    }

    fn start(&self) -> Vec<Action> {
        let table = self.table.sql();
        let guard = format!(
            "create policy tenantry_guard on {table} as restrictive for all to tenantry_app \
             using ({mine}) with check ({mine})",
            mine = mine()
        );
        let force = if self.forces() { ", force row level security" } else { "" };
        let sql = format!(
            "alter table {table} enable row level security{force}; {}; {guard}; {}{}",
            self.drop_own(),
            self.allow(),
            self.shadow()
        );
        vec![Action::short(&self.table, sql, self.is_guarded())]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let table = self.table.sql();
        let mut changes = Vec::new();
        if !self.had_row_security {
            changes.push("disable row level security");
        }
        if !self.had_forced {
            changes.push("no force row level security");
        }
        let mut sql = self.drop_own();
        if !changes.is_empty() {
            sql = format!("{sql}; alter table {table} {}", changes.join(", "));
        }
        vec![Action::short(&self.table, sql, format!("select not ({})", self.is_guarded()))]
    }
}

/// The policies that are ours, in the order in which they are dropped.
const OWN: [&str; 3] = ["tenantry_shadow", "tenantry_allow", "tenantry_guard"];

/// The condition of the contract's guard.
fn mine() -> String {
    format!("organization_id = {}", Engine::PostgreSql.organization_call())
}

impl Guard {
    /// Whether something is recorded at all.
    fn is_recording(&self) -> bool {
        self.records && !self.logins.is_empty()
    }

    /// Whether the owner is bound in shadow: only to record what it does, and only where nothing else would bind it then.
    pub(super) fn forces(&self) -> bool {
        self.had_forced || (self.is_recording() && !self.had_row_security)
    }

    /// Whom the permissive policy is for. Where row security was on without a permissive policy, others than the owner saw
    /// nothing, and see nothing in shadow.
    pub(super) fn allowed(&self) -> &'static str {
        if self.had_row_security { "tenantry_app" } else { "public" }
    }

    /// The permissive policy that a restrictive guard needs beside it. Where there are policies, only the database knows
    /// whether one of them lets the new login in.
    fn allow(&self) -> String {
        let table = self.table.sql();
        let create = format!(
            "create policy tenantry_allow on {table} for all to {} using (true) with check (true)",
            self.allowed()
        );
        if !self.has_policies {
            return create;
        }
        format!(
            "do $adopt$ begin if not exists (select from pg_catalog.pg_policy where polrelid = {} and polpermissive \
               and (0 = any (polroles) or (select r.oid from pg_catalog.pg_roles r where r.rolname = 'tenantry_app') = any (polroles))) \
             then {create}; end if; end $adopt$",
            self.table.regclass()
        )
    }

    /// The policy that records, with the semicolon before it; nothing where nothing is recorded.
    pub(super) fn shadow(&self) -> String {
        if !self.is_recording() {
            return String::new();
        }
        let logins: Vec<String> = self.logins.iter().map(|login| identifier(login)).collect();
        let condition = format!(
            "{} or (select tenantry_adopt.witness({}))",
            mine(),
            literal(&self.table.to_string())
        );
        format!(
            "; grant execute on function tenantry_adopt.witness(text) to {who}; \
             create policy tenantry_shadow on {} as restrictive for all to {who} using ({condition}) with check ({condition})",
            self.table.sql(),
            who = logins.join(", ")
        )
    }

    fn drop_own(&self) -> String {
        let table = self.table.sql();
        OWN.map(|name| format!("drop policy if exists {name} on {table}")).join("; ")
    }

    /// Whether the guard is there, in either form.
    fn is_guarded(&self) -> String {
        format!(
            "select exists (select from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid \
             where c.oid = {} and c.relrowsecurity and p.polname = 'tenantry_guard')",
            found(&self.table)
        )
    }
}

/// The table's number, or null where there is no such table.
pub(super) fn found(table: &TableName) -> String {
    format!("pg_catalog.to_regclass({})", literal(&table.sql()))
}
