//! What is in all tables, in a form that does not know `organization_id`: equal before adopting, after it and after taking it
//! back, as long as nobody wrote. The order of rows and of columns does not count.

use std::collections::BTreeMap;

use tokio_postgres::Client;

/// Tables of applications: not ours, not the system's, and no partition, whose rows are their parent's.
const TABLES: &str = "
    select pg_catalog.format('%I.%I', space.nspname, class.relname), class.relkind = 'r'
    from pg_catalog.pg_class class join pg_catalog.pg_namespace space on space.oid = class.relnamespace
    where class.relkind in ('r', 'p') and not class.relispartition
      and space.nspname <> 'information_schema' and space.nspname !~ '^(pg_|tenantry$|tenantry_)'
    order by 1";

/// What one table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contents {
    /// How many rows.
    pub(crate) rows: i64,
    /// A sum over a hash of each.
    pub(crate) checksum: String,
}

/// The contents of every table, by name, read in one statement each. As an administrator, or row security hides rows.
pub(crate) async fn contents_checksum(admin: &Client) -> BTreeMap<String, Contents> {
    let mut found = BTreeMap::new();
    for table in admin.query(TABLES, &[]).await.unwrap() {
        let name: String = table.get(0);
        let only = if table.get(1) { "only " } else { "" };
        let sql = format!(
            "select pg_catalog.count(*), coalesce(pg_catalog.sum(pg_catalog.hashtextextended(
                 (pg_catalog.to_jsonb(line) - 'organization_id')::text, 0)::numeric), 0)::text
             from {only}{name} as line"
        );
        let row = admin.query_one(&sql, &[]).await.unwrap();
        found.insert(name, Contents { rows: row.get(0), checksum: row.get(1) });
    }
    found
}
