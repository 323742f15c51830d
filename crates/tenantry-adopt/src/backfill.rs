//! Existing rows are given their organization, a batch a transaction. A batch is sized by the time it takes, since whoever
//! wants one of its rows waits for as long; a row that somebody else has locked is never waited for long, because what the
//! batch has locked by then would be waited for too.

mod batch;
mod pace;
mod walk;

use tenantry_db::DbError;
use tokio_postgres::error::SqlState;

use crate::error::AdoptError;
use crate::journal::Entry;
use crate::name::{COLUMN, identifier};
use crate::operation::{Action, Manner, Operate};
use crate::operations::{Operation, ScopeForeignKey};
use crate::run::engine::Engine;
use crate::run::sitting::Interrupted;

pub(crate) use walk::Walk;

/// Whether a step walks a circle of tables, which is walked until nothing changes.
pub(crate) fn repeats(operation: &Operation) -> bool {
    matches!(operation, Operation::Backfill(backfill) if backfill.batches.repeats)
}

/// Whether a foreign key found a child whose organization is not its parent's.
pub(crate) fn is_moved(
    operation: &Operation,
    action: &Action,
    error: &tokio_postgres::Error,
) -> bool {
    matches!(operation, Operation::ScopeForeignKey(_))
        && action.manner == Manner::Long
        && error.code() == Some(&SqlState::FOREIGN_KEY_VIOLATION)
}

/// A row that is repaired takes its own children along, by the foreign keys that carry the organization already. So their triggers
/// fire, and with them the application's.
const BEGIN: &str = "begin; set local synchronous_commit = off; set local lock_timeout = '100ms'; set local statement_timeout = '20s'";

/// Gives children the organization that their parent has now, a thousand at a time.
pub(crate) async fn repair(engine: &Engine<'_>, operation: &Operation) -> Result<(), AdoptError> {
    let Operation::ScopeForeignKey(key) = operation else { return Ok(()) };
    let (table, parent, column) = (key.table.sql(), key.old.parent.sql(), identifier(COLUMN));
    let pairs = pairs(key);
    let sql = format!(
        "update {table} as c set {column} = p.{column} from {parent} as p where {pairs} and c.{column} is distinct from p.{column} \
         and c.ctid = any (array(select c.ctid from {table} as c join {parent} as p on {pairs} \
                                  where c.{column} is distinct from p.{column} limit 1000))"
    );
    let mut refused = 0;
    loop {
        match some(engine, &sql).await {
            Ok(0) => return Ok(()),
            Ok(_) => refused = 0,
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) && refused < 60 => {
                refused += 1;
                engine.client.batch_execute("rollback").await.map_err(DbError::from)?;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(error) => return Err(DbError::from(error).into()),
        }
    }
}

async fn some(engine: &Engine<'_>, sql: &str) -> Result<u64, tokio_postgres::Error> {
    engine.client.batch_execute(BEGIN).await?;
    let changed = engine.client.execute(sql, &[]).await?;
    engine.client.batch_execute("commit").await?;
    Ok(changed)
}

fn pairs(key: &ScopeForeignKey) -> String {
    let pairs = key.old.columns.iter().zip(&key.old.parent_columns);
    let parts: Vec<String> = pairs
        .map(|(own, theirs)| format!("c.{} = p.{}", identifier(own), identifier(theirs)))
        .collect();
    parts.join(" and ")
}

impl Engine<'_> {
    /// Walks a circle of tables until a whole round changes nothing; then those that lead nowhere are given to whoever the
    /// plan says.
    pub(crate) async fn circle(&self, entries: &[&Entry]) -> Result<(), Interrupted> {
        use crate::journal::StepStatus;
        use crate::progress::Event;
        for entry in entries {
            let number = entry.step.number;
            self.journal.set_status(number, StepStatus::Running).await.map_err(AdoptError::from)?;
            self.tell(Event::StepBegun { number, title: entry.step.operation.title() });
        }
        // What is left of an interrupted round is not a round: that it changes nothing says nothing.
        let mut is_resumed = entries.iter().any(|entry| entry.status == StepStatus::Running);
        loop {
            let mut changed = i64::from(std::mem::take(&mut is_resumed));
            for entry in entries {
                changed += self.round(entry, false).await?;
            }
            if changed == 0 {
                break;
            }
        }
        // What is left belongs to nobody. Rows that hang on those follow them, so their round is walked again as well.
        loop {
            let mut changed = 0;
            for entry in entries {
                changed += self.round(entry, true).await?;
            }
            if changed == 0 {
                break;
            }
        }
        for entry in entries {
            let (number, none) = (entry.step.number, std::time::Duration::ZERO);
            self.journal.set_status(number, StepStatus::Done).await.map_err(AdoptError::from)?;
            self.tell(Event::StepDone { number, longest_lock: none, waited: none });
        }
        Ok(())
    }

    async fn round(&self, entry: &Entry, is_last: bool) -> Result<i64, Interrupted> {
        let Operation::Backfill(backfill) = &entry.step.operation else { return Ok(0) };
        let walk = Walk { engine: self, number: entry.step.number, batches: &backfill.batches };
        walk.round(is_last).await
    }
}
