//! Whether the database is there, known once for everybody. One connection of its own asks, whenever
//! somebody waits suspiciously long or a connection breaks; while nothing answers, requests are told so at
//! once, and only the asking goes on. A statement that is merely slow is not cut off by this: the asking
//! is answered then.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_postgres::error::SqlState;
use tokio_util::sync::CancellationToken;

use crate::connection::{Connection, Opener};
use crate::error::DbError;
use crate::wire::WireError;

/// How a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It answers and takes changes.
    Well,
    /// It answers, and takes no changes: it follows another server.
    ReadOnly,
    /// It answers, and has no connection left for us. Those that we have go on working.
    Full,
    /// Nothing answers.
    Away,
}

/// Waiting this long is a reason to ask.
const SUSPICIOUS: Duration = Duration::from_millis(500);
/// No answer to the asking within this: the database is away. Together with [`SUSPICIOUS`] it leaves
/// a second of the three that a request may take (RE-4).
const ASKING: Duration = Duration::from_millis(1_500);
/// Between two questions when a connection breaks over the first.
const DOUBT: Duration = Duration::from_millis(50);
/// While the database is away, a new try begins this often, also when earlier ones hang.
const TRY_EVERY: Duration = Duration::from_millis(400);
/// How long one try may take, and so how many there are at a time.
const TRYING: Duration = Duration::from_secs(2);
/// An answer that everybody shares is this fresh.
const FRESH: Duration = Duration::from_secs(1);
/// No answer is waited for longer, however well the database is. PostgreSQL ends a statement after 15 seconds by itself;
/// behind a pooler, where it does not know of our limit, what still runs is cancelled when its connection is given back.
const LONGEST: Duration = Duration::from_secs(16);

/// The answer is not waited for any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Absent;

impl From<Absent> for DbError {
    fn from(_: Absent) -> Self {
        Self::away("the database does not answer")
    }
}

/// What is known of the database.
#[derive(Debug)]
pub(crate) struct Presence {
    opener: Arc<Opener>,
    health: watch::Sender<Health>,
    outages: AtomicU64,
    is_watching: AtomicBool,
    own: Mutex<Own>,
    closing: CancellationToken,
}

/// The connection for asking, and when it was last answered well.
#[derive(Debug, Default)]
struct Own {
    connection: Option<Connection>,
    answered: Option<Instant>,
}

impl Presence {
    pub(crate) fn new(opener: Opener) -> Arc<Self> {
        Arc::new(Self {
            opener: Arc::new(opener),
            health: watch::Sender::new(Health::Well),
            outages: AtomicU64::new(0),
            is_watching: AtomicBool::new(false),
            own: Mutex::default(),
            closing: CancellationToken::new(),
        })
    }

    /// How often the database went away so far.
    pub(crate) fn outages(&self) -> u64 {
        self.outages.load(Ordering::Acquire)
    }

    /// Waits for an answer, for as long as the database is there.
    pub(crate) async fn wait_for<T>(
        self: &Arc<Self>,
        answer: impl Future<Output = T>,
    ) -> Result<T, Absent> {
        let mut health = self.health.subscribe();
        let mut answer = pin!(answer);
        let started = Instant::now();
        while started.elapsed() < LONGEST {
            tokio::select! {
                biased;
                _ = health.wait_for(|health| *health == Health::Away) => return Err(Absent),
                answer = &mut answer => return Ok(answer),
                () = sleep(SUSPICIOUS) => self.suspect(),
            }
        }
        Err(Absent)
    }

    /// Has somebody look, unless somebody does already. Does not wait for it.
    pub(crate) fn suspect(self: &Arc<Self>) {
        let is_over = self.closing.is_cancelled() || tokio::runtime::Handle::try_current().is_err();
        if is_over || self.is_watching.swap(true, Ordering::AcqRel) {
            return;
        }
        let (closing, watching) = (self.closing.clone(), watch_over(Arc::downgrade(self)));
        self.opener.tasks().spawn(async move {
            tokio::select! {
                () = closing.cancelled() => {}
                () = watching => {}
            }
        });
    }

    /// How the database is, at most a second ago. Asks at most once a second, whoever wants to know.
    pub(crate) async fn health(self: &Arc<Self>) -> Health {
        let known = *self.health.borrow();
        if known != Health::Well {
            // Somebody is looking after it and will say when it is well.
            return known;
        }
        let mut own = self.own.lock().await;
        // Whoever asked meanwhile has asked for us too.
        let known = *self.health.borrow();
        if known != Health::Well {
            return known;
        }
        if own.answered.is_some_and(|answered| answered.elapsed() < FRESH) {
            return Health::Well;
        }
        let health = self.examine(&mut own).await;
        if health != Health::Well {
            self.suspect();
        }
        health
    }

    /// Asks, and makes known what was found.
    async fn examine(&self, own: &mut Own) -> Health {
        let found = match timeout(ASKING, ask(&self.opener, &mut own.connection)).await {
            Ok(Ok(health)) => health,
            Ok(Err(error)) => told_by(&error),
            Err(_) => Health::Away,
        };
        own.answered = (found == Health::Well).then(Instant::now);
        if found == Health::Away {
            own.connection = None;
        }
        self.note(found);
        found
    }

    fn note(&self, found: Health) {
        self.health.send_if_modified(|known| {
            if *known == found {
                return false;
            }
            if found == Health::Away {
                self.outages.fetch_add(1, Ordering::AcqRel);
            }
            tracing::warn!(before = ?known, now = ?found, "the database's health changed");
            *known = found;
            true
        });
    }

    /// Ends the asking.
    pub(crate) fn close(&self) {
        self.closing.cancel();
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

/// Looks after the database until it is well. Holds on to nothing, so that a database that is dropped ends it.
async fn watch_over(presence: Weak<Presence>) {
    loop {
        let Some(here) = presence.upgrade() else { return };
        let found = here.examine(&mut *here.own.lock().await).await;
        if found == Health::Well {
            here.is_watching.store(false, Ordering::Release);
            return;
        }
        let opener = Arc::clone(&here.opener);
        drop(here);
        if found == Health::Away {
            let connection = first_answer(&opener).await;
            let Some(here) = presence.upgrade() else { return };
            here.own.lock().await.connection = Some(connection);
        } else {
            sleep(SUSPICIOUS).await;
        }
    }
}

/// Tries until a connection opens. A try that hangs does not hold the next one up, or a recovery would be
/// noticed only when the last try of before has given up.
async fn first_answer(opener: &Opener) -> Connection {
    let mut tries = FuturesUnordered::new();
    let mut next = interval(TRY_EVERY);
    loop {
        tokio::select! {
            Some(answer) = tries.next(), if !tries.is_empty() => {
                if let Ok(Ok(connection)) = answer {
                    return connection;
                }
            }
            _ = next.tick() => tries.push(timeout(TRYING, opener.open())),
        }
    }
}

/// Asks on the connection that there is; when it is gone, on a new one. One that breaks proves little, so
/// it takes three in a row to believe it.
async fn ask(opener: &Opener, own: &mut Option<Connection>) -> Result<Health, WireError> {
    let mut doubts = 2;
    loop {
        if own.as_mut().is_some_and(is_used_up) {
            *own = None;
        }
        let answer = match own.as_mut() {
            Some(connection) => question(connection).await,
            None => match opener.open().await {
                Ok(connection) => question(own.insert(connection)).await,
                Err(error) => Err(error),
            },
        };
        match answer {
            Err(error) if doubts > 0 && error.code().is_none() => {
                tracing::debug!(%error, "the database is asked again");
                *own = None;
                doubts -= 1;
                sleep(DOUBT).await;
            }
            answer => return answer,
        }
    }
}

/// Whether a connection is no good for another question: it is closed, or whoever asked last went away before the
/// answer came, which would answer the next question.
fn is_used_up(connection: &mut Connection) -> bool {
    connection.is_spoilt || connection.wire.is_owed() || connection.wire.is_closed()
}

async fn question(connection: &mut Connection) -> Result<Health, WireError> {
    // Until the answer is here the connection is good for nothing but being cut, which the next question does.
    connection.is_spoilt = true;
    let is_following = connection.wire.text("select pg_catalog.pg_is_in_recovery()").await?;
    connection.is_spoilt = false;
    Ok(if is_following.as_deref() == Some("f") { Health::Well } else { Health::ReadOnly })
}

/// A server that says it is full is there.
fn told_by(error: &WireError) -> Health {
    match error.code() {
        Some(&SqlState::TOO_MANY_CONNECTIONS) => Health::Full,
        _ => Health::Away,
    }
}
