//! The rows of a COPY that goes out, with the connection that they come on. PostgreSQL ends no statement that waits for
//! its reader, and a reader that has stopped asking ends nothing either; so a watch shares both with the reader, and takes
//! the connection away when the statement's time is over.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::super::answered;
use crate::error::DbError;
use crate::group;
use crate::hygiene::{self, Leftover};
use crate::pool::Pooled;

/// How long a COPY may take. A moment more than PostgreSQL gives any statement: a reader that still asks hears
/// PostgreSQL's own answer, and its connection is kept.
const LONGEST: Duration = Duration::from_millis(15_250);

/// What the rows end with: the connection, and the last of them or an error.
pub(super) type End = (Box<Pooled>, Result<Bytes, DbError>);

/// What the reader gets.
pub(super) enum Step {
    /// Rows, and there may be more.
    Rows(Bytes),
    /// The end.
    End(End),
    /// The time was over. The connection is gone.
    Late,
}

/// A connection in the middle of its rows.
struct Held(Option<Box<Pooled>>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(pooled) = self.0.take() {
            hygiene::give_back(*pooled, Leftover::Statement);
        }
    }
}

type Asking = Pin<Box<dyn Future<Output = (Held, Result<(Bytes, bool), DbError>)> + Send>>;

/// How the reading stands.
enum Reading {
    /// Nobody asks.
    Resting(Held),
    /// The next rows were asked for.
    Asking(Asking),
    /// The time was over before the rows were.
    Late,
    /// It has ended.
    Over,
}

struct Shared {
    reading: Reading,
    waker: Option<Waker>,
}

/// What is still to be read.
pub(super) struct Rows {
    shared: Arc<Mutex<Shared>>,
    watch: AbortHandle,
}

impl Rows {
    /// The rows of a COPY that was asked for then, and has begun.
    pub(super) fn new(pooled: Pooled, asked: Instant) -> Result<Self, DbError> {
        let pool = Pooled::pool(&pooled).ok_or(DbError::away("the server is stopping"))?;
        let reading = Reading::Resting(Held(Some(Box::new(pooled))));
        let shared = Arc::new(Mutex::new(Shared { reading, waker: None }));
        let watching = watch(Arc::downgrade(&shared), asked + LONGEST);
        let watch = pool.manager().opener().tasks().spawn(watching).abort_handle();
        Ok(Self { shared, watch })
    }

    /// Asks for the next rows, unless they were asked for already.
    pub(super) fn poll(&self, context: &mut Context<'_>) -> Poll<Step> {
        let mut shared = lock(&self.shared);
        let mut asking = match std::mem::replace(&mut shared.reading, Reading::Over) {
            Reading::Resting(held) => Box::pin(next(held)),
            Reading::Asking(asking) => asking,
            Reading::Late | Reading::Over => return Poll::Ready(Step::Late),
        };
        let Poll::Ready((mut held, answer)) = asking.as_mut().poll(context) else {
            *shared =
                Shared { reading: Reading::Asking(asking), waker: Some(context.waker().clone()) };
            return Poll::Pending;
        };
        Poll::Ready(match (answer, held.0.take()) {
            (Ok((rows, false)), pooled) => {
                shared.reading = Reading::Resting(Held(pooled));
                Step::Rows(rows)
            }
            (answer, Some(pooled)) => Step::End((pooled, answer.map(|(rows, _)| rows))),
            (_, None) => Step::Late,
        })
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

async fn next(mut held: Held) -> (Held, Result<(Bytes, bool), DbError>) {
    let answer = match held.0.as_mut() {
        Some(pooled) => answered(pooled, async |connection| group::copied(connection).await).await,
        None => Err(super::super::ENDED),
    };
    (held, answer)
}

/// Takes the connection away when the time is over: read to its end if that is near, or else closed. Whoever waits for
/// rows is woken.
async fn watch(shared: Weak<Mutex<Shared>>, deadline: Instant) {
    sleep_until(deadline).await;
    let Some(shared) = shared.upgrade() else { return };
    let (reading, waker) = {
        let mut shared = lock(&shared);
        (std::mem::replace(&mut shared.reading, Reading::Late), shared.waker.take())
    };
    drop(reading);
    if let Some(waker) = waker {
        waker.wake();
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
