//! COPY on a borrowed connection. As long as its rows were not all read or sent, nobody can do anything else on the
//! connection; when they never are, it is read to the end or closed before anybody else has it.

mod rows;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::time::Instant;

use super::{ENDED, Session, State, answered};
use crate::error::DbError;
use crate::group;
use crate::statement::Statement;
use crate::wire::WireError;
use rows::{Rows, Step};

/// The rows that a COPY answers, as the bytes of its format. Each item is one or more whole rows.
///
/// What was not asked for stays with PostgreSQL: memory holds one item, however many rows there are. From the call to
/// the last row it takes no longer than any statement, 15 seconds. Then the connection is taken away and others are
/// served, whether anybody still asks for rows or not, and the next item is [`DbError::TooSlow`]. After an error
/// nothing comes any more, and what came before is not the whole.
///
/// It borrows its transaction: to answer a request with it, have a task own both and send the items over a bounded
/// channel, which ends when nobody receives any more.
///
/// Dropped before its end, it leaves a transaction in which nothing more can be done. The next borrower of the
/// connection finds it clean, or another one.
pub struct CopyOut<'a> {
    rows: Rows,
    /// Until the end, without its connection.
    session: Option<&'a mut Session>,
}

impl fmt::Debug for CopyOut<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CopyOut").finish_non_exhaustive()
    }
}

impl Stream for CopyOut<'_> {
    type Item = Result<Bytes, DbError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { rows, session } = self.get_mut();
        if session.is_none() {
            return Poll::Ready(None);
        }
        Poll::Ready(match std::task::ready!(rows.poll(context)) {
            Step::Rows(rows) => Some(Ok(rows)),
            Step::End((pooled, answer)) => session.take().and_then(|session| {
                session.connection = Some(*pooled);
                let answer = session.settle(answer, session.mode.after());
                // The last of them are often none.
                if answer.as_ref().is_ok_and(Bytes::is_empty) { None } else { Some(answer) }
            }),
            Step::Late => {
                *session = None;
                Some(Err(WireError::Late("its rows were not read in time").into()))
            }
        })
    }
}

impl Session {
    /// Begins a `copy … to stdout`, in the same group as the context.
    pub(crate) async fn copy_out<D>(
        &mut self,
        statement: &Statement<D>,
    ) -> Result<CopyOut<'_>, DbError> {
        let asked = Instant::now();
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
        let rows = Rows::new(self.connection.take().ok_or(ENDED)?, asked)?;
        Ok(CopyOut { rows, session: Some(self) })
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
