//! What happens to a connection between two borrowers.
//!
//! Row security ends with the transaction; session state does not. A hostile borrower could leave a
//! temporary table in the way, a prepared statement under a name of ours, an open cursor, a setting.
//! So a connection is washed before anybody else can borrow it, and one that carries what cannot be washed
//! off is closed. A change carries the wash along with its COMMIT; a read that runs nobody's code, as its text
//! ([`Statement::is_plain_by_text`](crate::Statement::is_plain_by_text)) and the catalog both say, needs none.

use std::time::Duration;

use tokio::runtime::Handle;

use crate::connection::Connection;
use crate::group::wash;
use crate::pool::{Manager, Pooled};
use crate::wire::{Standing, WireError};

/// What a borrower left on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leftover {
    /// No transaction.
    Nothing,
    /// No transaction, and the answer to a wash that was sent already.
    Verdict,
    /// A transaction that was not ended.
    Transaction,
    /// A statement, probably in a transaction, whose answer was not waited for.
    Statement,
}

impl Leftover {
    /// A connection that does not answer within this is closed.
    const fn patience(self) -> Duration {
        match self {
            Self::Nothing | Self::Verdict | Self::Transaction => Duration::from_secs(5),
            // Nobody waits for what the statement would answer; most are done by then all the same.
            Self::Statement => Duration::from_millis(250),
        }
    }
}

/// How long the server may take to hear that a statement is to be ended.
const CANCELLING: Duration = Duration::from_secs(2);
/// After so many borrowers who leave nothing a connection is washed all the same.
const UNWASHED: u32 = 256;

/// Hands a connection back on which nothing was done that could leave anything, as far as was known of the catalog: it is
/// washed all the same when that was long ago.
pub(crate) fn hand_back(mut pooled: Pooled) {
    pooled.unwashed += 1;
    // A setting that changed, a notification: something else was done than was thought.
    let is_odd = pooled.wire.take_stirred()
        || pooled.wire.is_owed()
        || pooled.wire.standing() != Standing::Idle;
    if is_odd || pooled.unwashed >= UNWASHED || pooled.is_catalog_old() {
        give_back(pooled, Leftover::Nothing);
    }
}

/// Gives a connection back: washed, or closed.
pub(crate) fn give_back(mut pooled: Pooled, leftover: Leftover) {
    let Some(pool) = Pooled::pool(&pooled) else { return };
    // Outside of a runtime (a value dropped at the very end) nothing can be washed.
    pooled.is_spoilt |= pooled.wire.is_closed() || Handle::try_current().is_err();
    if pooled.is_spoilt {
        return cut(pooled);
    }
    let tasks = pool.manager().opener().tasks().clone();
    tasks.spawn(async move {
        if is_clean_again(pool.manager(), &mut pooled, leftover).await {
            pooled.unwashed = 0;
            note(&mut pooled);
        } else {
            tracing::debug!(backend = pooled.backend, ?leftover, "a connection was not washed");
            cut(pooled);
        }
    });
}

/// Takes a connection out of its pool and closes it: now, and not at the next checkout, because what it locked stays
/// locked until then. What the server still runs for it is ended.
pub(crate) fn cut(pooled: Pooled) {
    let pool = Pooled::pool(&pooled);
    let mut connection = Pooled::take(pooled);
    tracing::debug!(backend = connection.backend, "a database connection is closed");
    let Some(pool) = pool.filter(|_| Handle::try_current().is_ok()) else { return };
    if !connection.wire.is_running() {
        return note(&mut connection);
    }
    let tasks = pool.manager().opener().tasks().clone();
    tasks.spawn(async move {
        // Closed only afterwards: a pooler knows no more of a connection that is closed, while its statement runs on.
        let cancelling = pool.manager().opener().cancel(&connection);
        if tokio::time::timeout(CANCELLING, cancelling).await.is_err() {
            tracing::debug!("the request to cancel a statement was not taken");
        }
        note(&mut connection);
    });
}

/// Notes once more what a commit may have changed that nobody waited for: when it was noted the first time it may not
/// have been saved yet, and what was read since is then of before. One that goes on after its connection was closed is
/// not seen here; its marks are, like those of other servers.
fn note(connection: &mut Connection) {
    if let Some(touched) = connection.touched.take() {
        touched.note();
    }
}

/// Washes a connection; false when it cannot be washed, or does not answer.
async fn is_clean_again(
    manager: &Manager,
    connection: &mut Connection,
    leftover: Leftover,
) -> bool {
    let backend = connection.backend;
    let washing = manager.presence().wait_for(Box::pin(washed(connection, leftover)));
    match tokio::time::timeout(leftover.patience(), washing).await {
        Ok(Ok(Ok(true))) => true,
        Ok(Ok(Ok(false))) => {
            tracing::warn!(backend, "a borrower left what cannot be washed off");
            false
        }
        // Lost, away, or not answered in time.
        Ok(Ok(Err(_)) | Err(_)) | Err(_) => false,
    }
}

/// Whether the connection is as new afterwards.
async fn washed(connection: &mut Connection, leftover: Leftover) -> Result<bool, WireError> {
    let verdict = if leftover == Leftover::Verdict {
        let mut verdict = None;
        let told = connection.wire.complete(|body| verdict = crate::wire::first_text(&body)).await;
        connection.wire.ready().await?;
        told?;
        verdict
    } else {
        connection.wire.settle().await?;
        // In the simple protocol: nothing of it is prepared, so nothing of it can have been replaced.
        let first = if connection.wire.standing() == Standing::Idle { "" } else { "rollback; " };
        let statements = format!("{first}{}", wash(connection.prepared_count()));
        let verdict = connection.wire.text(&statements).await?;
        // Not after each: it costs more than the wash.
        if connection.unwashed >= UNWASHED || connection.is_catalog_old() {
            connection.look_again().await?;
        }
        verdict
    };
    connection.wire.take_stirred();
    Ok(verdict.as_deref() == Some("t") && connection.wire.standing() == Standing::Idle)
}
