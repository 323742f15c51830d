//! Keys inside JSON whose values are keys of a table. No foreign key can hold them and nothing is done about them; a person
//! should only know that they are there.

use tenantry_db::DbError;

use super::key::{Family, Key, Pointer, tables};
use super::measure::{Asking, Values, sample};
use super::naming::Naming;
use super::words::words;
use super::{SoftReference, probe, soft};
use crate::name::{TableName, identifier, literal};
use crate::schema::Schema;

/// Every one of them, in columns of `json` and `jsonb`.
pub(super) async fn json(
    asking: &mut Asking<'_>,
    schema: &Schema,
    naming: &Naming,
    keys: &[Key],
) -> Result<Vec<SoftReference>, DbError> {
    let mut found = Vec::new();
    for table in tables(schema).filter(|table| table.statistics.rows > 0) {
        let is_json = |type_name: &str| matches!(type_name, "json" | "jsonb");
        for column in table.columns.iter().filter(|column| is_json(&column.type_name)) {
            let rows = table.statistics.rows;
            found.extend(of_column(asking, &table.name, rows, &column.name, naming, keys).await?);
        }
    }
    Ok(found)
}

async fn of_column(
    asking: &mut Asking<'_>,
    table: &TableName,
    rows: i64,
    column: &str,
    naming: &Naming,
    keys: &[Key],
) -> Result<Vec<SoftReference>, DbError> {
    let value = format!("c.{}::jsonb", identifier(column));
    let sql = format!(
        "select e.key, (array_agg(distinct e.value) filter (where e.value is not null))[1:8] \
         from (select {value} as j from {} limit 1000) as s \
         cross join lateral jsonb_each_text(case when jsonb_typeof(s.j) = 'object' then s.j else '{{}}' end) as e \
         where e.key ~ '(_id|_uuid|[a-z]I[dD]|^id)$' and octet_length(e.value) <= 64 \
         group by e.key order by e.key limit 50",
        sample(table, rows, 1000)
    );
    let mut found = Vec::new();
    for row in asking.ask(&format!("{table}.{column}"), &sql, &[]).await?.unwrap_or_default() {
        let key: String = row.get(0);
        let inside = format!("{value} ->> {}", literal(&key));
        let values = Values {
            table: table.clone(),
            rows,
            column: format!("{column} ->> {}", literal(&key)),
            value: inside,
            only: None,
        };
        let pointer = Pointer {
            table: table.clone(),
            column: values.column.clone(),
            family: Family::Text,
            words: words(&key),
            rows,
            is_key: false,
        };
        let specimens: Option<Vec<String>> = row.get(1);
        found.extend(inside_json(asking, &pointer, &values, specimens, naming, keys).await?);
    }
    Ok(found)
}

async fn inside_json(
    asking: &mut Asking<'_>,
    pointer: &Pointer,
    values: &Values,
    specimens: Option<Vec<String>>,
    naming: &Naming,
    keys: &[Key],
) -> Result<Option<SoftReference>, DbError> {
    let named = soft::by_name(asking, naming, pointer, values, keys).await?;
    if let Some(named) = named.filter(|named| named.reference.filled > 0) {
        return Ok(Some(named.reference));
    }
    let mut specimens = specimens.unwrap_or_default();
    specimens.retain(|value| probe::is_telling(value));
    let count = specimens.len();
    let hits = probe::hits(asking, keys, &[specimens]).await?;
    let hits = hits.first().map_or(&[][..], Vec::as_slice);
    soft::by_value(asking, Family::Text, values, hits, count).await
}
