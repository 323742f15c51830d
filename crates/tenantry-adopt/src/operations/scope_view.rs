//! A view reads with the rights of whoever asks, so that row security sees them. Whoever may read the view then needs to be
//! allowed to read its tables too: the request path's login is granted that beforehand.

use serde::{Deserialize, Serialize};

use super::guard::found;
use crate::name::TableName;
use crate::operation::{Action, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopeView {
    /// The view.
    pub view: TableName,
}

impl Operate for ScopeView {
    fn title(&self) -> String {
        format!("let {} read with its reader's rights", self.view.shown())
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.view)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        let shown = self.view.shown();
        let Some(view) = schema.views.iter().find(|view| view.name == self.view) else {
            return Err(format!("there is no view {shown}"));
        };
        if view.is_materialized {
            return Err(format!(
                "{shown} is materialized: its rows are copies, whoever reads them"
            ));
        }
        Ok(())
    }

    fn start(&self) -> Vec<Action> {
        let sql = format!("alter view {} set (security_invoker = true)", self.view.sql());
        vec![Action::short(&self.view, sql, format!("select {}", self.is_invoker()))]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let sql = format!("alter view {} reset (security_invoker)", self.view.sql());
        vec![Action::short(&self.view, sql, format!("select not {}", self.is_invoker()))]
    }
}

impl ScopeView {
    fn is_invoker(&self) -> String {
        format!(
            "exists (select from pg_catalog.pg_class c cross join lateral pg_catalog.pg_options_to_table(c.reloptions) o \
             where c.oid = {} and o.option_name = 'security_invoker' and o.option_value::boolean)",
            found(&self.view)
        )
    }
}
