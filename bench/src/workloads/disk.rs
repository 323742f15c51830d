//! W16: what a row takes on disk with its indexes.

use anyhow::Result;

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
    Ok(Workload {
        id: "W16".to_owned(),
        title: "disk".to_owned(),
        how: "Size of each table with its indexes, divided by its rows, after the other workloads have written to it.".to_owned(),
        figures,
        ..Workload::default()
    })
}
