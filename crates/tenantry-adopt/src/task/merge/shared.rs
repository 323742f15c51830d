//! Tables of nobody's rows, such as countries: the organizations have them in common, so two databases have to agree on them.

use tenantry_db::DbError;
use tokio_postgres::Client;

use super::table::Columns;
use crate::error::AdoptError;
use crate::name::{TableName, identifier};
use crate::task::session::execute;

const KEY: &str = "select a.attname::text from pg_catalog.pg_index i \
  cross join lateral pg_catalog.unnest(i.indkey::int2[]) k join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k \
 where i.indrelid = pg_catalog.to_regclass($1::text) and i.indisprimary";

/// Adds the rows whose keys are new. Rows of one key that differ are refused: whichever won, the other database's rows would
/// mean something else from then on.
pub(super) async fn unite(
    origin: &Client,
    client: &Client,
    table: &TableName,
) -> Result<(), AdoptError> {
    let columns = Columns::read(client, table).await?;
    let rows = client.query(KEY, &[&table.sql()]).await.map_err(DbError::from)?;
    let key: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let (names, sql) = (crate::name::list(&columns.names), table.sql());
    let staging = "pg_temp.tenantry_shared";
    let make = format!(
        "create temporary table tenantry_shared on commit drop as select {names} from {sql} with no data"
    );
    execute(client, &make).await?;
    let from = format!("select {names} from {sql}");
    columns.copy(origin, &from, client, &format!("{staging} ({names})")).await?;
    let whole = |alias: &str| {
        let own: Vec<String> =
            columns.names.iter().map(|name| format!("{alias}.{}", identifier(name))).collect();
        format!("row({})::text", own.join(", "))
    };
    let is_same = if key.is_empty() {
        format!("{} = {}", whole("s"), whole("t"))
    } else {
        let pairs = key.iter().map(|name| format!("s.{0} = t.{0}", identifier(name)));
        pairs.collect::<Vec<_>>().join(" and ")
    };
    let differing = format!(
        "select pg_catalog.count(*) from {staging} s join {sql} t on {is_same} where {} <> {}",
        whole("s"),
        whole("t")
    );
    let count: i64 = client.query_one(&differing, &[]).await.map_err(DbError::from)?.get(0);
    if count > 0 {
        return Err(AdoptError::Refused(format!(
            "{count} rows of {table}, which all organizations share, are not the same in both databases"
        )));
    }
    let add = format!(
        "insert into {sql} ({names}) overriding system value select {names} from {staging} s \
          where not exists (select from {sql} t where {is_same}); drop table {staging}"
    );
    execute(client, &add).await
}
