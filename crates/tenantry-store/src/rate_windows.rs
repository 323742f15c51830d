//! What several servers on one database have counted together, for their rate limits. The rows are of no worth
//! after a minute, and the table is unlogged.

use jiff::Timestamp;
use tenantry_db::{Platform, PlatformTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    EXCHANGE = "with given as (select g.name, g.started_at, g.added from unnest($1::text[], $2::timestamptz[], $3::bigint[]) as g (name, started_at, added)), \
                     saved as (insert into tenantry.rate_windows as w (name, started_at, count) \
                               select name, started_at, added from given where added > 0 order by name, started_at \
                               on conflict (name, started_at) do update set count = w.count + excluded.count \
                               returning w.name, w.started_at, w.count) \
                select name, started_at, count from saved \
                union all \
                select w.name, w.started_at, w.count from given join tenantry.rate_windows w using (name, started_at) where given.added = 0";
    FORGET = "delete from tenantry.rate_windows where started_at < $1";
}

/// What all servers have counted in one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Whose window.
    pub name: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How many requests.
    pub count: i64,
}

/// Adds what this server has counted to windows, and answers what all servers have: one statement for any number of
/// windows. The three lists belong together; a window may be asked about by adding nothing.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn exchange(
    tx: &mut PlatformTx,
    names: &[String],
    started_at: &[Timestamp],
    added: &[i64],
) -> Result<Vec<Total>, StoreError> {
    let rows = tx.query(&EXCHANGE, &[&names, &started_at, &added]).await?;
    let read = |row: &tenantry_db::Row| {
        Ok(Total {
            name: row.column("name")?,
            started_at: row.column("started_at")?,
            count: row.column("count")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Forgets windows that began before this.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn forget(tx: &mut PlatformTx, before: Timestamp) -> Result<(), StoreError> {
    tx.query(&FORGET, &[&before]).await?;
    Ok(())
}
