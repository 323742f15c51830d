//! Where an adoption stands, read from its journal.

use std::collections::BTreeMap;

use tenantry_db::DbError;
use tokio_postgres::Client;

use super::{Journal, Run, reach};
use crate::error::AdoptError;
use crate::operations::Operation;
use crate::progress::{PhaseProgress, Status, TableProgress};
use crate::shadow;
use crate::step::Phase;
use crate::summary;

const STEPS: &str = "select phase, status, operation, longest_lock_ms, row_count, \
        coalesce(extract(epoch from started_at), 0)::float8, coalesce(extract(epoch from coalesce(ended_at, clock_timestamp())), 0)::float8 \
   from tenantry_adopt.steps order by number";

const TABLES: &str = "select relation, rows_done, rows_of, rows_changed, is_done from tenantry_adopt.cursors order by step";

/// Everything that `tenantry adopt status` knows.
pub(crate) async fn status(client: &Client) -> Result<Status, AdoptError> {
    let journal = Journal(client);
    let run = journal.run().await?.ok_or(AdoptError::NotStarted)?;
    let phases = phases(client).await?;
    let tables = tables(client).await?;
    let phases = with_rows(phases, &tables);
    let asked = "select pg_catalog.current_database()::text, organization_name, error, \
                 to_char(started_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from tenantry_adopt.run";
    let row = client.query_one(asked, &[]).await.map_err(DbError::from)?;
    Ok(Status {
        database: row.get(0),
        state: run.state,
        phase: run.phase,
        started_at: row.get(3),
        plan: run.plan_hash.chars().take(12).collect(),
        organization: (row.get(1), run.organization_id),
        holder: journal.holder().await?,
        error: row.get(2),
        phases,
        tables,
        denials: denials(client, &run).await?,
        unbound: reach::unbound(client, &run.decisions).await?,
        copies: reach::copies(client, &run.decisions).await?,
    })
}

async fn denials(client: &Client, run: &Run) -> Result<Vec<crate::progress::Denial>, DbError> {
    if run.phase < Phase::Shadow { Ok(Vec::new()) } else { shadow::denials(client).await }
}

/// What is known of one phase while it is added up.
#[derive(Default)]
struct Sum {
    done: usize,
    of: usize,
    operations: Vec<Operation>,
    longest_lock_ms: f64,
    rows: i64,
    from: f64,
    to: f64,
}

async fn phases(client: &Client) -> Result<Vec<PhaseProgress>, AdoptError> {
    let rows = client.query(STEPS, &[]).await.map_err(DbError::from)?;
    let mut sums: BTreeMap<Phase, Sum> = BTreeMap::new();
    for row in &rows {
        let phase = Phase::named(row.get(0)).ok_or(DbError::Value("tenantry_adopt.steps.phase"))?;
        let sum = sums.entry(phase).or_default();
        sum.of += 1;
        let operation: Operation = serde_json::from_value(row.get(2))
            .map_err(|_| DbError::Value("tenantry_adopt.steps.operation"))?;
        sum.operations.push(operation);
        sum.longest_lock_ms = sum.longest_lock_ms.max(row.get(3));
        sum.rows += row.get::<_, i64>(4);
        if row.get::<_, &str>(1) == "done" {
            sum.done += 1;
            let (from, to): (f64, f64) = (row.get(5), row.get(6));
            sum.from = if sum.from == 0.0 { from } else { sum.from.min(from) };
            sum.to = sum.to.max(to);
        }
    }
    let progress = sums.into_iter().map(|(phase, sum)| PhaseProgress {
        phase,
        done: sum.done,
        of: sum.of,
        words: summary::of(&sum.operations),
        seconds: (sum.to - sum.from).max(0.0),
        longest_lock_ms: sum.longest_lock_ms,
        rows: sum.rows,
    });
    Ok(progress.collect())
}

async fn tables(client: &Client) -> Result<Vec<TableProgress>, AdoptError> {
    let rows = client.query(TABLES, &[]).await.map_err(DbError::from)?;
    let tables = rows.iter().map(|row| {
        let name: String = row.get(0);
        Ok(TableProgress {
            table: name.parse().map_err(|_| DbError::Value("tenantry_adopt.cursors.relation"))?,
            done: row.get(1),
            of: row.get(2),
            changed: row.get(3),
            is_done: row.get(4),
        })
    });
    tables.collect()
}

fn with_rows(mut phases: Vec<PhaseProgress>, tables: &[TableProgress]) -> Vec<PhaseProgress> {
    for phase in phases.iter_mut().filter(|phase| phase.phase == Phase::Backfill) {
        phase.rows = tables.iter().map(|table| table.changed).sum();
    }
    phases
}
