//! One connection as bytes: statements leave in groups that end with a single Sync, and so cost one round trip and
//! one implicit transaction, which the common driver cannot do: it puts a Sync behind each statement. Logging in,
//! TLS and the values' formats are the driver's. A future dropped at any await leaves a consistent connection here:
//! what was not written is still in the buffer, and what was not read is still owed.

mod copy;
mod dial;
mod error;
mod lent;
mod prepare;
mod row;
mod stream;

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{Buf, BytesMut};
use postgres_protocol::IsNull;
use postgres_protocol::message::backend::{DataRowBody, Message};
use postgres_protocol::message::frontend::{self, BindError};
use tokio::io::AsyncWrite;
use tokio_postgres::types::ToSql;
use tokio_util::io::poll_read_buf;

pub(crate) use copy::Direction;
pub(crate) use dial::{Place, cancel, open};
pub use error::{ServerError, WireError};
pub(crate) use prepare::Prepared;
pub(crate) use row::first_text;
pub use row::{Column, ColumnIndex, Row};

use stream::Stream;

/// More than this is not kept for the next answer.
const KEPT: usize = 256 * 1024;

/// How the session stood when its last group was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// In no transaction.
    Idle,
    /// In a transaction.
    InTransaction,
    /// In a transaction that failed.
    Failed,
}

/// A connection that is logged in.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: Stream,
    incoming: BytesMut,
    outgoing: BytesMut,
    /// Groups that were sent and whose end was not read.
    owed: usize,
    standing: Standing,
    /// Nothing more can be asked here.
    is_lost: bool,
    /// The other side is gone too, and with it whatever ran there. Else it was misunderstood, and may wait or run on.
    is_gone: bool,
    /// The last group was sent without its Sync, because rows are copied in with it.
    is_feeding: bool,
    /// The server said something that no statement asked for: a setting changed, a notification came.
    has_stirred: bool,
}

impl Wire {
    fn new(stream: Stream) -> Self {
        Self {
            stream,
            incoming: BytesMut::with_capacity(8 * 1024),
            outgoing: BytesMut::with_capacity(1024),
            owed: 0,
            standing: Standing::Idle,
            is_lost: false,
            is_gone: false,
            is_feeding: false,
            has_stirred: false,
        }
    }

    /// How the session stood at the end of the last group.
    pub(crate) const fn standing(&self) -> Standing {
        self.standing
    }

    /// Whether answers are outstanding.
    pub(crate) const fn is_owed(&self) -> bool {
        self.owed > 0
    }

    /// Whether the server may be at work for us, or wait for us.
    pub(crate) const fn is_running(&self) -> bool {
        self.owed > 0 && !self.is_gone
    }

    /// Whether the server said something by itself since this was asked last.
    pub(crate) const fn take_stirred(&mut self) -> bool {
        std::mem::replace(&mut self.has_stirred, false)
    }

    /// Whether the connection is gone, as far as can be known without waiting.
    pub(crate) fn is_closed(&mut self) -> bool {
        if !self.is_lost && self.owed == 0 {
            self.look();
        }
        self.is_lost
    }

    /// Reads what has arrived unasked. An error that nothing asked for is the server's goodbye.
    fn look(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        match poll_read_buf(Pin::new(&mut self.stream), &mut context, &mut self.incoming) {
            Poll::Pending => {}
            Poll::Ready(Ok(0) | Err(_)) => self.is_lost = true,
            Poll::Ready(Ok(_)) => match self.parsed() {
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => self.is_lost = true,
            },
        }
    }

    /// Adds a prepared statement with its values to the group.
    pub(crate) fn execute(
        &mut self,
        statement: &Prepared,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<(), WireError> {
        let types = statement.parameters();
        if types.len() != values.len() {
            return Err(WireError::Parameters { expected: types.len(), given: values.len() });
        }
        let start = self.outgoing.len();
        let mut parameter = 0;
        let bound = frontend::bind(
            "",
            statement.name(),
            Some(1),
            values.iter().zip(types),
            |(value, of), buffer| {
                parameter += 1;
                Ok(match value.to_sql_checked(of, buffer)? {
                    tokio_postgres::types::IsNull::Yes => IsNull::Yes,
                    tokio_postgres::types::IsNull::No => IsNull::No,
                })
            },
            Some(1),
            &mut self.outgoing,
        );
        let added = match bound {
            Ok(()) => frontend::execute("", 0, &mut self.outgoing).map_err(WireError::Io),
            Err(BindError::Conversion(source)) => Err(WireError::Parameter { parameter, source }),
            Err(BindError::Serialization(error)) => Err(WireError::Io(error)),
        };
        if added.is_err() {
            // Half a message would be read as another one.
            self.outgoing.truncate(start);
        }
        added
    }

    /// Adds a statement that is read anew each time, so that nothing of it can have been replaced. Without values.
    pub(crate) fn execute_text(&mut self, sql: &str) -> Result<(), WireError> {
        let start = self.outgoing.len();
        let outgoing = &mut self.outgoing;
        let added = frontend::parse("", sql, None, outgoing)
            .and_then(|()| {
                let nothing = std::iter::empty::<()>();
                let none = |(), _: &mut BytesMut| Ok(IsNull::Yes);
                frontend::bind("", "", None, nothing, none, None, outgoing).map_err(|error| {
                    match error {
                        BindError::Conversion(error) => std::io::Error::other(error),
                        BindError::Serialization(error) => error,
                    }
                })
            })
            .and_then(|()| frontend::execute("", 0, outgoing));
        if added.is_err() {
            self.outgoing.truncate(start);
        }
        added.map_err(WireError::Io)
    }

    /// Ends the group. From here on its answers are owed.
    pub(crate) fn end_group(&mut self) {
        frontend::sync(&mut self.outgoing);
        self.owed += 1;
    }

    /// Where the bytes to be sent end, and what is owed for them.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.outgoing.len(), self.owed)
    }

    /// Forgets what was added since a mark; nothing of it was sent.
    pub(crate) fn take_back(&mut self, (length, owed): (usize, usize)) {
        self.outgoing.truncate(length);
        self.owed = owed;
    }

    /// Sends statements as text, each with its answers as text: a group by itself.
    pub(crate) async fn send_text(&mut self, sql: &str) -> Result<(), WireError> {
        frontend::query(sql, &mut self.outgoing).map_err(WireError::Io)?;
        self.owed += 1;
        self.flush().await
    }

    /// Writes what was collected.
    pub(crate) async fn flush(&mut self) -> Result<(), WireError> {
        let Self { stream, outgoing, .. } = self;
        let written = poll_fn(|context| poll_flush(stream, outgoing, context)).await;
        written.map_err(|error| self.lost(WireError::Io(error)))
    }

    /// The next message that answers something.
    pub(crate) async fn next(&mut self) -> Result<Message, WireError> {
        loop {
            if let Some(message) = self.parsed()? {
                return Ok(message);
            }
            poll_fn(|context| self.poll_fill(context)).await?;
        }
    }

    /// Reads what has arrived.
    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<Result<(), WireError>> {
        let Self { stream, incoming, .. } = self;
        if incoming.capacity() - incoming.len() < 1024 {
            incoming.reserve(8 * 1024);
        }
        let read = std::task::ready!(poll_read_buf(Pin::new(stream), context, incoming));
        Poll::Ready(match read {
            Ok(0) => Err(self.lost(WireError::Closed)),
            Ok(_) => Ok(()),
            Err(error) => Err(self.lost(WireError::Io(error))),
        })
    }

    /// A whole message that answers something, if one is there already.
    fn parsed(&mut self) -> Result<Option<Message>, WireError> {
        loop {
            let message = match Message::parse(&mut self.incoming) {
                Ok(message) => message,
                Err(error) => return Err(self.lost(WireError::Io(error))),
            };
            match message {
                Some(Message::NoticeResponse(_)) => {}
                Some(Message::ParameterStatus(_) | Message::NotificationResponse(_)) => {
                    self.has_stirred = true
                }
                Some(Message::ReadyForQuery(body)) => {
                    self.owed = self.owed.saturating_sub(1);
                    self.standing = match body.status() {
                        b'I' => Standing::Idle,
                        b'T' => Standing::InTransaction,
                        _ => Standing::Failed,
                    };
                    return Ok(Some(Message::ReadyForQuery(body)));
                }
                message => return Ok(message),
            }
        }
    }

    fn lost(&mut self, error: WireError) -> WireError {
        self.is_lost = true;
        self.is_gone |= error.is_connection();
        error
    }

    /// The rows of the group's next statement.
    pub(crate) async fn rows(&mut self, statement: &Prepared) -> Result<Vec<Row>, WireError> {
        let mut rows = Vec::new();
        self.complete(|body| rows.push(Row::new(statement.columns(), body))).await?;
        Ok(rows)
    }

    /// Reads a statement's answer to its end: what it did, as PostgreSQL words it (`COMMIT`, `INSERT 0 1`). After an
    /// error the server passes over the rest of the group.
    pub(crate) async fn complete(
        &mut self,
        mut row: impl FnMut(DataRowBody),
    ) -> Result<String, WireError> {
        loop {
            match self.next().await? {
                Message::DataRow(body) => row(body),
                Message::CommandComplete(body) => {
                    return Ok(body.tag().map_err(WireError::Io)?.to_owned());
                }
                Message::EmptyQueryResponse => return Ok(String::new()),
                Message::ParseComplete
                | Message::BindComplete
                | Message::NoData
                | Message::RowDescription(_) => {}
                Message::ErrorResponse(body) => return Err(ServerError::read(&body)?.into()),
                Message::CopyInResponse(_) | Message::CopyOutResponse(_) => {
                    return Err(self.lost(WireError::COPY));
                }
                _ => return Err(self.lost(WireError::Unexpected)),
            }
        }
    }

    /// Reads to the end of the group. An error that stood nowhere before, such as that of a deferred constraint, is answered.
    pub(crate) async fn ready(&mut self) -> Result<(), WireError> {
        // What is lost may have no end that comes: a server that was misunderstood waits for us.
        if self.is_lost {
            return Err(WireError::Closed);
        }
        let mut failure = None;
        loop {
            match self.next().await? {
                Message::ReadyForQuery(_) => break,
                Message::ErrorResponse(body) => {
                    failure = failure.or(Some(ServerError::read(&body)?))
                }
                _ => {}
            }
        }
        self.keep_little();
        failure.map_or(Ok(()), |failure| Err(failure.into()))
    }

    /// Reads what is owed from before, whatever it says.
    pub(crate) async fn settle(&mut self) -> Result<(), WireError> {
        if self.is_feeding {
            self.stop_feeding(copy::GIVEN_UP)?;
        }
        self.flush().await?;
        while self.owed > 0 {
            self.next().await?;
        }
        Ok(())
    }

    /// A large answer does not stay in memory for as long as the connection lives.
    fn keep_little(&mut self) {
        if self.incoming.is_empty() && self.incoming.capacity() > KEPT {
            self.incoming = BytesMut::with_capacity(8 * 1024);
        }
        if self.outgoing.is_empty() && self.outgoing.capacity() > KEPT {
            self.outgoing = BytesMut::with_capacity(1024);
        }
    }
}

impl Drop for Wire {
    /// Says goodbye when nothing is outstanding; else the server finds the connection closed.
    fn drop(&mut self) {
        if self.owed > 0 || self.is_lost {
            return;
        }
        self.outgoing.clear();
        frontend::terminate(&mut self.outgoing);
        let mut context = Context::from_waker(Waker::noop());
        let _ = poll_flush(&mut self.stream, &mut self.outgoing, &mut context);
    }
}

fn poll_flush(
    stream: &mut Stream,
    outgoing: &mut BytesMut,
    context: &mut Context<'_>,
) -> Poll<std::io::Result<()>> {
    while !outgoing.is_empty() {
        match std::task::ready!(Pin::new(&mut *stream).poll_write(context, outgoing)) {
            Ok(0) => return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into())),
            Ok(written) => outgoing.advance(written),
            Err(error) => return Poll::Ready(Err(error)),
        }
    }
    Pin::new(stream).poll_flush(context)
}
