//! The two tables of the counts, as the migration makes them.

use tenantry_testkit::TestDatabase;

/// Makes them when the template has none.
pub(crate) async fn ensure(database: &TestDatabase) {
    let tables = "create unlogged table if not exists tenantry.rate_windows \
                    (name text, started_at timestamptz, count bigint not null, primary key (name, started_at)); \
                  create table if not exists tenantry.request_counts \
                    (organization_id uuid, period date, requests bigint not null, primary key (organization_id, period)); \
                  grant select, insert, update, delete on tenantry.rate_windows, tenantry.request_counts to tenantry_platform";
    database.admin().await.batch_execute(tables).await.unwrap();
}
