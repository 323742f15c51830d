//! What happens to a connection between two borrowers.
//!
//! Row security ends with the transaction; session state does not. A hostile borrower could leave a
//! temporary table in the way, a prepared statement under a name of ours, an open cursor, a setting.
//! So a connection is washed when it comes back, before anybody can borrow it, and one that carries
//! what cannot be washed off is closed.

use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;

use crate::connection::{Connection, Pooled};

/// Sent in the simple protocol: nothing of it is prepared, so nothing of it can have been replaced.
fn wash_statement(driver_statements: usize, is_in_transaction: bool) -> String {
    let first = if is_in_transaction { "rollback; " } else { "" };
    format!("{first}select tenantry.wash({driver_statements})")
}

/// A connection that does not answer within this is closed: whatever it is doing, nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Gives a connection back: washed, or closed.
pub(crate) fn give_back(mut pooled: Pooled, is_in_transaction: bool) {
    let Some(pool) = Pooled::pool(&pooled) else { return };
    // Outside of a runtime (a value dropped at the very end) nothing can be washed: close it.
    if tokio::runtime::Handle::try_current().is_err() || pooled.client.is_closed() {
        pooled.is_spoilt = true;
        return;
    }
    pool.manager().tasks().spawn(async move {
        let clean = tokio::time::timeout(PATIENCE, wash(&pooled, is_in_transaction)).await;
        if pooled.is_spoilt || !matches!(clean, Ok(Ok(true))) {
            tracing::warn!(
                backend = pooled.backend,
                ?clean,
                "a database connection could not be cleaned and is closed"
            );
            pooled.is_spoilt = true;
            // Taken out of the pool: dropping the client closes the connection now, not at the next checkout.
            drop(Pooled::take(pooled));
        }
    });
}

/// Whether the connection is as new afterwards.
async fn wash(
    connection: &Connection,
    is_in_transaction: bool,
) -> Result<bool, tokio_postgres::Error> {
    let statements = wash_statement(connection.prepared_count(), is_in_transaction);
    let answers = connection.client.simple_query(&statements).await?;
    let verdict = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(verdict == Some("t"))
}
