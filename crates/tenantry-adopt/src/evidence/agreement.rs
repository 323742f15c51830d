//! Whether two paths from a table lead to the same organization. Rows where they do not are references across organizations
//! that exist already, and each has to be looked at by a person.

use tenantry_db::DbError;
use tokio_postgres::Client;

use super::Agreement;
use crate::classification::Link;
use crate::name::TableName;

/// Compares two paths, each a chain of links from the table to the root, over every row of the table.
///
/// # Errors
/// The database is away, or a link names what is not there.
pub async fn agreement(
    client: &Client,
    table: &TableName,
    one: &[Link],
    other: &[Link],
    root: &TableName,
) -> Result<Agreement, DbError> {
    let reaches = |path: &[Link]| path.last().map_or(table, |link| &link.parent) == root;
    if !reaches(one) || !reaches(other) {
        return Err(DbError::Value("a path does not end at the root"));
    }
    let ((first, first_end), (second, second_end)) = (joins("a", one), joins("b", other));
    // Rows of one statement's snapshot are the same row exactly when they are at the same place.
    let sql = format!(
        "/* tenantry */ select pg_catalog.count(*), pg_catalog.count(*) filter (\
         where ({first_end}.tableoid, {first_end}.ctid) <> ({second_end}.tableoid, {second_end}.ctid)) \
         from {} as t{first}{second}",
        table.sql()
    );
    let row = client.query_one(&sql, &[]).await?;
    Ok(Agreement {
        table: table.clone(),
        paths: vec![words(one), words(other)],
        compared: row.get(0),
        disagree: row.get(1),
    })
}

/// The joins of a path, and the alias of its last table.
fn joins(letter: &str, path: &[Link]) -> (String, String) {
    let mut sql = String::new();
    let mut child = "t".to_owned();
    for (place, link) in path.iter().enumerate() {
        let parent = format!("{letter}{place}");
        let condition = link.condition(&child, &parent);
        sql.push_str(&format!(" join {} as {parent} on {condition}", link.parent.sql()));
        child = parent;
    }
    (sql, child)
}

/// A path as people say it.
fn words(path: &[Link]) -> String {
    if path.is_empty() {
        return "itself".to_owned();
    }
    let step = |link: &Link| format!("{} → {}", link.columns.join(", "), link.parent.shown());
    path.iter().map(step).collect::<Vec<_>>().join(", ")
}
