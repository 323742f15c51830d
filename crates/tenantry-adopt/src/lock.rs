//! The only place that changes a table. A statement that needs a strong lock makes every later reader queue behind it while
//! it waits, so it waits a fifth of a second at the most, gives up, lets the queue go, and tries again. Nobody's session is
//! ever ended for it; who holds the lock is named instead.

mod holders;

use std::time::{Duration, Instant};

use tenantry_db::DbError;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use tokio_util::sync::CancellationToken;

use crate::error::Holder;
use crate::name::TableName;
use crate::operation::{Action, Lock, Manner};
use crate::progress::Event;
use crate::run::{Observer, Patience};

pub(crate) use holders::{blocking, holder as holders_row, holders};

/// How long a change of the catalog may take.
const SHORT: &str = "5s";
/// The rest before the second try; it doubles with each.
const FIRST_REST: Duration = Duration::from_millis(100);
/// The longest rest between two tries.
const LONGEST_REST: Duration = Duration::from_secs(8);

/// Runs actions on one session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lockkeeper<'a> {
    pub(crate) client: &'a Client,
    /// A second session, which sees who blocks the first one.
    pub(crate) watch: &'a Client,
    pub(crate) patience: Patience,
    pub(crate) observer: Observer<'a>,
    pub(crate) stop: &'a CancellationToken,
}

/// What an action cost others.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    /// How long it waited for its locks, over all tries.
    pub(crate) waited: Duration,
    /// How long it held a lock that keeps the application waiting.
    pub(crate) held: Duration,
    /// How often it was tried.
    pub(crate) tries: u32,
}

/// Why an action was not done.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Somebody has the lock.
    Blocked { table: Option<TableName>, held: Held, holders: Vec<Holder> },
    /// PostgreSQL refused the statement.
    Statement(tokio_postgres::Error),
    /// The database is away.
    Database(DbError),
    /// It was told to stop.
    Stopped,
}

impl From<DbError> for Failed {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl Lockkeeper<'_> {
    /// Runs an action, with `mark` in the same transaction where it has one. `mark` is a statement of the journal.
    pub(crate) async fn run(&self, action: &Action, mark: &str) -> Result<Held, Failed> {
        let mut total = Held::default();
        let mut rest = FIRST_REST;
        let began = Instant::now();
        loop {
            total.tries += 1;
            match self.attempt(action, mark, total.tries).await {
                Ok(held) => {
                    total.held = total.held.max(held.held);
                    total.waited += held.waited;
                    return Ok(total);
                }
                Err(Failed::Blocked { table, holders, .. }) => {
                    total.waited = began.elapsed();
                    if total.tries >= self.patience.tries {
                        return Err(Failed::Blocked { table, held: total, holders });
                    }
                    self.tell(table.as_ref(), total.tries, holders);
                }
                Err(other) => return Err(other),
            }
            self.pause(&mut rest).await?;
        }
    }

    /// Rests with jitter, so that two who collide do not collide again.
    async fn pause(&self, rest: &mut Duration) -> Result<(), Failed> {
        let mut bytes = [0_u8; 1];
        // Without randomness there is no jitter, which only makes a collision likelier.
        let jitter =
            getrandom::fill(&mut bytes).map_or(1.0, |()| 0.5 + f64::from(bytes[0]) / 255.0);
        tokio::select! {
            () = self.stop.cancelled() => return Err(Failed::Stopped),
            () = tokio::time::sleep(rest.mul_f64(jitter)) => {}
        }
        *rest = (*rest * 2).min(LONGEST_REST);
        Ok(())
    }

    fn tell(&self, table: Option<&TableName>, attempt: u32, holders: Vec<Holder>) {
        let Some(table) = table.cloned() else { return };
        (self.observer.0)(Event::Blocked { table, attempt, holders });
    }

    async fn attempt(&self, action: &Action, mark: &str, attempt: u32) -> Result<Held, Failed> {
        match &action.manner {
            Manner::Concurrent { index } => self.concurrently(action, index).await,
            Manner::Short => self.transact(action, mark, SHORT, attempt).await,
            Manner::Long | Manner::Batches(_) | Manner::Task(_) => {
                self.transact(action, mark, "0", attempt).await
            }
        }
    }

    /// One transaction: the locks first, in their order, so that waiting and holding can be told apart.
    async fn transact(
        &self,
        action: &Action,
        mark: &str,
        limit: &str,
        attempt: u32,
    ) -> Result<Held, Failed> {
        let old = self.old_holders(action).await?;
        if !old.is_empty() {
            // Whoever has had it for longer than we would wait keeps it: there is no use in making others queue.
            let table = self.wanted(action, self.patience.first).await?;
            return Err(Failed::Blocked { table, held: Held::default(), holders: old });
        }
        let doubled = self.patience.first.saturating_mul(1 << attempt.saturating_sub(1).min(16));
        let timeout =
            doubled.min(self.patience.longest).max(self.patience.first).as_millis().max(1);
        // An autovacuum that is in the way is told to go when the deadlock timeout is over, which is a second as a rule; and of
        // two who wait for each other it is us who notice, and give way.
        let mut take = format!(
            "begin; set local lock_timeout = '{timeout}ms'; set local deadlock_timeout = '{}ms'; set local statement_timeout = '{limit}'",
            (timeout / 4).max(1)
        );
        for (table, lock) in self.lockable(action).await? {
            take.push_str(&format!("; lock table only {} in {} mode", table.sql(), lock.name()));
        }
        let started = Instant::now();
        if let Err(error) = self.client.batch_execute(&take).await {
            return self.give_up(action, error).await;
        }
        let waited = started.elapsed();
        let held_since = Instant::now();
        let work = format!("{}; {mark}; commit", action.sql.trim_end().trim_end_matches(';'));
        if let Err(error) = self.client.batch_execute(&work).await {
            return self.give_up(action, error).await;
        }
        let is_felt = action.locks.iter().any(|(_, lock)| *lock >= Lock::Share);
        let held = if is_felt { held_since.elapsed() } else { Duration::ZERO };
        Ok(Held { waited, held, tries: 1 })
    }

    /// Ends the transaction and says what kind of failure it was.
    async fn give_up(&self, action: &Action, error: tokio_postgres::Error) -> Result<Held, Failed> {
        let is_waiting = matches!(
            error.code(),
            Some(&SqlState::LOCK_NOT_AVAILABLE | &SqlState::T_R_DEADLOCK_DETECTED)
        );
        if error.is_closed() || error.as_db_error().is_none() {
            return Err(Failed::Database(DbError::from(error)));
        }
        let holders = if is_waiting {
            holders(self.watch, &action.locks, Duration::ZERO).await?
        } else {
            Vec::new()
        };
        self.client.batch_execute("rollback").await.map_err(DbError::from)?;
        if is_waiting {
            let table = self.wanted(action, Duration::ZERO).await?;
            return Err(Failed::Blocked { table, held: Held::default(), holders });
        }
        Err(Failed::Statement(error))
    }

    /// Which of its tables somebody else has; the first one where that is over already.
    async fn wanted(&self, action: &Action, age: Duration) -> Result<Option<TableName>, DbError> {
        for lock in &action.locks {
            if !holders(self.watch, std::slice::from_ref(lock), age).await?.is_empty() {
                return Ok(Some(lock.0.clone()));
            }
        }
        Ok(action.locks.first().map(|(table, _)| table.clone()))
    }

    async fn old_holders(&self, action: &Action) -> Result<Vec<Holder>, DbError> {
        let is_felt = action.locks.iter().any(|(_, lock)| *lock >= Lock::Share);
        if !is_felt {
            return Ok(Vec::new());
        }
        holders(self.watch, &action.locks, self.patience.first).await
    }

    /// Those of the declared locks that `lock table` can take: on tables that exist. A view would lock what it reads.
    async fn lockable<'t>(
        &self,
        action: &'t Action,
    ) -> Result<Vec<&'t (TableName, Lock)>, DbError> {
        let names: Vec<String> = action.locks.iter().map(|(table, _)| table.sql()).collect();
        let asked = "select n.name from pg_catalog.unnest($1::text[]) as n (name) \
                     join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(n.name) where c.relkind in ('r', 'p')";
        let rows = self.watch.query(asked, &[&names]).await?;
        let there: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        Ok(action.locks.iter().filter(|(table, _)| there.contains(&table.sql())).collect())
    }

    /// Outside any transaction. What an interrupted try left behind is an invalid index, which is of no use.
    async fn concurrently(&self, action: &Action, index: &TableName) -> Result<Held, Failed> {
        let asked = "select exists (select from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass($1) and not i.indisvalid)";
        let is_invalid: bool =
            self.client.query_one(asked, &[&index.sql()]).await.map_err(DbError::from)?.get(0);
        if is_invalid {
            let drop = format!("drop index concurrently if exists {}", index.sql());
            self.watched(action, &drop).await?;
        }
        self.watched(action, &action.sql).await?;
        Ok(Held { tries: 1, ..Held::default() })
    }

    /// Runs a statement that may wait for long without keeping anybody waiting, and names whom it waits for.
    async fn watched(&self, action: &Action, sql: &str) -> Result<(), Failed> {
        let pid: i32 = self
            .client
            .query_one("select pg_catalog.pg_backend_pid()", &[])
            .await
            .map_err(DbError::from)?
            .get(0);
        let mut statement = std::pin::pin!(self.client.batch_execute(sql));
        let mut seen = 0;
        loop {
            tokio::select! {
                done = &mut statement => return done.map_err(|error| {
                    if error.as_db_error().is_some() { Failed::Statement(error) } else { Failed::Database(error.into()) }
                }),
                () = self.stop.cancelled() => return Err(Failed::Stopped),
                () = tokio::time::sleep(Duration::from_secs(2)) => {
                    let holders = blocking(self.watch, pid).await?;
                    if !holders.is_empty() {
                        seen += 1;
                        self.tell(action.locks.first().map(|(table, _)| table), seen, holders);
                    }
                }
            }
        }
    }
}
