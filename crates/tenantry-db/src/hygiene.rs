//! What happens to a connection between two borrowers.
//!
//! Row security ends with the transaction; session state does not. A hostile borrower could leave a
//! temporary table in the way, a prepared statement under a name of ours, an open cursor, a setting.
//! So a connection is washed when it comes back, before anybody can borrow it, and one that carries
//! what cannot be washed off is closed.

use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;

use crate::connection::Connection;
use crate::pool::{Manager, Pooled};

/// What a borrower left on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// No transaction.
    Nothing,
    /// A transaction that was not ended.
    Transaction,
    /// A statement, probably in a transaction, whose answer was not waited for.
    Statement,
}

impl Leftover {
    /// A connection that does not answer within this is closed.
    const fn patience(self) -> Duration {
        match self {
            Self::Nothing | Self::Transaction => Duration::from_secs(5),
            // Nobody waits for what the statement would answer; most are done by then all the same.
            Self::Statement => Duration::from_millis(250),
        }
    }
}

/// Sent in the simple protocol: nothing of it is prepared, so nothing of it can have been replaced.
fn wash_statement(driver_statements: usize, leftover: Leftover) -> String {
    let first = if leftover == Leftover::Nothing { "" } else { "rollback; " };
    format!("{first}select tenantry.wash({driver_statements})")
}

/// How long the server may take to hear that a statement is to be ended.
const CANCELLING: Duration = Duration::from_secs(2);

/// Gives a connection back: washed, or closed.
pub(crate) fn give_back(mut pooled: Pooled, leftover: Leftover) {
    let Some(pool) = Pooled::pool(&pooled) else { return };
    // Outside of a runtime (a value dropped at the very end) nothing can be washed: close it.
    if tokio::runtime::Handle::try_current().is_err() || pooled.client.is_closed() {
        pooled.is_spoilt = true;
        return;
    }
    let tasks = pool.manager().opener().tasks().clone();
    tasks.spawn(async move {
        if !pooled.is_spoilt && is_clean_again(pool.manager(), &pooled, leftover).await {
            return;
        }
        tracing::debug!(backend = pooled.backend, ?leftover, "a database connection is closed");
        pooled.is_spoilt = true;
        // Taken out of the pool: dropping the client closes the connection now, not at the next checkout.
        let connection = Pooled::take(pooled);
        if leftover == Leftover::Statement {
            let cancelling = pool.manager().opener().cancel(&connection);
            if tokio::time::timeout(CANCELLING, cancelling).await.is_err() {
                tracing::debug!("the request to cancel a statement was not taken");
            }
        }
    });
}

/// Washes a connection; false when it cannot be washed, or does not answer.
async fn is_clean_again(manager: &Manager, connection: &Connection, leftover: Leftover) -> bool {
    let washing = manager.presence().wait_for(wash(connection, leftover));
    match tokio::time::timeout(leftover.patience(), washing).await {
        Ok(Ok(Ok(true))) => true,
        Ok(Ok(Ok(false))) => {
            tracing::warn!(
                backend = connection.backend,
                "a borrower left what cannot be washed off"
            );
            false
        }
        // Lost, away, or not answered in time.
        Ok(Ok(Err(_)) | Err(_)) | Err(_) => false,
    }
}

/// Whether the connection is as new afterwards.
async fn wash(connection: &Connection, leftover: Leftover) -> Result<bool, tokio_postgres::Error> {
    let statements = wash_statement(connection.prepared_count(), leftover);
    let answers = connection.client.simple_query(&statements).await?;
    let verdict = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(verdict == Some("t"))
}
