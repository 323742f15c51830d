//! What foreign keys would have checked, had they not been off while rows were loaded; and that there is none whose parent
//! would be somebody else's row of the same key.

use tenantry_db::DbError;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use crate::error::AdoptError;
use crate::name::{COLUMN, TableName, identifier};
use crate::operations::Merge;

const KEYS: &str = "select c.conname::text, n.nspname::text, t.relname::text, pn.nspname::text, p.relname::text, c.convalidated, \
       array(select a.attname::text from unnest(c.conkey) with ordinality k (number, place) \
               join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number order by k.place), \
       array(select a.attname::text from unnest(c.confkey) with ordinality k (number, place) \
               join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number order by k.place) \
  from pg_catalog.pg_constraint c \
  join pg_catalog.pg_class t on t.oid = c.conrelid join pg_catalog.pg_namespace n on n.oid = t.relnamespace \
  join pg_catalog.pg_class p on p.oid = c.confrelid join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace \
 where c.contype = 'f' and c.conparentid = 0 \
   and t.oid in (select pg_catalog.to_regclass(name) from pg_catalog.unnest($1::text[]) name) order by 1, 2, 3";

/// A foreign key of a table that is loaded.
#[derive(Debug)]
struct Reference {
    name: String,
    child: TableName,
    parent: TableName,
    is_validated: bool,
    columns: Vec<String>,
    parent_columns: Vec<String>,
}

impl Reference {
    fn read(row: &Row) -> Self {
        let table = |schema: usize, name: usize| {
            TableName::new(row.get::<_, String>(schema), row.get::<_, String>(name))
        };
        Self {
            name: row.get(0),
            child: table(1, 2),
            parent: table(3, 4),
            is_validated: row.get(5),
            columns: row.get(6),
            parent_columns: row.get(7),
        }
    }

    /// Rows of an organization that point at nothing.
    fn orphans(&self, id: Uuid) -> String {
        let filled = self.columns.iter().map(|name| format!("c.{} is not null", identifier(name)));
        let pairs = self
            .columns
            .iter()
            .zip(&self.parent_columns)
            .map(|(own, theirs)| format!("p.{} = c.{}", identifier(theirs), identifier(own)));
        format!(
            "select pg_catalog.count(*) from {} c where c.{COLUMN} = '{id}'::pg_catalog.uuid and {} \
                and not exists (select from {} p where {})",
            self.child.sql(),
            filled.collect::<Vec<_>>().join(" and "),
            self.parent.sql(),
            pairs.collect::<Vec<_>>().join(" and ")
        )
    }
}

async fn references(client: &Client, merge: &Merge) -> Result<Vec<Reference>, AdoptError> {
    let tables: Vec<String> = merge.tables.iter().map(TableName::sql).collect();
    let rows = client.query(KEYS, &[&tables]).await.map_err(DbError::from)?;
    Ok(rows.iter().map(Reference::read).collect())
}

/// Every parent has to come along, or be the same for all.
pub(super) async fn ensure_closed(client: &Client, merge: &Merge) -> Result<(), AdoptError> {
    for reference in references(client, merge).await? {
        let Reference { name, child, parent, columns, .. } = &reference;
        if merge.shared.contains(parent) {
            continue;
        }
        if !merge.tables.contains(parent) {
            return Err(AdoptError::Refused(format!(
                "{child} points at {parent} ({name}), which is neither loaded nor shared: rows of other databases would point at this one's"
            )));
        }
        if !columns.iter().any(|column| column == COLUMN) {
            return Err(AdoptError::Refused(format!(
                "the foreign key {name} of {child} does not carry {COLUMN} yet"
            )));
        }
    }
    Ok(())
}

/// Looks for rows that point at nothing.
pub(super) async fn verify(client: &Client, merge: &Merge, id: Uuid) -> Result<(), AdoptError> {
    for reference in references(client, merge).await?.iter().filter(|found| found.is_validated) {
        let row = client.query_one(&reference.orphans(id), &[]).await.map_err(DbError::from)?;
        let count: i64 = row.get(0);
        if count > 0 {
            let Reference { name, child, .. } = reference;
            return Err(AdoptError::Refused(format!(
                "{count} rows of {child} point at nothing ({name}) in the database they come from"
            )));
        }
    }
    Ok(())
}
