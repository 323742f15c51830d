//! Reading what the rows say. The order matters: a soft reference is only believed when no pair of columns explains it better.

use tenantry_db::DbError;
use tokio_postgres::Client;

use super::Evidence;
use super::key::{Domains, keys, pointers};
use super::measure::Asking;
use super::naming::Naming;
use super::{json, polymorphic, soft, statements};
use crate::schema::Schema;

impl Evidence {
    /// Measures a database whose schema was read, with a superuser's session that is in no transaction. Nothing is written;
    /// each statement reads a sample and is given up after five seconds.
    ///
    /// # Errors
    /// The database is away.
    pub async fn read(client: &Client, schema: &Schema) -> Result<Self, DbError> {
        client.batch_execute(include_str!("sql/begin.sql")).await?;
        let read = read(client, schema).await;
        let ended = client.batch_execute("rollback").await;
        let evidence = read?;
        ended?;
        Ok(evidence)
    }
}

async fn read(client: &Client, schema: &Schema) -> Result<Evidence, DbError> {
    let domains = domains(client).await?;
    let (keys, pointers) = (keys(schema, &domains), pointers(schema, &domains));
    let naming = Naming::of(&keys);
    let mut asking = Asking::new(client);
    let statements = statements::statements(&mut asking, schema).await?;
    let mut found = soft::soft(&mut asking, &naming, &pointers, &keys).await?;
    let polymorphic =
        polymorphic::polymorphic(&mut asking, schema, &pointers, &keys, &mut found).await?;
    let json = json::json(&mut asking, schema, &naming, &keys).await?;
    let mut soft: Vec<_> = found.into_iter().map(|found| found.reference).collect();
    soft.sort_by(|one, other| (&one.child, &one.column).cmp(&(&other.child, &other.column)));
    Ok(Evidence { soft, polymorphic, json, skipped: asking.skipped, statements })
}

async fn domains(client: &Client) -> Result<Domains, DbError> {
    let mut domains = Domains::new();
    for row in client.query(include_str!("sql/domains.sql"), &[]).await? {
        let table = row.get::<_, &str>(0).parse();
        let table = table.map_err(|_| DbError::Value("a table's name could not be read"))?;
        domains.insert((table, row.get(1)), row.get(2));
    }
    Ok(domains)
}
