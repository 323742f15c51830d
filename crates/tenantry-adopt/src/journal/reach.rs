//! Who and what shows organizations' rows whatever row security says. It is asked each time, because a login that was made a
//! superuser after the plan is as free as one that always was.

use tenantry_db::DbError;
use tokio_postgres::Client;

use crate::classification::Class;
use crate::decisions::Decisions;
use crate::name::TableName;

/// Logins of the plan, and whoever is connected. Sessions of our own are an administrator's by design.
const UNBOUND: &str = "select r.rolname::text from pg_catalog.pg_roles r \
      where r.rolcanlogin and (r.rolsuper or r.rolbypassrls) \
        and (r.rolname::text = any ($1) or (r.rolname !~ '^tenantry_' and exists ( \
             select from pg_catalog.pg_stat_activity a \
              where a.usesysid = r.oid and a.datname = pg_catalog.current_database() \
                and a.backend_type = 'client backend' and a.pid <> pg_catalog.pg_backend_pid() \
                and a.application_name <> 'tenantry adopt'))) \
      order by 1";

/// The logins that row security does not bind.
pub(super) async fn unbound(
    client: &Client,
    decisions: &Decisions,
) -> Result<Vec<String>, DbError> {
    let rows = client.query(UNBOUND, &[&decisions.application.logins]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The materialized views that keep what organizations' tables hold, where a login of the plan may read them.
pub(super) async fn copies(
    client: &Client,
    decisions: &Decisions,
) -> Result<Vec<TableName>, DbError> {
    let tenant = decisions.tables.iter().filter(|(_, it)| it.class == Some(Class::Tenant));
    let tenant: Vec<String> = tenant.map(|(table, _)| table.sql()).collect();
    let asked = include_str!("copies.sql");
    let rows = client.query(asked, &[&tenant, &decisions.application.logins]).await?;
    let names =
        rows.iter().map(|row| TableName::new(row.get::<_, String>(0), row.get::<_, String>(1)));
    Ok(names.collect())
}
