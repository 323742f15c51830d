//! Pairs such as (`resource_type`, `resource_id`): one column names a kind, the other a row of it. A pair beside a column that
//! has a table of its own name (`document_type`, `document_id`) is none.

use tenantry_db::DbError;

use super::key::{Key, Pointer};
use super::measure::{Asking, Values, sample};
use super::naming::{Fit, ending};
use super::soft::{self, Found};
use super::words::words;
use super::{Polymorphic, SoftReference, probe};
use crate::name::{identifier, literal};
use crate::schema::{Column, Schema};

/// A column with more values names no kinds.
const KINDS: usize = 20;

/// What a column that names a kind ends in.
const TYPES: [&str; 6] = ["type", "kind", "class", "model", "table", "entity"];

/// Finds the pairs, and takes away the soft references that they explain better.
pub(super) async fn polymorphic(
    asking: &mut Asking<'_>,
    schema: &Schema,
    pointers: &[Pointer],
    keys: &[Key],
    found: &mut Vec<Found>,
) -> Result<Vec<Polymorphic>, DbError> {
    let mut pairs = Vec::new();
    for pointer in pointers {
        let Some(column) = type_column(schema, pointer) else { continue };
        let Some(pair) = pair(asking, pointer, &column.name, keys).await? else { continue };
        let single = found.iter().position(|found| {
            found.reference.child == pointer.table && found.reference.column == pointer.column
        });
        if is_better(&pair, single.and_then(|place| found.get(place))) {
            single.map(|place| found.remove(place));
            pairs.push(pair);
        }
    }
    Ok(pairs)
}

/// The column beside a pointer that says what it points at: the same words with another ending.
fn type_column<'a>(schema: &'a Schema, pointer: &Pointer) -> Option<&'a Column> {
    let stem = ending(&pointer.words)?;
    let is_type = |column: &&Column| {
        // Types of the user's own are qualified, and an enum is one.
        let is_word = column.type_name.starts_with("character")
            || column.type_name == "text"
            || column.type_name.contains('.');
        let own = words(&column.name);
        is_word
            && own
                .strip_prefix(stem)
                .is_some_and(|rest| matches!(rest, [last] if TYPES.contains(&last.as_str())))
    };
    schema.table(&pointer.table)?.columns.iter().find(is_type)
}

/// Whether the pair says more than the one reference that was found.
fn is_better(pair: &Polymorphic, single: Option<&Found>) -> bool {
    let mut tables: Vec<_> = pair
        .targets
        .iter()
        .filter_map(|(_, target)| target.as_ref())
        .map(|one| &one.parent)
        .collect();
    tables.sort();
    tables.dedup();
    let Some(single) = single else { return true };
    let is_plain = matches!(single.fit, Some(Fit::Exact | Fit::Qualified));
    tables.len() > 1 || (!tables.is_empty() && !is_plain)
}

async fn pair(
    asking: &mut Asking<'_>,
    pointer: &Pointer,
    type_column: &str,
    keys: &[Key],
) -> Result<Option<Polymorphic>, DbError> {
    let kind = format!("c.{}::text", identifier(type_column));
    let id = format!("c.{}::text", identifier(&pointer.column));
    let sql = format!(
        "select s.kind, (array_agg(distinct s.id) filter (where s.id is not null))[1:8] \
         from (select {kind} as kind, {id} as id from {} limit 10000) as s \
         where s.kind <> '' group by s.kind order by count(*) desc, s.kind limit {}",
        sample(&pointer.table, pointer.rows, 10_000),
        KINDS + 1
    );
    let what = format!("{}.{type_column}", pointer.table);
    let Some(rows) = asking.ask(&what, &sql, &[]).await? else { return Ok(None) };
    if rows.len() > KINDS {
        return Ok(None);
    }
    let mut targets = Vec::new();
    for row in &rows {
        let value: String = row.get(0);
        let values = Values {
            only: Some(format!("{kind} = {}", literal(&value))),
            ..Values::of_column(&pointer.table, pointer.rows, &pointer.column)
        };
        let specimens: Option<Vec<String>> = row.get(1);
        let target =
            target(asking, pointer, &values, &value, specimens.unwrap_or_default(), keys).await?;
        targets.push((value, target));
    }
    Ok(Some(Polymorphic {
        child: pointer.table.clone(),
        type_column: type_column.to_owned(),
        id_column: pointer.column.clone(),
        targets,
    }))
}

/// The table that a kind means: the one of its name, or else the one that holds its values.
async fn target(
    asking: &mut Asking<'_>,
    pointer: &Pointer,
    values: &Values,
    kind: &str,
    mut specimens: Vec<String>,
    keys: &[Key],
) -> Result<Option<SoftReference>, DbError> {
    for key in named(kind, keys) {
        let Some(cast) = pointer.family.cast_to(key.family) else { continue };
        let reference = asking.measure(values, key, cast, true).await?;
        if reference.holds(0.5) {
            return Ok(Some(reference));
        }
    }
    specimens.retain(|value| probe::is_telling(value));
    let count = specimens.len();
    let hits = probe::hits(asking, keys, &[specimens]).await?;
    let hits = hits.first().map_or(&[][..], Vec::as_slice);
    soft::by_value(asking, pointer.family, values, hits, count).await
}

/// The keys of tables that a kind names: `post`, `Post`, `App\Models\Post`, `blog.post`, `posts`.
fn named<'a>(kind: &str, keys: &'a [Key]) -> Vec<&'a Key> {
    let last = kind.rsplit(['\\', '/', '.', ':']).next().unwrap_or(kind);
    let kind = words(last);
    let whole = |key: &&Key| key.is_primary && key.table_words == kind;
    let tail = |key: &&Key| {
        key.is_primary
            && !kind.is_empty()
            && key.table_words != kind
            && key.table_words.ends_with(&kind)
    };
    keys.iter().filter(whole).chain(keys.iter().filter(tail)).take(4).collect()
}
