//! What happens to a connection between two borrowers.
//!
//! Row security ends with the transaction; session state does not. A hostile borrower could leave a
//! temporary table in the way, a prepared statement under a name of ours, an open cursor, a setting.
//! So a connection is washed when it comes back, before anybody can borrow it, and one that carries
//! what cannot be washed off is closed.

use std::time::Duration;

use tokio_postgres::{Client, SimpleQueryMessage};

use crate::connection::Pooled;

/// Sent in the simple protocol: nothing of it is prepared, so nothing of it can have been replaced.
/// The last statement counts prepared statements made by SQL (the driver's own are not) and looks for
/// a temporary schema.
const WASH: &str = "reset role; reset session authorization; reset all; close all; unlisten *; \
     select pg_catalog.pg_advisory_unlock_all(); \
     select (select pg_catalog.count(*) from pg_catalog.pg_prepared_statement() where from_sql), pg_catalog.pg_my_temp_schema()";
const ROLLBACK_AND_WASH: &str = "rollback; reset role; reset session authorization; reset all; close all; unlisten *; \
     select pg_catalog.pg_advisory_unlock_all(); \
     select (select pg_catalog.count(*) from pg_catalog.pg_prepared_statement() where from_sql), pg_catalog.pg_my_temp_schema()";

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
        let clean = tokio::time::timeout(PATIENCE, wash(&pooled.client, is_in_transaction)).await;
        if !matches!(clean, Ok(Ok(true))) {
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
async fn wash(client: &Client, is_in_transaction: bool) -> Result<bool, tokio_postgres::Error> {
    let statements = if is_in_transaction { ROLLBACK_AND_WASH } else { WASH };
    let answers = client.simple_query(statements).await?;
    let last = answers.iter().rev().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => Some((row.get(0) == Some("0"), row.get(1) == Some("0"))),
        _ => None,
    });
    Ok(last == Some((true, true)))
}
