//! COPY through the doors: the rows of two organizations, on connections that both use.

mod cut_off;
mod into;
mod misplaced;
mod out;
mod round_trip;

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt, stream};
use tenantry_core::permission::project;
use tenantry_core::scope::{Errand, Origin};
use tenantry_core::{Authorized, ProjectId, RequestId};
use tenantry_db::{CopyOut, Database, DbError, Event, Statement, Tenant};
use uuid::Uuid;

use crate::arena::Arena;
use crate::party::Party;

/// Without its organization on purpose: what comes out is what the context lets through.
const NOTES: Statement<Tenant> =
    Statement::new("NOTES", "copy (select organization_id, body from public.notes) to stdout");
/// One's own notes, so often that no buffer holds them: a hundred thousand rows of a kilobyte and more.
const MANY: Statement<Tenant> = Statement::new(
    "MANY",
    "copy (select organization_id, n, repeat(body, 25) from public.notes, generate_series(1, 100000) n) to stdout",
);
const LOAD: Statement<Tenant> = Statement::new("LOAD", "copy public.loads (id, body) from stdin");
/// Which connection it is, and whose rows it shows.
const WHO: Statement<Tenant> = Statement::new(
    "WHO",
    "select pg_backend_pid(), organization_id from public.notes where $1::uuid is not null",
);

/// A table of nobody's rows, which the request path may read and fill.
const LOADS: &str = "create table public.loads (id int primary key, body text not null); \
                     grant select, insert on public.loads to tenantry_app, tenantry_platform, tenantry_operator;";

fn reader(party: &Party) -> Authorized<project::Read> {
    party.scope.authorize().unwrap()
}

fn writer(party: &Party) -> Authorized<project::Create> {
    party.scope.authorize().unwrap()
}

fn event() -> Event {
    Event::new("notes.loaded", ProjectId::new())
}

fn errand(arena: &Arena) -> Errand {
    let origin = Origin { request: RequestId::new(), address: None };
    arena.keys.operator(arena.a.user, origin).because("a customer asked for help").unwrap()
}

/// All that comes out, as text.
async fn text(rows: CopyOut<'_>) -> Result<String, DbError> {
    let pieces: Vec<Bytes> = rows.try_collect().await?;
    Ok(String::from_utf8(pieces.concat()).unwrap())
}

/// The rows of a source that does not fail.
fn given<I: IntoIterator<Item = String>>(
    pieces: I,
) -> impl Stream<Item = Result<Bytes, DbError>> + use<I> {
    stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))).collect::<Vec<_>>())
}

/// The next borrower sees its own rows and nothing else; answers which connection it has.
async fn next_is_fine(database: &Database, party: &Party) -> i32 {
    let mut tx = database.tenant(&reader(party)).await.unwrap();
    let rows = tx.query(&WHO, &[]).await.unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.get::<_, Uuid>(1) == party.organization.uuid()));
    rows[0].get(0)
}

async fn loads(arena: &Arena) -> i64 {
    arena.admin.query_one("select count(*) from public.loads", &[]).await.unwrap().get(0)
}

/// Waits until the server runs no COPY of ours any more.
async fn no_copy_runs(arena: &Arena) {
    let sql = "select count(*) from pg_stat_activity where datname = current_database() \
               and state <> 'idle' and query like 'copy %'";
    let started = Instant::now();
    while arena.admin.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(started.elapsed() < Duration::from_secs(5), "it runs on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
