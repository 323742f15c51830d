//! Transactions on a session that is only borrowed. The driver's own transactions want the session for themselves.

use tenantry_db::DbError;
use tokio_postgres::Client;

use crate::error::AdoptError;

/// Begins, with names of the system's only and no limit on time.
const BEGIN: &str = "begin; set local search_path = pg_catalog; set local statement_timeout = 0; set local jit = off";

/// Runs some work in one transaction: all of it, or nothing.
pub(super) async fn transaction<T>(
    client: &Client,
    work: impl AsyncFnOnce() -> Result<T, AdoptError>,
) -> Result<T, AdoptError> {
    execute(client, BEGIN).await?;
    match work().await {
        Ok(done) => {
            execute(client, "commit").await?;
            Ok(done)
        }
        Err(error) => {
            // The work's own error is the one to tell; a session that cannot even roll back is gone, and with it the
            // transaction.
            if let Err(also) = client.batch_execute("rollback").await {
                tracing::debug!(%also, "the transaction ended with its session");
            }
            Err(error)
        }
    }
}

/// Statements without an answer.
pub(super) async fn execute(client: &Client, sql: &str) -> Result<(), AdoptError> {
    Ok(client.batch_execute(sql).await.map_err(DbError::from)?)
}

/// Whether a table is there.
pub(super) async fn is_there(client: &Client, table: &str) -> Result<bool, AdoptError> {
    let asked = "select pg_catalog.to_regclass($1::text) is not null";
    Ok(client.query_one(asked, &[&table]).await.map_err(DbError::from)?.get(0))
}
