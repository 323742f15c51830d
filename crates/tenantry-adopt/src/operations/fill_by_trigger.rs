//! A trigger fills the column from the parent while the application does not know of it. It runs with the administrator's
//! rights, because row security may hide the parent from whoever inserts; what it learns is only written into the row, where
//! the guard judges it.

use serde::{Deserialize, Serialize};

use super::partition::{Partition, check, family};
use super::question::{ask, function, trigger};
use super::statement::{locks, take};
use crate::classification::{Link, LinkKind};
use crate::decisions::Filling;
use crate::name::{COLUMN, TableName, identifier, list, literal, made};
use crate::operation::{Action, Lock, Operate};
use crate::schema::Schema;

/// The trigger's name on every table. It comes late in the alphabet, so that the application's own triggers have filled in
/// the columns that it reads.
const TRIGGER: &str = "tenantry_fill";

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FillByTrigger {
    /// The table.
    pub table: TableName,
    /// Whose a row is.
    pub filling: Filling,
    /// Its partitions, which get the trigger with it.
    #[serde(default)]
    pub partitions: Vec<Partition>,
}

impl FillByTrigger {
    /// The trigger's function.
    fn function(&self) -> TableName {
        let table = TableName::new("tenantry_adopt", &self.table.name);
        TableName::new("tenantry_adopt", made(&table, &[&self.table.schema], "fill"))
    }

    /// What the function does with the new row. An insert that says whose the row is, is believed. A row whose parent changes
    /// follows the new one; one whose parent goes stays where it is.
    fn body(&self) -> String {
        let insert = |value: &str| {
            format!("  if new.{COLUMN} is null then\n    new.{COLUMN} := {value};\n  end if;")
        };
        match &self.filling {
            Filling::Constant(id) => insert(&format!("'{id}'::uuid")),
            Filling::Root { key, name } => {
                let name = name.as_ref().map(|name| format!("new.{}::text", identifier(name)));
                let name = name.unwrap_or_else(|| "null::text".to_owned());
                insert(&format!(
                    "tenantry_adopt.organization_of(new.{}::text, {name})",
                    identifier(key)
                ))
            }
            Filling::Links { links, otherwise } => {
                let mut ways: Vec<String> = links.iter().map(parent).collect();
                let moved =
                    [ways.clone(), vec![format!("new.{COLUMN}")]].concat().join(",\n      ");
                ways.extend(otherwise.map(|id| format!("'{id}'::uuid")));
                ways.push("null::uuid".to_owned());
                format!(
                    "{}\n  if tg_op = 'UPDATE' and new.{COLUMN} is not distinct from old.{COLUMN} then\n    \
                     new.{COLUMN} := coalesce(\n      {moved});\n  end if;",
                    insert(&format!("coalesce(\n      {})", ways.join(",\n      "))),
                )
            }
        }
    }

    /// When it is called.
    fn events(&self) -> String {
        match &self.filling {
            Filling::Links { links, .. } if !links.is_empty() => {
                let mut columns: Vec<String> = links.iter().flat_map(link_columns).collect();
                columns.sort();
                columns.dedup();
                format!("insert or update of {}", list(&columns))
            }
            _ => "insert".to_owned(),
        }
    }

    /// Takes the trigger away.
    fn drop(&self) -> Vec<Action> {
        let held = locks(family(&self.table, &self.partitions), Lock::AccessExclusive);
        let name = self.function();
        let sql = format!(
            "{}drop trigger if exists {TRIGGER} on {};\ndrop function if exists {}()",
            take(&held),
            self.table.sql(),
            name.sql()
        );
        let done = format!("not {} and not {}", trigger(&self.table, TRIGGER), function(&name));
        vec![Action::locking(held, sql, ask(&done))]
    }
}

/// The organization of the row that a link leads to. Of two organizations that have the same key none is taken: one could have
/// made it to catch what the other's row is waiting for.
fn parent(link: &Link) -> String {
    format!(
        "(select (array_agg(parent.{COLUMN}))[1] from {} as parent where {} having count(distinct parent.{COLUMN}) = 1)",
        link.parent.sql(),
        link.condition("new", "parent")
    )
}

/// The columns that say where a link leads.
fn link_columns(link: &Link) -> Vec<String> {
    let mut columns = link.columns.clone();
    if let LinkKind::Polymorphic { type_column, .. } = &link.kind {
        columns.push(type_column.clone());
    }
    columns
}

impl Operate for FillByTrigger {
    fn title(&self) -> String {
        let shown = self.table.shown();
        match &self.filling {
            Filling::Constant(_) => format!("fill {COLUMN} of new rows of {shown}"),
            Filling::Root { .. } => format!("make an organization for each new row of {shown}"),
            Filling::Links { otherwise: None, .. } => {
                format!(
                    "fill {COLUMN} of new rows of {shown} from their parent, and refuse rows without one"
                )
            }
            Filling::Links { .. } => {
                format!("fill {COLUMN} of new rows of {shown} from their parent")
            }
        }
    }

    fn table(&self) -> Option<&TableName> {
        Some(&self.table)
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        check(schema, &self.table, &self.partitions)?;
        let Some(table) = schema.table(&self.table) else { return Ok(()) };
        if table.triggers.iter().any(|found| found.name == TRIGGER) {
            return Err(format!("{} has a trigger {TRIGGER} already", self.table.shown()));
        }
        let columns = match &self.filling {
            Filling::Constant(_) => Vec::new(),
            Filling::Root { key, name } => std::iter::once(key).chain(name).cloned().collect(),
            Filling::Links { links, .. } => links.iter().flat_map(link_columns).collect(),
        };
        match columns.iter().find(|name| table.column(name).is_none()) {
            Some(name) => Err(format!("{} has no column {name}", self.table.shown())),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let held = locks(family(&self.table, &self.partitions), Lock::ShareRowExclusive);
        let name = self.function().sql();
        // Under a context the default says whose the row is. Asking the parents then would tell one organization which rows another
        // one has, by the error that comes of it.
        let body = format!(
            "\nbegin\n  if current_setting('tenantry.context', true) <> '' then\n    return new;\n  end if;\n{}\n  return new;\nend ",
            self.body()
        );
        let sql = format!(
            "{}create or replace function {name}() returns trigger language plpgsql security definer\n  \
             set search_path = pg_catalog, pg_temp as {};\n\
             revoke all on function {name}() from public;\n\
             create or replace trigger {TRIGGER} before {} on {}\n  for each row execute function {name}()",
            take(&held),
            literal(&body),
            self.events(),
            self.table.sql()
        );
        vec![Action::locking(held, sql, ask(&trigger(&self.table, TRIGGER)))]
    }

    fn complete(&self) -> Vec<Action> {
        self.drop()
    }

    fn rollback(&self) -> Vec<Action> {
        self.drop()
    }
}
