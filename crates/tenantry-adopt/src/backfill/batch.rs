//! The statements of a batch. A table is walked in the order of its key, from the last row of the batch before; one without a
//! key is walked by the blocks of its file.

use crate::decisions::Filling;
use crate::name::{COLUMN, TableName, identifier};
use crate::operation::Batches;

/// The statements for one table.
#[derive(Debug, Clone)]
pub(crate) struct Statements {
    /// Where the next batch ends, from `$1…$n` (the last key, absent at first) and a size: the last row's key as texts, and
    /// how many rows there are up to it.
    pub(crate) first_bound: String,
    /// The same, behind a key.
    pub(crate) next_bound: String,
    /// Fills the rows up to a key; the first batch has no lower end.
    pub(crate) first_fill: String,
    /// Fills the rows between two keys.
    pub(crate) next_fill: String,
}

/// The statements for a table with a key. `types` are those of the key's columns.
pub(crate) fn keyed(batches: &Batches, types: &[String], is_last: bool) -> Statements {
    let table = batches.table.sql();
    let keys: Vec<String> =
        batches.key.iter().map(|name| format!("t.{}", identifier(name))).collect();
    let row = |first: usize| {
        let values: Vec<String> = types
            .iter()
            .enumerate()
            .map(|(index, kind)| format!("${}::text::{kind}", first + index))
            .collect();
        format!("({})", values.join(", "))
    };
    let list = keys.join(", ");
    let down: Vec<String> =
        batches.key.iter().map(|name| format!("b.{} desc", identifier(name))).collect();
    let texts: Vec<String> =
        batches.key.iter().map(|name| format!("b.{}::text", identifier(name))).collect();
    let bound = |condition: &str, size: usize| {
        format!(
            "select pg_catalog.array[{}] as upto, (pg_catalog.count(*) over ())::int8 as found from \
             (select {list} from {table} as t {condition} order by {list} limit ${size}::int8) as b order by {} limit 1",
            texts.join(", "),
            down.join(", ")
        )
        .replace("pg_catalog.array", "array")
    };
    let count = types.len();
    let update = |condition: &str| format!("{} and {condition}", fill(batches, is_last));
    Statements {
        first_bound: bound("", 1),
        next_bound: bound(&format!("where ({list}) > {}", row(1)), count + 1),
        first_fill: update(&format!("({list}) <= {}", row(1))),
        next_fill: update(&format!("({list}) > {} and ({list}) <= {}", row(1), row(count + 1))),
    }
}

/// Fills the rows of a range of blocks, from `$1` to before `$2`.
pub(crate) fn blocks(batches: &Batches, is_last: bool) -> String {
    format!(
        "{} and t.ctid >= ('(' || $1::int8 || ',0)')::pg_catalog.tid and t.ctid < ('(' || $2::int8 || ',0)')::pg_catalog.tid",
        fill(batches, is_last)
    )
}

/// `update …` of the rows that have no organization yet and whose parent has one; its last condition is open.
fn fill(batches: &Batches, is_last: bool) -> String {
    let (table, column) = (batches.table.sql(), identifier(COLUMN));
    let value = value(&batches.filling, "t", is_last || !batches.repeats);
    if let Some(joined) = joined(batches) {
        return joined;
    }
    let condition =
        if batches.repeats { format!("{value} is not null and ") } else { String::new() };
    format!("update {table} as t set {column} = {value} where {condition}t.{column} is null")
}

/// A single link that every row has is a plain join, which is cheaper than a question a row.
fn joined(batches: &Batches) -> Option<String> {
    let Filling::Links { links, .. } = &batches.filling else { return None };
    let [link] = links.as_slice() else { return None };
    if !link.is_total || batches.repeats || link.cast.is_some() {
        return None;
    }
    let (table, column) = (batches.table.sql(), identifier(COLUMN));
    Some(format!(
        "update {table} as t set {column} = p.{column} from {} as p where {} and t.{column} is null",
        link.parent.sql(),
        link.condition("t", "p")
    ))
}

/// Whose a row is, as an expression; null when nothing leads anywhere.
pub(crate) fn value(filling: &Filling, row: &str, is_last: bool) -> String {
    let column = identifier(COLUMN);
    match filling {
        Filling::Constant(organization) => format!("'{organization}'::uuid"),
        Filling::Root { key, .. } => format!(
            "(select r.organization_id from tenantry_adopt.roots r where r.key = {row}.{}::text)",
            identifier(key)
        ),
        Filling::Links { links, otherwise } => {
            let mut parts: Vec<String> = links
                .iter()
                .map(|link| {
                    let condition = link.condition(row, "p");
                    format!(
                        "(select p.{column} from {} as p where {condition} limit 1)",
                        link.parent.sql()
                    )
                })
                .collect();
            if let Some(otherwise) = otherwise.filter(|_| is_last) {
                parts.push(format!("'{otherwise}'::uuid"));
            }
            if parts.is_empty() {
                "null::uuid".to_owned()
            } else {
                format!("coalesce({})", parts.join(", "))
            }
        }
    }
}

/// Makes organizations of the rows of the root table that came after the others' were made and before a trigger did it. Not
/// as part of a batch, which runs without the triggers that the control plane needs.
pub(crate) fn late_roots(batches: &Batches) -> Option<String> {
    let Filling::Root { key, name } = &batches.filling else { return None };
    let name = name.as_ref().map(|name| format!("t.{}::text", identifier(name)));
    Some(format!(
        "select pg_catalog.count(tenantry_adopt.organization_of(t.{key}::text, {})) from {} as t \
          where t.{} is null and not exists (select from tenantry_adopt.roots r where r.key = t.{key}::text)",
        name.as_deref().unwrap_or("null::text"),
        batches.table.sql(),
        identifier(COLUMN),
        key = identifier(key),
    ))
}

/// How many rows nobody owns.
pub(crate) fn orphans(table: &TableName) -> String {
    let column = identifier(COLUMN);
    format!("select pg_catalog.count(*)::int8 from {} where {column} is null", table.sql())
}
