//! COPY on the wire: rows as the bytes in which PostgreSQL writes and reads them. Rows that are copied in leave with
//! a group that has no Sync yet: PostgreSQL would throw one away that arrives before the rows do, and then wait for it.

use std::future::poll_fn;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend::{self, CopyData};
use tokio_postgres::error::SqlState;

use super::{ServerError, Wire, WireError, poll_flush};

/// Which way the rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// Out of the database.
    Out,
    /// Into it.
    In,
}

/// What PostgreSQL hears of rows that nobody sends any more.
pub(super) const GIVEN_UP: &str = "it was given up";
/// The most that is sent or handed on in one piece; a row that is larger is a piece by itself.
const PIECE: usize = 64 * 1024;

impl Wire {
    /// Has the group answered as far as it goes; its end follows after the rows.
    pub(crate) fn begin_feeding(&mut self) {
        frontend::flush(&mut self.outgoing);
        self.owed += 1;
        self.is_feeding = true;
    }

    /// Reads that a COPY has begun. A statement that did anything else costs the connection: nobody is there for
    /// what it answers.
    pub(crate) async fn copy_began(&mut self, direction: Direction) -> Result<(), WireError> {
        loop {
            return match (self.next().await?, direction) {
                (Message::ParseComplete | Message::BindComplete, _) => continue,
                (Message::CopyOutResponse(_), Direction::Out)
                | (Message::CopyInResponse(_), Direction::In) => Ok(()),
                (Message::ErrorResponse(body), _) => Err(refusal(ServerError::read(&body)?)),
                (_, Direction::Out) => {
                    Err(self.lost(WireError::Misplaced("it is no COPY … TO STDOUT")))
                }
                (_, Direction::In) => {
                    Err(self.lost(WireError::Misplaced("it is no COPY … FROM STDIN")))
                }
            };
        }
    }

    /// The next rows, never part of one, and whether they are the last ones. No more is read than has to be: whoever
    /// does not ask for more keeps the server from sending more.
    pub(crate) async fn copied(&mut self) -> Result<(Bytes, bool), WireError> {
        let mut rows = BytesMut::new();
        let mut message = Some(self.next().await?);
        while let Some(arrived) = message {
            match arrived {
                Message::CopyData(body) if rows.is_empty() && body.data().len() >= PIECE => {
                    return Ok((body.into_bytes(), false));
                }
                Message::CopyData(body) => rows.extend_from_slice(body.data()),
                Message::CopyDone => {
                    self.complete(drop).await?;
                    return Ok((rows.freeze(), true));
                }
                // Of a COPY that failed nothing is worth having.
                Message::ErrorResponse(body) => return Err(ServerError::read(&body)?.into()),
                _ => return Err(self.lost(WireError::Unexpected)),
            }
            message = if rows.len() < PIECE { self.parsed()? } else { None };
        }
        Ok((rows.freeze(), false))
    }

    /// Sends what is to be copied in, when enough of it was collected. Answers early what the server has against it.
    pub(crate) async fn feed(&mut self, mut rows: Bytes) -> Result<(), WireError> {
        while !rows.is_empty() {
            let piece = rows.split_to(rows.len().min(PIECE));
            CopyData::new(piece).map_err(WireError::Io)?.write(&mut self.outgoing);
            if self.outgoing.len() >= PIECE {
                let drained = self.drain().await;
                if let Some(message) = self.parsed()? {
                    return Err(self.objection(&message)?);
                }
                drained?;
                // A source that always has more, and a server that takes it, would keep everybody else on this thread
                // waiting, also whoever notices what has arrived here.
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    /// What the server has against the rows, as soon as it says so.
    pub(crate) async fn objected(&mut self) -> Result<WireError, WireError> {
        let message = self.next().await?;
        self.objection(&message)
    }

    fn objection(&mut self, message: &Message) -> Result<WireError, WireError> {
        match message {
            Message::ErrorResponse(body) => Ok(ServerError::read(body)?.into()),
            _ => Err(self.lost(WireError::Unexpected)),
        }
    }

    /// Ends the rows, and the group.
    pub(crate) fn end_feeding(&mut self) {
        frontend::copy_done(&mut self.outgoing);
        self.end_fed_group();
    }

    /// Ends the group without its rows: the server forgets those that it has. When it waits for none it hears no
    /// more of this than the Sync.
    pub(crate) fn stop_feeding(&mut self, why: &str) -> Result<(), WireError> {
        frontend::copy_fail(why, &mut self.outgoing).map_err(WireError::Io)?;
        self.end_fed_group();
        Ok(())
    }

    /// The Sync of a group that was owed already.
    fn end_fed_group(&mut self) {
        frontend::sync(&mut self.outgoing);
        self.is_feeding = false;
    }

    /// Writes what was collected, and reads what comes meanwhile: a server that has much to say about the rows would
    /// wait for us to hear it, as we for it to take them.
    pub(crate) async fn drain(&mut self) -> Result<(), WireError> {
        // What is lost may send without end.
        if self.is_lost {
            return Err(WireError::Closed);
        }
        poll_fn(|context| {
            while let Poll::Ready(filled) = self.poll_fill(context) {
                filled?;
            }
            let Self { stream, outgoing, .. } = self;
            let written = std::task::ready!(poll_flush(stream, outgoing, context));
            Poll::Ready(written.map_err(|error| self.lost(WireError::Io(error))))
        })
        .await
    }
}

/// An error of a COPY that did not begin. PostgreSQL's `DoCopy` has one use for this SQLSTATE.
fn refusal(error: ServerError) -> WireError {
    let is_guarded =
        error.code == SqlState::FEATURE_NOT_SUPPORTED && error.routine.as_deref() == Some("DoCopy");
    if is_guarded { WireError::CopyIntoProtected(Box::new(error)) } else { error.into() }
}
