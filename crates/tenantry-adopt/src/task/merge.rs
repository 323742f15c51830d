//! The rows of other databases, each under its organization. A database is one transaction: it is there as a whole, compared
//! with where it came from, or not at all. Its rows are those of one moment; what is written there later is not taken.

mod references;
mod sequences;
mod shared;
mod table;

use tenantry_core::OrganizationId;
use tenantry_db::{DbError, bootstrap};
use tokio_postgres::Client;
use uuid::Uuid;

use super::prepare::{Planned, found};
use super::session::{execute, transaction};
use super::{Context, Done, enroll};
use crate::classification::Mode;
use crate::decisions::Source;
use crate::error::AdoptError;
use crate::operations::Merge;
use crate::progress::Event;
use crate::schema::{Schema, difference};
use table::Columns;

const STATE: &str = "create table if not exists tenantry_adopt.sources ( \
    database text primary key, organization_id uuid not null unique, rows bigint not null, \
    loaded_at timestamptz not null default pg_catalog.statement_timestamp())";
/// Both sides write values in the same words.
const WORDS: &str = "set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'; set local extra_float_digits = 3; \
    set local bytea_output = 'hex'; set local timezone = 'UTC'; set local xmloption = 'content'; set local client_encoding = 'UTF8'";
const BEGIN: &str = "begin isolation level repeatable read read only; set local search_path = pg_catalog; \
     set local statement_timeout = 0; set local row_security = off";

/// Loads each database that is not there yet.
pub(super) async fn run(context: &Context<'_>, merge: &Merge) -> Result<Done, AdoptError> {
    let client = context.client;
    execute(client, STATE).await?;
    references::ensure_closed(client, merge).await?;
    let shape = Schema::read(client).await?.shape();
    let mut done = Done::default();
    for source in &merge.sources {
        if context.stop.is_cancelled() {
            done.was_stopped = true;
            return Ok(done);
        }
        if !is_loaded(client, source).await? {
            done.lines.extend(load(context, merge, source, &shape).await?);
        }
    }
    execute(client, "comment on table tenantry_adopt.sources is 'done'").await?;
    Ok(done)
}

async fn is_loaded(client: &Client, source: &Source) -> Result<bool, AdoptError> {
    let asked = "select exists (select from tenantry_adopt.sources where database = $1)";
    Ok(client.query_one(asked, &[&source.database]).await.map_err(DbError::from)?.get(0))
}

/// One database.
async fn load(
    context: &Context<'_>,
    merge: &Merge,
    source: &Source,
    shape: &[String],
) -> Result<Vec<String>, AdoptError> {
    let address = (context.sources.0)(&source.database)?;
    let planned = Planned::read(&source.organization)?;
    bootstrap::with_client(&address, async |origin: &Client| {
        let theirs = Schema::read(origin).await?.shape();
        let difference: Vec<String> =
            difference(&theirs, shape).iter().map(|line| seen_from_here(line)).collect();
        if !difference.is_empty() {
            return Err(AdoptError::Drifted { difference });
        }
        execute(origin, BEGIN).await?;
        execute(origin, WORDS).await?;
        let loading = Loading { context, merge, origin, id: OrganizationId::new().uuid() };
        transaction(context.client, async || loading.all(source, &planned).await).await
    })
    .await
}

/// The comparison knows what adopting has added only on its second side, which is ours; a person asks what is new there.
fn seen_from_here(line: &str) -> String {
    match line.strip_prefix("- ") {
        Some(rest) => format!("+ {rest}"),
        None => line.replacen("+ ", "- ", 1),
    }
}

/// A database that is being loaded.
struct Loading<'a> {
    context: &'a Context<'a>,
    merge: &'a Merge,
    origin: &'a Client,
    id: Uuid,
}

impl Loading<'_> {
    async fn all(&self, source: &Source, planned: &Planned) -> Result<Vec<String>, AdoptError> {
        let client = self.context.client;
        execute(client, WORDS).await?;
        found(client, self.id, planned, "source").await?;
        // Triggers of the application have done their work where the rows come from. Foreign keys are checked below.
        execute(client, "set local session_replication_role = replica").await?;
        for table in &self.merge.shared {
            shared::unite(self.origin, client, table).await?;
        }
        let mut rows = 0;
        for table in &self.merge.tables {
            rows += self.table(&Columns::read(client, table).await?).await?;
        }
        references::verify(client, self.merge, self.id).await?;
        sequences::raise(self.origin, client).await?;
        let insert = "insert into tenantry_adopt.sources (database, organization_id, rows) values ($1, $2, $3)";
        client
            .execute(insert, &[&source.database, &self.id, &rows])
            .await
            .map_err(DbError::from)?;
        let mut lines = vec![format!("{rows} rows were loaded under {}", source.organization.name)];
        lines.extend(self.people().await?);
        Ok(lines)
    }

    async fn table(&self, columns: &Columns) -> Result<i64, AdoptError> {
        let began = std::time::Instant::now();
        let rows = columns.load(self.origin, self.context.client, self.id).await?;
        let rate = table::rate(rows, began.elapsed());
        let table = columns.table.clone();
        (self.context.observer.0)(Event::Batch { table, done: rows, of: rows, rate, size: rows });
        Ok(rows)
    }

    /// The people among the rows become members of the organization.
    async fn people(&self) -> Result<Vec<String>, AdoptError> {
        match &self.merge.people {
            Some(people) if self.merge.tables.contains(&people.table) => {
                execute(self.context.client, "set local session_replication_role = origin").await?;
                enroll::people_of(self.context.client, people, Mode::Merge, Some(self.id)).await
            }
            Some(people) => Ok(vec![format!(
                "{} is not loaded, so its people became no members",
                people.table.shown()
            )]),
            None => Ok(Vec::new()),
        }
    }
}
