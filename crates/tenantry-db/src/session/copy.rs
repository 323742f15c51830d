//! COPY on a borrowed connection. As long as its rows were not all read or sent, nobody can do anything else on the
//! connection; when they never are, it is read to the end or closed before anybody else has it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;

use super::{ENDED, Session, State, answered};
use crate::error::DbError;
use crate::group;
use crate::statement::Statement;

/// The rows that a COPY answers, as the bytes of its format. Each item is one or more whole rows.
///
/// What was not asked for stays with PostgreSQL: memory holds one item, however many rows there are. The statement
/// runs for as long as its rows are read, and like any other not longer than 15 seconds; after that the next item
/// is [`DbError::TooSlow`]. After an error nothing comes any more, and what came before is not the whole.
///
/// It borrows its transaction: to answer a request with it, have a task own both and send the items over a bounded
/// channel, which ends when nobody receives any more.
///
/// Dropped before its end, it leaves a transaction in which nothing more can be done. The next borrower of the
/// connection finds it clean, or another one.
pub struct CopyOut<'a> {
    rows: Pin<Box<dyn Stream<Item = Result<Bytes, DbError>> + Send + 'a>>,
}

impl fmt::Debug for CopyOut<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CopyOut").finish_non_exhaustive()
    }
}

impl Stream for CopyOut<'_> {
    type Item = Result<Bytes, DbError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, DbError>>> {
        self.rows.as_mut().poll_next(context)
    }
}

impl Session {
    /// Begins a `copy … to stdout`, in the same group as the context.
    pub(crate) async fn copy_out<D>(
        &mut self,
        statement: &Statement<D>,
    ) -> Result<CopyOut<'_>, DbError> {
        let opening = self.state.opening(self.mode, self.credentials.as_ref())?;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        self.state = State::Asked;
        self.needs_wash = true;
        let sql = statement.sql();
        let begun =
            answered(pooled, async |connection| group::copy_out(connection, opening, sql).await)
                .await;
        // Still asked: it is answered when its last row is.
        self.settle(begun, State::Asked)?;
        let rows = try_unfold(Some(self), async |session| {
            let Some(session) = session else { return Ok(None) };
            let (rows, is_last) = session.copied().await?;
            // The last of them are often none.
            let is_over = is_last && rows.is_empty();
            Ok((!is_over).then_some((rows, (!is_last).then_some(session))))
        });
        Ok(CopyOut { rows: Box::pin(rows) })
    }

    async fn copied(&mut self) -> Result<(Bytes, bool), DbError> {
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        let copied = answered(pooled, async |connection| group::copied(connection).await).await;
        let is_last = copied.as_ref().is_ok_and(|(_, is_last)| *is_last);
        self.settle(copied, if is_last { self.mode.after() } else { State::Asked })
    }

    /// Runs a `copy … from stdin` with rows from elsewhere; answers how many they were.
    pub(crate) async fn copy_in<D, E: From<DbError>>(
        &mut self,
        statement: &Statement<D>,
        rows: impl Stream<Item = Result<Bytes, E>>,
    ) -> Result<u64, E> {
        let opening = self.state.opening(self.mode, self.credentials.as_ref())?;
        let pooled = self.connection.as_mut().ok_or(ENDED)?;
        self.state = State::Asked;
        self.needs_wash = true;
        let sql = statement.sql();
        let copied = answered(pooled, async |connection| {
            group::copy_in(connection, opening, sql, rows).await
        })
        .await;
        let is_whole = matches!(copied, Ok(Ok(_)));
        self.state = if is_whole { self.mode.after() } else { State::Open { is_sound: false } };
        copied?
    }
}
