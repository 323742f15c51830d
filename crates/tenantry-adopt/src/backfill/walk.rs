//! The walk over one table: where a batch ends, the batch, and the cursor, in one transaction each time.

use std::time::{Duration, Instant};

use tenantry_db::DbError;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::batch::{self, Statements};
use super::pace::Stride;
use crate::error::AdoptError;
use crate::journal::Cursor;
use crate::lock::holders;
use crate::name::identifier;
use crate::operation::{Batches, Lock};
use crate::progress::Event;
use crate::run::engine::Engine;
use crate::run::sitting::Interrupted;

/// How long a batch waits for a row that somebody else has locked: what it has locked itself is waited for as long. The
/// application's triggers are for what the application does: none of them is to note the time, or to tell somebody, of this.
/// A batch asks for few of the parents, which are to be looked up and not all read again for each batch.
const BEGIN: &str = "begin; set local synchronous_commit = off; set local lock_timeout = '100ms'; set local statement_timeout = '20s'; \
    set local session_replication_role = replica; set local random_page_cost = 1";
/// How often a batch is tried before the walk gives up.
const TRIES: u32 = 60;
/// After how many changed rows the space of their old versions is made usable again, at the least.
const VACUUM: i64 = 20_000;
/// After which part of a table it is, which is about by how much the table grows.
const VACUUM_PART: i64 = 20;

/// One walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    pub(crate) engine: &'a Engine<'a>,
    pub(crate) number: u32,
    pub(crate) batches: &'a Batches,
}

/// What a batch did.
struct Done {
    found: i64,
    changed: i64,
}

/// The statements, prepared for the walk's session.
enum Prepared {
    Keyed {
        first_bound: Statement,
        next_bound: Statement,
        first_fill: Statement,
        next_fill: Statement,
    },
    Blocks {
        fill: Statement,
        of: i64,
    },
}

impl Walk<'_> {
    /// Fills every row of the table, and refuses to go on while some belong to nobody.
    pub(crate) async fn all(&self) -> Result<(), Interrupted> {
        self.round(true).await?;
        if self.orphans().await? > 0 {
            // A row whose key changed behind the walk was missed, and so was one that moved to the end of a file.
            self.engine.journal.forget_cursor(self.number).await.map_err(AdoptError::from)?;
            self.round(true).await?;
        }
        match self.orphans().await? {
            0 => Ok(()),
            rows => Err(AdoptError::Orphans { table: self.batches.table.clone(), rows }.into()),
        }
    }

    /// How many rows nobody owns.
    async fn orphans(&self) -> Result<i64, Interrupted> {
        let asked = batch::orphans(&self.batches.table);
        Ok(self.client().query_one(asked.as_str(), &[]).await.map_err(failed)?.get(0))
    }

    /// Walks over the table once, from where the cursor is; answers how many rows were changed.
    pub(crate) async fn round(&self, is_last: bool) -> Result<i64, Interrupted> {
        let mut cursor = self.cursor().await?;
        if cursor.is_done {
            return Ok(0);
        }
        if let Some(sql) = batch::late_roots(self.batches) {
            self.client().batch_execute(&sql).await.map_err(failed)?;
        }
        let prepared = self.prepare(is_last).await?;
        let mut stride = Stride::new(self.engine.work.options.pace, cursor.batch_size);
        let before = cursor.rows_changed;
        let mut vacuumed_at = before;
        loop {
            self.engine.ensure_going_on().await?;
            let started = Instant::now();
            let done = self.persist(&prepared, &mut cursor, &mut stride).await?;
            if done.found == 0 {
                break;
            }
            stride.adapt(done.found, started.elapsed());
            self.tell(&cursor, &stride);
            if cursor.rows_changed - vacuumed_at > VACUUM.max(cursor.rows_of / VACUUM_PART) {
                self.vacuum("index_cleanup off, truncate off").await?;
                vacuumed_at = cursor.rows_changed;
            }
            stride
                .rest(self.engine.watch, self.engine.work.observer)
                .await
                .map_err(AdoptError::from)?;
        }
        if cursor.rows_changed > before {
            self.vacuum("truncate off, analyze").await?;
        }
        Ok(cursor.rows_changed - before)
    }

    const fn client(&self) -> &Client {
        self.engine.client
    }

    /// Where the walk is. A circle is walked again from its beginning.
    async fn cursor(&self) -> Result<Cursor, AdoptError> {
        let known = self.engine.journal.cursor(self.number).await?;
        let mut cursor = match known {
            Some(cursor) if cursor.is_done && self.batches.repeats => {
                Cursor { last_key: None, rows_done: 0, is_done: false, ..cursor }
            }
            Some(cursor) => cursor,
            None => Cursor::default(),
        };
        if cursor.rows_of == 0 {
            let asked = "select greatest(c.reltuples, 0)::int8 from pg_catalog.pg_class c where c.oid = pg_catalog.to_regclass($1)";
            let row = self
                .client()
                .query_opt(asked, &[&self.batches.table.sql()])
                .await
                .map_err(DbError::from)?;
            cursor.rows_of = row.map_or(0, |row| row.get(0));
        }
        Ok(cursor)
    }

    async fn prepare(&self, is_last: bool) -> Result<Prepared, AdoptError> {
        let client = self.client();
        let prepare = async |sql: String| client.prepare(&sql).await.map_err(DbError::from);
        if self.batches.key.is_empty() {
            let asked = "select pg_catalog.pg_relation_size(pg_catalog.to_regclass($1)) / pg_catalog.current_setting('block_size')::int8 + 1";
            let of = client
                .query_one(asked, &[&self.batches.table.sql()])
                .await
                .map_err(DbError::from)?
                .get(0);
            return Ok(Prepared::Blocks {
                fill: prepare(batch::blocks(self.batches, is_last)).await?,
                of,
            });
        }
        let types = self.types().await?;
        let Statements { first_bound, next_bound, first_fill, next_fill } =
            batch::keyed(self.batches, &types, is_last);
        Ok(Prepared::Keyed {
            first_bound: prepare(first_bound).await?,
            next_bound: prepare(next_bound).await?,
            first_fill: prepare(first_fill).await?,
            next_fill: prepare(next_fill).await?,
        })
    }

    /// The types of the key's columns, as SQL names them.
    async fn types(&self) -> Result<Vec<String>, AdoptError> {
        let asked = "select pg_catalog.format_type(a.atttypid, a.atttypmod) \
                       from pg_catalog.unnest($2::text[]) with ordinality as k (name, position) \
                       join pg_catalog.pg_attribute a on a.attname = k.name and a.attrelid = pg_catalog.to_regclass($1) order by k.position";
        let rows = self
            .client()
            .query(asked, &[&self.batches.table.sql(), &self.batches.key])
            .await
            .map_err(DbError::from)?;
        if rows.len() == self.batches.key.len() {
            return Ok(rows.iter().map(|row| row.get(0)).collect());
        }
        let key: Vec<String> = self.batches.key.iter().map(|name| identifier(name)).collect();
        Err(AdoptError::Refused(format!(
            "{} no longer has the key {}",
            self.batches.table.shown(),
            key.join(", ")
        )))
    }

    /// A batch, tried until nobody is in the way.
    async fn persist(
        &self,
        prepared: &Prepared,
        cursor: &mut Cursor,
        stride: &mut Stride,
    ) -> Result<Done, Interrupted> {
        let started = Instant::now();
        for attempt in 1..=TRIES {
            let mut next = cursor.clone();
            let error = match self.batch(prepared, &mut next, stride.size).await {
                Ok(done) => {
                    *cursor = next;
                    return Ok(done);
                }
                Err(error) => error,
            };
            let is_waiting = matches!(
                error.code(),
                Some(
                    &SqlState::LOCK_NOT_AVAILABLE
                        | &SqlState::T_R_DEADLOCK_DETECTED
                        | &SqlState::QUERY_CANCELED
                )
            );
            if !is_waiting {
                return Err(self.failure(&error));
            }
            self.client().batch_execute("rollback").await.map_err(failed)?;
            stride.shrink();
            let reason = format!("rows of {} are locked by others", self.batches.table.shown());
            (self.engine.work.observer.0)(Event::Slowed { reason });
            tokio::time::sleep(Duration::from_millis(u64::from(20 * attempt.min(25)))).await;
            self.engine.ensure_going_on().await?;
        }
        // Whoever has a row locked holds a weak lock on its table.
        let wanted = [(self.batches.table.clone(), Lock::AccessExclusive)];
        let holders =
            holders(self.engine.watch, &wanted, Duration::ZERO).await.map_err(AdoptError::from)?;
        let table = self.batches.table.clone();
        Err(AdoptError::Blocked { table, tries: TRIES, waited: started.elapsed(), holders }.into())
    }

    async fn batch(
        &self,
        prepared: &Prepared,
        cursor: &mut Cursor,
        size: i64,
    ) -> Result<Done, tokio_postgres::Error> {
        let client = self.client();
        client.batch_execute(BEGIN).await?;
        let done = match prepared {
            Prepared::Blocks { fill, of } => self.blocks(fill, *of, cursor, size).await?,
            Prepared::Keyed { .. } => self.keyed(prepared, cursor, size).await?,
        };
        cursor.rows_done += done.found;
        cursor.rows_changed += done.changed;
        cursor.rows_of = cursor.rows_of.max(cursor.rows_done);
        cursor.batch_size = size;
        cursor.is_done = done.found == 0;
        if cursor.is_done {
            cursor.rows_of = cursor.rows_done;
        }
        self.engine.journal.move_cursor(self.number, &self.batches.table, cursor).await?;
        client.batch_execute("commit").await?;
        Ok(done)
    }

    async fn keyed(
        &self,
        prepared: &Prepared,
        cursor: &mut Cursor,
        size: i64,
    ) -> Result<Done, tokio_postgres::Error> {
        let Prepared::Keyed { first_bound, next_bound, first_fill, next_fill } = prepared else {
            return Ok(Done { found: 0, changed: 0 });
        };
        let last = cursor.last_key.take();
        let mut bounds: Vec<&(dyn ToSql + Sync)> = Vec::new();
        for text in last.iter().flatten() {
            bounds.push(text);
        }
        let mut asked = bounds.clone();
        asked.push(&size);
        let bound = if last.is_some() { next_bound } else { first_bound };
        let Some(row) = self.client().query_opt(bound, &asked).await? else {
            cursor.last_key = last;
            return Ok(Done { found: 0, changed: 0 });
        };
        let (upto, found): (Vec<String>, i64) = (row.get(0), row.get(1));
        for text in &upto {
            bounds.push(text);
        }
        let fill = if last.is_some() { next_fill } else { first_fill };
        let changed = self.client().execute(fill, &bounds).await?;
        cursor.last_key = Some(upto);
        Ok(Done { found, changed: i64::try_from(changed).unwrap_or(i64::MAX) })
    }

    /// By blocks, of some hundred rows each. What an update moves to the end is filled already.
    async fn blocks(
        &self,
        fill: &Statement,
        of: i64,
        cursor: &mut Cursor,
        size: i64,
    ) -> Result<Done, tokio_postgres::Error> {
        let from: i64 = cursor
            .last_key
            .as_ref()
            .and_then(|key| key.first())
            .and_then(|text| text.parse().ok())
            .unwrap_or_default();
        if from >= of {
            return Ok(Done { found: 0, changed: 0 });
        }
        let upto = from + (size / 50).max(1);
        let changed = self.client().execute(fill, &[&from, &upto]).await?;
        let changed = i64::try_from(changed).unwrap_or(i64::MAX);
        cursor.last_key = Some(vec![upto.to_string()]);
        Ok(Done { found: changed.max(1), changed })
    }

    fn tell(&self, cursor: &Cursor, stride: &Stride) {
        (self.engine.work.observer.0)(Event::Batch {
            table: self.batches.table.clone(),
            done: cursor.rows_done,
            of: cursor.rows_of,
            rate: stride.rate(),
            size: stride.size,
        });
    }

    /// Waits for a moment where the server's own vacuum is at work, which gives way and is slower. Whoever else has the lock
    /// keeps it: then there is no vacuum this time.
    async fn vacuum(&self, options: &str) -> Result<(), Interrupted> {
        let table = self.batches.table.sql();
        let client = self.client();
        client.batch_execute("set lock_timeout = '3s'").await.map_err(failed)?;
        let done = client.batch_execute(&format!("vacuum ({options}) {table}")).await;
        client.batch_execute("set lock_timeout = 0").await.map_err(failed)?;
        match done {
            Err(error) if error.code() != Some(&SqlState::LOCK_NOT_AVAILABLE) => Err(failed(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn failure(&self, error: &tokio_postgres::Error) -> Interrupted {
        Interrupted::Error(AdoptError::Step {
            number: self.number,
            title: format!("give the rows of {} their organization", self.batches.table.shown()),
            message: crate::run::sitting::words(error),
            sql: String::new(),
        })
    }
}

fn failed(error: tokio_postgres::Error) -> Interrupted {
    Interrupted::Error(DbError::from(error).into())
}
