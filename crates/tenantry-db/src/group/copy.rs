//! The groups with a COPY. It is read anew each time: it has no plan that would be worth keeping, and so one group
//! is one round trip from the first time on. COPY takes no values.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

use super::{Opening, collected, concluded, passed};
use crate::connection::Connection;
use crate::wire::{Direction, WireError};

/// How long it may take until all rows are in, as long as any statement may run. PostgreSQL's own limit does not end a
/// COPY that waits for its client. It is less than an answer is waited for at all, and counted from the same moment: a
/// source that is slow is not taken for a database that is away.
const LONGEST: Duration = Duration::from_secs(15);

/// How the rows ended.
enum Poured<E> {
    Whole,
    Broken(E),
    Late,
}

/// Begins to copy out. The rows are read by [`copied`].
pub(crate) async fn copy_out(
    connection: &mut Connection,
    opening: Opening<'_>,
    sql: &'static str,
) -> Result<(), WireError> {
    let before = add(connection, opening, sql).await?;
    connection.wire.end_group();
    connection.wire.flush().await?;
    match began(connection, before, Direction::Out).await {
        Ok(()) => Ok(()),
        refused => concluded(connection, refused).await,
    }
}

/// The next rows, and whether they are the last ones; then the group is over.
pub(crate) async fn copied(connection: &mut Connection) -> Result<(Bytes, bool), WireError> {
    match connection.wire.copied().await {
        Ok((rows, false)) => Ok((rows, false)),
        end => concluded(connection, end).await,
    }
}

/// Copies rows in; answers how many. When their source fails, its error is the answer and nothing was copied.
pub(crate) async fn copy_in<E>(
    connection: &mut Connection,
    opening: Opening<'_>,
    sql: &'static str,
    rows: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Result<u64, E>, WireError> {
    let latest = Instant::now() + LONGEST;
    let before = add(connection, opening, sql).await?;
    connection.wire.begin_feeding();
    connection.wire.flush().await?;
    let poured = async {
        began(connection, before, Direction::In).await?;
        let poured = timeout_at(latest, pour(connection, rows)).await;
        poured.unwrap_or(Ok(Poured::Late))
    };
    let poured = poured.await;
    let answer = ended(connection, poured).await;
    concluded(connection, answer).await
}

async fn add(
    connection: &mut Connection,
    opening: Opening<'_>,
    sql: &'static str,
) -> Result<usize, WireError> {
    let opened = opening.prepare(connection).await?;
    collected(connection, |connection| {
        let before = opened.add(connection)?;
        connection.wire.execute_text(sql)?;
        Ok(before)
    })
}

async fn began(
    connection: &mut Connection,
    before: usize,
    direction: Direction,
) -> Result<(), WireError> {
    passed(connection, before).await?;
    connection.wire.copy_began(direction).await
}

/// Sends the rows as they come, for as long as the server takes them.
async fn pour<E>(
    connection: &mut Connection,
    rows: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Poured<E>, WireError> {
    let mut rows = pin!(rows);
    loop {
        let piece = tokio::select! {
            biased;
            objection = connection.wire.objected() => return Err(objection?),
            piece = rows.next() => piece,
        };
        match piece {
            Some(Ok(piece)) => connection.wire.feed(piece).await?,
            Some(Err(error)) => return Ok(Poured::Broken(error)),
            None => return Ok(Poured::Whole),
        }
    }
}

/// Ends the group as its rows ended; answers what the server makes of it.
async fn ended<E>(
    connection: &mut Connection,
    poured: Result<Poured<E>, WireError>,
) -> Result<Result<u64, E>, WireError> {
    let wire = &mut connection.wire;
    match poured {
        Ok(Poured::Whole) => {
            wire.end_feeding();
            wire.drain().await?;
            let tag = wire.complete(drop).await?;
            let count = tag.strip_prefix("COPY ").and_then(|count| count.parse().ok());
            count.map(Ok).ok_or(WireError::Unexpected)
        }
        Ok(Poured::Broken(error)) => {
            wire.stop_feeding("the source of the rows failed")?;
            // That the COPY failed is what was asked for. If the connection did, whoever is next finds it lost.
            if wire.drain().await.is_ok() {
                let _ = wire.complete(drop).await;
            }
            Ok(Err(error))
        }
        Ok(Poured::Late) => {
            wire.stop_feeding("its rows took too long")?;
            wire.drain().await?;
            // An error that says so, with the SQLSTATE of a statement that was ended.
            wire.complete(drop).await?;
            Err(WireError::Unexpected)
        }
        Err(error) => {
            wire.stop_feeding("it failed")?;
            // What fails now fails for the reason that is known already.
            let _ = wire.drain().await;
            Err(error)
        }
    }
}
