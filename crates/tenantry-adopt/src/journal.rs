//! What an adoption remembers, in the database that it changes: its plan, its steps, and how far each is. A step's mark is
//! written in the transaction of the step, so that after a kill the two agree.

mod progress;
mod reach;

use serde::{Deserialize, Serialize};
use tenantry_db::DbError;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::classification::Mode;
use crate::decisions::Decisions;
use crate::error::{AdoptError, Holder};
use crate::lock::holders_row;
use crate::name::TableName;
use crate::progress::State;
use crate::step::{Phase, Step};

pub(crate) use progress::status;

/// The advisory lock of whoever works on the database.
const LOCK: &str = "pg_catalog.hashtextextended('tenantry.adopt', 0)";

/// An adoption that was begun.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) plan_hash: String,
    pub(crate) decisions: Decisions,
    pub(crate) shape: Vec<String>,
    pub(crate) organization_id: Uuid,
    pub(crate) state: State,
    pub(crate) phase: Phase,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepStatus {
    Pending,
    Running,
    Done,
    Undone,
}

/// A step, and how far it is.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) step: Step,
    pub(crate) status: StepStatus,
    pub(crate) actions_done: usize,
}

/// What is written when an adoption begins.
#[derive(Debug)]
pub(crate) struct Beginning<'a> {
    pub(crate) decisions: &'a Decisions,
    pub(crate) hash: &'a str,
    pub(crate) shape: &'a [String],
    pub(crate) organization_id: Uuid,
    pub(crate) steps: &'a [Step],
}

/// The journal of the database behind a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Journal<'a>(pub(crate) &'a Client);

impl Run {
    pub(crate) const fn mode(&self) -> Mode {
        self.decisions.mode
    }
}

impl Journal<'_> {
    /// Takes the database for this session. A session that was killed is gone within a second or two.
    pub(crate) async fn take(&self) -> Result<(), AdoptError> {
        for attempt in 0..12 {
            let row = self
                .0
                .query_one(&format!("select pg_catalog.pg_try_advisory_lock({LOCK})"), &[])
                .await
                .map_err(DbError::from)?;
            if row.get(0) {
                return Ok(());
            }
            if attempt < 11 {
                tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            }
        }
        let holder = self.holder().await?;
        let (pid, said) = holder.map_or((0, String::new()), |holder| {
            (holder.pid, format!("{} as {}", holder.application, holder.role))
        });
        Err(AdoptError::Busy { pid, holder: said })
    }

    /// Who works on the database.
    pub(crate) async fn holder(&self) -> Result<Option<Holder>, DbError> {
        let asked = format!(
            "select a.pid, coalesce(a.usename, '')::text, coalesce(a.application_name, ''), coalesce(a.state, ''), \
                    coalesce(extract(epoch from clock_timestamp() - a.backend_start), 0)::int8, pg_catalog.left(coalesce(a.query, ''), 200) \
               from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid \
              where l.locktype = 'advisory' and l.granted and l.objsubid = 1 \
                and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) \
                and l.classid = (({LOCK} >> 32) & 4294967295)::oid and l.objid = ({LOCK} & 4294967295)::oid"
        );
        Ok(self.0.query_opt(&asked, &[]).await?.as_ref().map(holders_row))
    }

    /// The adoption that was begun, where there is one.
    pub(crate) async fn run(&self) -> Result<Option<Run>, AdoptError> {
        let exists = "select pg_catalog.to_regclass('tenantry_adopt.run') is not null";
        if !self.0.query_one(exists, &[]).await.map_err(DbError::from)?.get::<_, bool>(0) {
            return Ok(None);
        }
        let asked =
            "select plan_hash, plan, shape, organization_id, state, phase from tenantry_adopt.run";
        let Some(row) = self.0.query_opt(asked, &[]).await.map_err(DbError::from)? else {
            return Ok(None);
        };
        let decisions = serde_json::from_value(row.get(1))
            .map_err(|_| DbError::Value("tenantry_adopt.run.plan"))?;
        Ok(Some(Run {
            plan_hash: row.get(0),
            decisions,
            shape: row.get(2),
            organization_id: row.get(3),
            state: State::named(row.get(4)).ok_or(DbError::Value("tenantry_adopt.run.state"))?,
            phase: Phase::named(row.get(5)).ok_or(DbError::Value("tenantry_adopt.run.phase"))?,
        }))
    }

    /// Begins: the schema of the journal, the plan and its steps, all or nothing.
    pub(crate) async fn begin(&self, beginning: &Beginning<'_>) -> Result<(), AdoptError> {
        let done = self.write_beginning(beginning).await;
        if done.is_err() {
            // The first error is the one to tell; the session ends with it.
            let _ = self.0.batch_execute("rollback").await;
        }
        Ok(done?)
    }

    async fn write_beginning(&self, beginning: &Beginning<'_>) -> Result<(), DbError> {
        let begin =
            format!("begin; {}; {}", include_str!("journal/journal.sql"), crate::shadow::INSTALL);
        self.0.batch_execute(&begin).await?;
        let plan =
            serde_json::to_value(beginning.decisions).map_err(|_| DbError::Value("the plan"))?;
        self.0
            .execute(
                "insert into tenantry_adopt.run (id, plan_hash, plan, shape, organization_id, organization_name, state, phase) \
                 values (pg_catalog.gen_random_uuid(), $1, $2, $3, $4, $5, 'applying', 'prepare')",
                &[
                    &beginning.hash,
                    &plan,
                    &beginning.shape,
                    &beginning.organization_id,
                    &beginning.decisions.organization.name,
                ],
            )
            .await?;
        let insert = self
            .0
            .prepare(
                "insert into tenantry_adopt.steps (number, phase, operation) values ($1, $2, $3)",
            )
            .await?;
        for step in beginning.steps {
            let operation = serde_json::to_value(&step.operation)
                .map_err(|_| DbError::Value("an operation"))?;
            let number =
                i32::try_from(step.number).map_err(|_| DbError::Value("a step's number"))?;
            self.0.execute(&insert, &[&number, &step.phase.name(), &operation]).await?;
        }
        Ok(self.0.batch_execute("commit").await?)
    }

    /// Every step in its order.
    pub(crate) async fn entries(&self) -> Result<Vec<Entry>, DbError> {
        let asked = "select number, phase, operation, status, actions_done from tenantry_adopt.steps order by number";
        let rows = self.0.query(asked, &[]).await?;
        let entries = rows.iter().map(|row| {
            let number: i32 = row.get(0);
            let status = serde_json::from_value(serde_json::Value::String(row.get(3)));
            let operation = serde_json::from_value(row.get(2));
            let actions_done: i32 = row.get(4);
            Ok(Entry {
                step: Step {
                    number: number.unsigned_abs(),
                    phase: Phase::named(row.get(1))
                        .ok_or(DbError::Value("tenantry_adopt.steps.phase"))?,
                    operation: operation
                        .map_err(|_| DbError::Value("tenantry_adopt.steps.operation"))?,
                },
                status: status.map_err(|_| DbError::Value("tenantry_adopt.steps.status"))?,
                actions_done: usize::try_from(actions_done).unwrap_or_default(),
            })
        });
        entries.collect()
    }

    /// Says where the adoption stands.
    pub(crate) async fn set_state(
        &self,
        state: State,
        phase: Phase,
        error: Option<&str>,
    ) -> Result<(), DbError> {
        let update = "update tenantry_adopt.run set state = $1, phase = $2, error = $3, changed_at = statement_timestamp()";
        self.0.execute(update, &[&state.name(), &phase.name(), &error]).await?;
        Ok(())
    }

    /// Says which phase it is in, and leaves alone whether somebody asked for a pause.
    pub(crate) async fn set_phase(&self, phase: Phase) -> Result<(), DbError> {
        let update = "update tenantry_adopt.run set phase = $1, changed_at = statement_timestamp()";
        self.0.execute(update, &[&phase.name()]).await?;
        Ok(())
    }

    /// Asks for a pause; answers whether there was something to pause.
    pub(crate) async fn pause(&self) -> Result<bool, DbError> {
        let update = "update tenantry_adopt.run set state = 'paused', changed_at = statement_timestamp() where state in ('applying', 'paused')";
        Ok(self.0.execute(update, &[]).await? > 0)
    }

    /// Whether somebody asked for a pause.
    pub(crate) async fn is_paused(&self) -> Result<bool, DbError> {
        let asked = "select state = 'paused' from tenantry_adopt.run";
        Ok(self.0.query_one(asked, &[]).await?.get(0))
    }

    /// Says where a step stands.
    pub(crate) async fn set_status(&self, number: u32, status: StepStatus) -> Result<(), DbError> {
        let sql = match status {
            StepStatus::Running => {
                "update tenantry_adopt.steps set status = 'running', started_at = coalesce(started_at, clock_timestamp()), error = null where number = $1"
            }
            StepStatus::Done => {
                "update tenantry_adopt.steps set status = 'done', ended_at = clock_timestamp(), error = null where number = $1"
            }
            StepStatus::Undone => {
                "update tenantry_adopt.steps set status = 'undone', actions_done = 0, ended_at = clock_timestamp() where number = $1"
            }
            StepStatus::Pending => {
                "update tenantry_adopt.steps set status = 'pending', actions_done = 0, started_at = null, ended_at = null where number = $1"
            }
        };
        self.0.execute(sql, &[&number_of(number)]).await?;
        Ok(())
    }

    /// The mark that an action is done, for the action's own transaction.
    pub(crate) fn mark(number: u32, actions_done: usize) -> String {
        format!(
            "update tenantry_adopt.steps set actions_done = {actions_done} where number = {number}"
        )
    }

    /// Remembers what an action cost others, and with it the mark of one that has no transaction.
    pub(crate) async fn note_cost(
        &self,
        number: u32,
        actions_done: usize,
        held_ms: f64,
        waited_ms: f64,
    ) -> Result<(), DbError> {
        let update = "update tenantry_adopt.steps set actions_done = $2, longest_lock_ms = greatest(longest_lock_ms, $3), waited_ms = waited_ms + $4 where number = $1";
        let done = i32::try_from(actions_done).unwrap_or(i32::MAX);
        self.0.execute(update, &[&number_of(number), &done, &held_ms, &waited_ms]).await?;
        Ok(())
    }
}

pub(crate) fn number_of(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// How far the rows of a step are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cursor {
    pub(crate) last_key: Option<Vec<String>>,
    pub(crate) rows_done: i64,
    pub(crate) rows_changed: i64,
    pub(crate) rows_of: i64,
    pub(crate) batch_size: i64,
    pub(crate) is_done: bool,
}

impl Journal<'_> {
    /// Where the walk over a step's rows is.
    pub(crate) async fn cursor(&self, number: u32) -> Result<Option<Cursor>, DbError> {
        let asked = "select last_key, rows_done, rows_changed, rows_of, batch_size, is_done from tenantry_adopt.cursors where step = $1";
        let row = self.0.query_opt(asked, &[&number_of(number)]).await?;
        Ok(row.map(|row| Cursor {
            last_key: row.get(0),
            rows_done: row.get(1),
            rows_changed: row.get(2),
            rows_of: row.get(3),
            batch_size: row.get(4),
            is_done: row.get(5),
        }))
    }

    /// Moves it. In the transaction of the batch.
    pub(crate) async fn move_cursor(
        &self,
        number: u32,
        table: &TableName,
        cursor: &Cursor,
    ) -> Result<(), tokio_postgres::Error> {
        let upsert = "insert into tenantry_adopt.cursors (step, relation, last_key, rows_done, rows_changed, rows_of, batch_size, is_done) \
                      values ($1, $2, $3, $4, $5, $6, $7, $8) \
                      on conflict (step) do update set last_key = excluded.last_key, rows_done = excluded.rows_done, rows_changed = excluded.rows_changed, \
                          rows_of = excluded.rows_of, batch_size = excluded.batch_size, is_done = excluded.is_done";
        self.0
            .execute(
                upsert,
                &[
                    &number_of(number),
                    &table.to_string(),
                    &cursor.last_key,
                    &cursor.rows_done,
                    &cursor.rows_changed,
                    &cursor.rows_of,
                    &cursor.batch_size,
                    &cursor.is_done,
                ],
            )
            .await?;
        Ok(())
    }

    /// Forgets it, so that the step walks again.
    pub(crate) async fn forget_cursor(&self, number: u32) -> Result<(), DbError> {
        self.0
            .execute("delete from tenantry_adopt.cursors where step = $1", &[&number_of(number)])
            .await?;
        Ok(())
    }
}
