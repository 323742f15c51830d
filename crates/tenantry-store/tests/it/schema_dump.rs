//! A schema as text, as `pg_dump` sees it: what two databases are compared by.

use tenantry_testkit::TestDatabase;

/// Lines of a dump that say nothing of the schema.
const NOISE: [&str; 3] = ["--", "SET ", "SELECT pg_catalog.set_config"];

/// The schema without its history of migrations.
pub(crate) fn schema(database: &TestDatabase) -> String {
    let text = database.dump(&["--exclude-schema=tenantry_history"]);
    let mut kept: Vec<&str> =
        text.lines().filter(|line| !NOISE.iter().any(|noise| line.starts_with(noise))).collect();
    kept.dedup_by(|next, before| next.is_empty() && before.is_empty());
    format!("{}\n", kept.join("\n").trim())
}
