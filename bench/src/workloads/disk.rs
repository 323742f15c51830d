//! W16: what a row takes on disk with its indexes.

use anyhow::Result;

use crate::cluster::connect;
use crate::report::{Figure, Workload};
use crate::suite::Stage;

/// What is counted, its table, and how it is called.
const TABLES: [(&str, &str); 5] = [
    ("member", "tenantry.memberships"),
    ("user", "tenantry.users"),
    ("audit record", "tenantry.audit_events"),
    ("document", "public.documents"),
    ("API key (the suite's own table)", "bench.api_keys"),
];

/// Bytes a row.
pub(crate) async fn measure(stage: &Stage) -> Result<Workload> {
    let client = stage.postgres.admin().await?;
    let mut figures = Vec::new();
    for (name, table) in TABLES {
        let sql = format!(
            "select pg_catalog.pg_total_relation_size('{table}')::float8, pg_catalog.pg_indexes_size('{table}')::float8, count(*)::float8 from {table}"
        );
        let row = client.query_one(&sql, &[]).await?;
        let (all, indexes, rows): (f64, f64, f64) = (row.get(0), row.get(1), row.get(2));
        let figure = |name: String, value| Figure { name, value, unit: "bytes".to_owned() };
        figures.push(figure(name.to_owned(), all / rows.max(1.0)));
        figures.push(figure(format!("{name}, of that indexes"), indexes / rows.max(1.0)));
    }
    figures.extend(better_auth(stage).await?);
    Ok(Workload {
        id: "W16".to_owned(),
        title: "disk".to_owned(),
        how: "Size of each table with its indexes, divided by its rows, after the other workloads have written to it. Better Auth's keeps text where ours keeps a UUID.".to_owned(),
        figures,
        ..Workload::default()
    })
}

/// A member in the tables of Better Auth, where that peer has made them.
async fn better_auth(stage: &Stage) -> Result<Option<Figure>> {
    let client = stage.postgres.admin().await?;
    let known = "select exists (select from pg_catalog.pg_database where datname = 'better_auth')";
    if !client.query_one(known, &[]).await?.get::<_, bool>(0) {
        return Ok(None);
    }
    let client = connect(&stage.postgres.administrator("better_auth")).await?;
    let size = "select pg_catalog.pg_total_relation_size('better_auth.member')::float8 / greatest(count(*), 1) from better_auth.member";
    let value = client.query_one(size, &[]).await?.get(0);
    let (name, unit) = ("member, Better Auth".to_owned(), "bytes".to_owned());
    Ok(Some(Figure { name, value, unit }))
}
