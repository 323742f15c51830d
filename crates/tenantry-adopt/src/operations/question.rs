//! Questions to the catalog, as SQL of one boolean: is this column, constraint, index or trigger there? None of them fails
//! when the table is not there, because names are looked up by text and never cast.

use crate::name::{COLUMN, TableName, literal};

/// The table's row of `pg_class` is called `c`, its schema's `n`.
fn of_table(table: &TableName) -> String {
    format!(
        "from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace \
         and n.nspname = {} and c.relname = {}",
        literal(&table.schema),
        literal(&table.name)
    )
}

/// Whether the table has the column, and the condition on it (`a`) holds.
pub(super) fn column(table: &TableName, condition: &str) -> String {
    format!(
        "exists (select {} join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = {} and not a.attisdropped \
         where {condition})",
        of_table(table),
        literal(COLUMN)
    )
}

/// The default of the column, as PostgreSQL writes it; an empty text when there is none.
pub(super) fn default(table: &TableName) -> String {
    format!(
        "coalesce((select pg_catalog.ltrim(pg_catalog.pg_get_expr(d.adbin, d.adrelid), E' \\n') {} \
         join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = {} and not a.attisdropped \
         join pg_catalog.pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum), '')",
        of_table(table),
        literal(COLUMN)
    )
}

/// Whether the table has a constraint of this name, and the condition on it (`k`) holds.
pub(super) fn constraint(table: &TableName, name: &str, condition: &str) -> String {
    format!(
        "exists (select {} join pg_catalog.pg_constraint k on k.conrelid = c.oid and k.conname = {} where {condition})",
        of_table(table),
        literal(name)
    )
}

/// The condition on a constraint (`k`) that the organization is one of its columns.
pub(super) fn carries_organization() -> String {
    format!(
        "exists (select from pg_catalog.pg_attribute o where o.attrelid = k.conrelid and o.attname = {} \
         and o.attnum = any (k.conkey))",
        literal(COLUMN)
    )
}

/// Whether the table has an index of this name, and the condition on it (`i`) holds.
pub(super) fn index(table: &TableName, name: &str, condition: &str) -> String {
    format!(
        "exists (select {} join pg_catalog.pg_index i on i.indrelid = c.oid \
         join pg_catalog.pg_class x on x.oid = i.indexrelid and x.relname = {} where {condition})",
        of_table(table),
        literal(name)
    )
}

/// The condition on an index (`i`) that it begins with the organization.
pub(super) fn begins_with_organization() -> String {
    format!(
        "exists (select from pg_catalog.pg_attribute o where o.attrelid = i.indrelid and o.attname = {} \
         and o.attnum = i.indkey[0])",
        literal(COLUMN)
    )
}

/// Whether the table has a trigger of this name.
pub(super) fn trigger(table: &TableName, name: &str) -> String {
    format!(
        "exists (select {} join pg_catalog.pg_trigger t on t.tgrelid = c.oid and t.tgname = {})",
        of_table(table),
        literal(name)
    )
}

/// Whether there is a function of this name.
pub(super) fn function(name: &TableName) -> String {
    format!(
        "exists (select from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace \
         where n.nspname = {} and p.proname = {})",
        literal(&name.schema),
        literal(&name.name)
    )
}

/// The question as a statement.
pub(super) fn ask(question: &str) -> String {
    format!("select {question}")
}
