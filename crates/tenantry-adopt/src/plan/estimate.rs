//! What the work will cost, from the server's statistics and the figures that were measured for each kind of work on two
//! million rows. An estimate for a person who plans an evening, never a limit.

use std::time::Duration;

use super::Estimate;
use crate::name::TableName;
use crate::operation::{Manner, Operate};
use crate::operations::Operation;
use crate::schema::Schema;
use crate::step::{Phase, Step};

/// Rows a second of a backfill in batches, beside an application that works.
const BACKFILLED: i64 = 20_000;

/// Rows a second of `create index concurrently` on two columns.
const INDEXED: i64 = 379_000;

/// Rows a second of validating a foreign key.
const REFERENCES_CHECKED: i64 = 250_000;

/// Rows a second of validating `not null`.
const NULLS_CHECKED: i64 = 850_000;

/// What a change of the catalog takes, with everything around it.
const SHORT: Duration = Duration::from_millis(20);

/// Bytes of an entry of an index beside its columns: its head, its place in the page, and what pages keep free.
const ENTRY: i64 = 16;

/// Bytes of the organization's id.
const ID: i64 = 16;

/// Bytes of any other column of an index, taken for a number or half a `uuid`.
const COLUMN: i64 = 12;

/// What these steps cost.
pub(super) fn estimate(schema: &Schema, steps: &[Step]) -> Estimate {
    let before = steps.iter().filter(|step| step.phase < Phase::Finish);
    before.fold(Estimate::default(), |sum, step| {
        let cost = cost(schema, &step.operation);
        Estimate {
            rows: sum.rows.saturating_add(cost.rows),
            time: sum.time.saturating_add(cost.time),
            growth: sum.growth.saturating_add(cost.growth),
        }
    })
}

fn cost(schema: &Schema, operation: &Operation) -> Estimate {
    let (rows, bytes) = operation.table().map(|table| size(schema, table)).unwrap_or_default();
    let short = |action: &crate::operation::Action| action.manner == Manner::Short;
    let actions = operation.start().iter().filter(|action| short(action)).count();
    let catalog = SHORT.saturating_mul(u32::try_from(actions).unwrap_or(u32::MAX));
    let (written, read, growth) = match operation {
        // Each row is written once more, and its old version is kept until the next vacuum.
        Operation::Backfill(_) => (rows, at(BACKFILLED, rows), bytes.saturating_add(rows * ID)),
        Operation::ScopeKey(it) => (0, at(INDEXED, rows), entries(rows, it.old.columns.len())),
        Operation::ScopeIndex(it) => (0, at(INDEXED, rows), entries(rows, it.columns.len())),
        Operation::ScopeForeignKey(_) => (0, at(REFERENCES_CHECKED, rows), 0),
        Operation::RequireOrganization(_) => (0, at(NULLS_CHECKED, rows), 0),
        Operation::Prepare(_)
        | Operation::AddOrganization(_)
        | Operation::FillByTrigger(_)
        | Operation::ContextDefault(_)
        | Operation::Merge(_)
        | Operation::Grant(_)
        | Operation::Guard(_)
        | Operation::Enroll(_)
        | Operation::SwapKey(_)
        | Operation::ScopeView(_)
        | Operation::TameFunction(_)
        | Operation::TakeRights(_)
        | Operation::EnforceGuard(_)
        | Operation::Prove(_) => (0, Duration::ZERO, 0),
    };
    Estimate { rows: written, time: catalog.saturating_add(read), growth }
}

/// Rows of a table and of its partitions, and bytes of those.
fn size(schema: &Schema, name: &TableName) -> (i64, i64) {
    let Some(table) = schema.table(name) else { return (0, 0) };
    if !table.is_partitioned {
        return (table.statistics.rows.max(0), table.statistics.bytes.max(0));
    }
    let leaves = schema.partitions(name).into_iter().filter(|it| !it.is_partitioned);
    leaves.fold((0, 0), |(rows, bytes), leaf| {
        (rows + leaf.statistics.rows.max(0), bytes + leaf.statistics.bytes.max(0))
    })
}

/// How long this many rows take.
fn at(rows_a_second: i64, rows: i64) -> Duration {
    let milliseconds = rows.max(0).saturating_mul(1_000) / rows_a_second;
    Duration::from_millis(milliseconds.unsigned_abs())
}

/// The size of a new index that begins with the organization.
fn entries(rows: i64, columns: usize) -> i64 {
    let columns = i64::try_from(columns.max(1)).unwrap_or(1);
    rows.saturating_mul(ENTRY + ID + columns * COLUMN)
}
