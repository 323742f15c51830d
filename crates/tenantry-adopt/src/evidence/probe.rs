//! References that no name gives away. A few values of every column are looked for in every key; only values that cannot meet
//! by chance count, so never small numbers or short codes.

use std::collections::BTreeMap;

use tenantry_db::DbError;
use tokio_postgres::types::Type;

use super::key::{Family, Key, Pointer};
use super::measure::{Asking, sample};
use crate::name::{TableName, identifier};

/// Values taken of each column.
const SPECIMENS: usize = 5;

/// A key where values of a column were found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    pub(super) key: &'a Key,
    /// How many of the values.
    pub(super) count: usize,
}

/// Whether two columns hold this value only if one has it from the other.
pub(super) fn is_telling(value: &str) -> bool {
    (12..=64).contains(&value.len())
        && value.chars().all(|letter| letter.is_alphanumeric() || "_-:.".contains(letter))
        && value.chars().any(|letter| letter.is_ascii_digit())
}

/// Some telling values of each column, in the order of the columns. One statement a table.
pub(super) async fn specimens(
    asking: &mut Asking<'_>,
    pointers: &[&Pointer],
) -> Result<Vec<Vec<String>>, DbError> {
    let mut found = vec![Vec::new(); pointers.len()];
    let mut tables: BTreeMap<&TableName, Vec<usize>> = BTreeMap::new();
    for (place, pointer) in pointers.iter().enumerate() {
        if pointer.rows > 0 && !matches!(pointer.family, Family::Integer(_)) {
            tables.entry(&pointer.table).or_default().push(place);
        }
    }
    for (table, places) in tables {
        let columns: Vec<&Pointer> = places.iter().map(|place| pointers[*place]).collect();
        let sql = of_table(table, &columns);
        let Some(rows) = asking.ask(&format!("values of {table}"), &sql, &[]).await? else {
            continue;
        };
        for row in rows {
            let values: Vec<String> = row.get(1);
            let place = usize::try_from(row.get::<_, i32>(0)).ok();
            let Some(place) = place.and_then(|place| places.get(place)) else { continue };
            let telling = values.into_iter().filter(|value| is_telling(value));
            found[*place] = telling.take(SPECIMENS).collect();
        }
    }
    Ok(found)
}

/// The length is looked at first, so that no long text is ever unpacked.
fn of_table(table: &TableName, columns: &[&Pointer]) -> String {
    let value = |(place, pointer): (usize, &&Pointer)| {
        let column = format!("c.{}", identifier(&pointer.column));
        match pointer.family {
            Family::Text => format!(
                "case when octet_length({column}) between 12 and 64 then {column}::text end as v{place}"
            ),
            Family::Uuid | Family::Integer(_) => format!("{column}::text as v{place}"),
        }
    };
    let values: Vec<String> = columns.iter().enumerate().map(value).collect();
    let each = |place: usize| {
        format!(
            "select {place}::int, array(select distinct s.v{place} from s where s.v{place} is not null limit 40)"
        )
    };
    let each: Vec<String> = (0..columns.len()).map(each).collect();
    let rows = columns.first().map_or(0, |pointer| pointer.rows);
    format!(
        "with s as materialized (select {} from {} limit 500) {}",
        values.join(", "),
        sample(table, rows, 500),
        each.join(" union all ")
    )
}

/// For each column, the keys that hold some of its values, those with the most first. One statement a key.
pub(super) async fn hits<'a>(
    asking: &mut Asking<'_>,
    keys: &'a [Key],
    specimens: &[Vec<String>],
) -> Result<Vec<Vec<Hit<'a>>>, DbError> {
    let mut hits: Vec<Vec<Hit<'a>>> = vec![Vec::new(); specimens.len()];
    for key in keys {
        let is_possible = |value: &&String| match key.family {
            Family::Uuid => uuid::Uuid::parse_str(value).is_ok() && value.len() == 36,
            Family::Text => true,
            Family::Integer(_) => false,
        };
        let (mut places, mut values) = (Vec::new(), Vec::new());
        for (place, specimens) in specimens.iter().enumerate() {
            for value in specimens.iter().filter(is_possible) {
                places.push(i32::try_from(place).unwrap_or(i32::MAX));
                values.push(value.as_str());
            }
        }
        if places.is_empty() {
            continue;
        }
        let cast = if key.family == Family::Uuid { "uuid" } else { "text" };
        let sql = format!(
            "select t.place, count(*) from unnest($1::int[], $2::text[]) as t (place, value) \
             where exists (select from {} as p where p.{} = t.value::{cast}) group by t.place",
            key.table.sql(),
            identifier(&key.column),
        );
        let what = format!("values in {}", key.table);
        for row in asking
            .ask(&what, &sql, &[(&places, Type::INT4_ARRAY), (&values, Type::TEXT_ARRAY)])
            .await?
            .unwrap_or_default()
        {
            let place = usize::try_from(row.get::<_, i32>(0)).unwrap_or(usize::MAX);
            let count = usize::try_from(row.get::<_, i64>(1)).unwrap_or(0);
            if let Some(found) = hits.get_mut(place) {
                found.push(Hit { key, count });
            }
        }
    }
    hits.iter_mut().for_each(|hits| hits.sort_by_key(|hit| std::cmp::Reverse(hit.count)));
    Ok(hits)
}
