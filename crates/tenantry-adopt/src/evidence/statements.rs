//! What the application sends, from `pg_stat_statements`. Our own statements bear a mark and are left out, and so is what
//! names none of the tables.

use tenantry_db::DbError;

use super::Sent;
use super::measure::Asking;
use crate::name::TableName;
use crate::schema::Schema;
use crate::schema::mention::Mentions;

/// The most that are kept.
const MOST: usize = 500;

/// The statements that were sent most often; none where the server does not collect them.
pub(super) async fn statements(
    asking: &mut Asking<'_>,
    schema: &Schema,
) -> Result<Option<Vec<Sent>>, DbError> {
    let find = "select n.nspname::text, c.relname::text from pg_catalog.pg_class as c \
                join pg_catalog.pg_namespace as n on n.oid = c.relnamespace \
                where c.relname = 'pg_stat_statements' and c.relkind = 'v' order by n.nspname limit 1";
    let view = asking.ask("pg_stat_statements", find, &[]).await?.unwrap_or_default();
    let Some(view) =
        view.first().map(|row| TableName::new(row.get::<_, &str>(0), row.get::<_, &str>(1)))
    else {
        return Ok(None);
    };
    let sql = format!(
        "select s.query::text, s.calls::bigint, coalesce(r.rolname::text, '') \
         from {} as s left join pg_catalog.pg_roles as r on r.oid = s.userid \
         where s.dbid = (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()) \
         and s.query !~ 'tenantry' order by s.calls desc, s.query limit 5000",
        view.sql()
    );
    let Some(rows) = asking.ask("pg_stat_statements", &sql, &[]).await? else { return Ok(None) };
    let mentions = Mentions::of(schema.tables.iter().map(|table| &table.name));
    let sent = rows.iter().filter_map(|row| {
        let text: String = row.get(0);
        let tables = mentions.within(&text);
        (!tables.is_empty()).then(|| Sent { text, calls: row.get(1), role: row.get(2), tables })
    });
    Ok(Some(sent.take(MOST).collect()))
}
