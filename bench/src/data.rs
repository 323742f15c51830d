//! The data of a size, made once by COPY and kept. A newcomer's usual surprise: the rows of one organization are not
//! beside each other on the disk, because in life they would not have been written one after the other.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tenantry_core::context::{ContextKey, ContextKeys};
use tenantry_core::secret::{MasterSecret, Purpose};
use tenantry_db::migrate::Migrator;
use tenantry_db::{Config, bootstrap};
use tenantry_store::migrations::control_plane;
use tokio_postgres::Client;
use tokio_util::task::TaskTracker;

use crate::cluster::{self, DATABASE, Postgres};
use crate::copying::copy;
use crate::seed::{Kind, id, key_text, moment, scatter};
use crate::size::Size;

/// Raised when the data changes, so that what was made before is made anew.
const LAYOUT: u32 = 2;
const NOTE: &str = "generated.json";
/// Published with the source: nothing but made-up rows is behind it.
const SECRET: &str = "published-with-the-benchmark-4c1d9a7e2f5b8063";
/// How many tokens the load shows.
pub(crate) const CALLERS: u64 = 2_000;

/// What was made, and how long it took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Generated {
    layout: u32,
    pub(crate) size: Size,
    pub(crate) seconds: f64,
    pub(crate) steps: Vec<(String, f64)>,
    pub(crate) database_bytes: i64,
}

/// The master secret of every target.
pub(crate) fn secret() -> Result<MasterSecret> {
    Ok(MasterSecret::parse(SECRET)?)
}

/// The context keys of every target.
pub(crate) fn context_keys(secret: &MasterSecret) -> ContextKeys {
    ContextKeys::new(ContextKey::new(secret.derive(Purpose::Context)))
}

/// Makes the data, unless it is there; the second value says whether it was made now.
pub(crate) async fn ensure(postgres: &Postgres, size: Size) -> Result<(Generated, bool)> {
    let note = postgres.folder().join(NOTE);
    if let Some(found) = read(&note).filter(|found| found.layout == LAYOUT) {
        return Ok((found, false));
    }
    let generated = generate(postgres, size).await?;
    let text = serde_json::to_string_pretty(&generated)?;
    std::fs::write(&note, text).with_context(|| note.display().to_string())?;
    Ok((generated, true))
}

fn read(note: &Path) -> Option<Generated> {
    serde_json::from_str(&std::fs::read_to_string(note).ok()?).ok()
}

async fn generate(postgres: &Postgres, size: Size) -> Result<Generated> {
    let began = Instant::now();
    let mut steps = Steps::default();
    schema(postgres).await?;
    let client = postgres.admin().await?;
    // Triggers and foreign keys would look at each row; the rows are right, and the counts are written beside them.
    client.batch_execute("set session_replication_role = replica").await?;
    steps.done("schema");
    people(&client, size).await?;
    steps.done("organizations and members");
    accounts(&client, size).await?;
    steps.done("sessions, projects, audit log");
    documents(&client, size).await?;
    steps.done("documents");
    client.batch_execute(include_str!("sql/documents_guard.sql")).await?;
    steps.done("indexes and guard of the documents");
    keys(&client, size).await?;
    steps.done("API keys");
    client.batch_execute(include_str!("sql/peers.sql")).await.context("sql/peers.sql")?;
    steps.done("copy for the peers");
    client.batch_execute("vacuum (freeze, analyze)").await?;
    client.batch_execute("checkpoint").await?;
    steps.done("vacuum and checkpoint");
    let row = client.query_one("select pg_catalog.pg_database_size($1)", &[&DATABASE]).await?;
    let (seconds, database_bytes) = (began.elapsed().as_secs_f64(), row.get(0));
    Ok(Generated { layout: LAYOUT, size, seconds, steps: steps.done, database_bytes })
}

/// The steps so far, each with its seconds; also shown as they end, because size M takes minutes.
#[derive(Debug)]
struct Steps {
    done: Vec<(String, f64)>,
    last: Instant,
}

impl Default for Steps {
    fn default() -> Self {
        Self { done: Vec::new(), last: Instant::now() }
    }
}

impl Steps {
    fn done(&mut self, name: &str) {
        let took = self.last.elapsed().as_secs_f64();
        println!("  {took:>7.1} s  {name}");
        self.done.push((name.to_owned(), took));
        self.last = Instant::now();
    }
}

/// A database of this name, empty but for our schema.
async fn schema(postgres: &Postgres) -> Result<()> {
    let maintenance = cluster::connect(&postgres.administrator("postgres")).await?;
    // One after the other: neither may run inside a transaction, which several statements in one text are.
    for statement in
        ["drop database if exists bench", "drop role if exists bench_bare, peer, peer_supabase"]
    {
        maintenance.batch_execute(statement).await?;
    }
    let config: Config = postgres.administrator("postgres").parse()?;
    bootstrap::ensure_database(&config, DATABASE).await?;
    let config: Config = postgres.administrator(DATABASE).parse()?;
    let tasks = TaskTracker::new();
    let mut migrator = Migrator::connect(&config, vec![control_plane()], &tasks).await?;
    migrator.up().await?;
    let secret = secret()?;
    migrator.install_secrets(&secret, &context_keys(&secret)).await?;
    Ok(())
}

async fn people(client: &Client, size: Size) -> Result<()> {
    let (organizations, users) = (size.organizations(), size.users());
    let statement =
        "copy tenantry.organizations (organization_id, slug, name, created_at) from stdin";
    copy(client, statement, 0..organizations, |n, rows| {
        let (id, at) = (id(Kind::Organization, n), time(n));
        rows.add(format_args!("{id}\torganization-{n}\tOrganization {n}\t{at}"));
    })
    .await?;
    let statement = "copy tenantry.organization_slugs (slug, organization_id) from stdin";
    copy(client, statement, 0..organizations, |n, rows| {
        rows.add(format_args!("organization-{n}\t{}", id(Kind::Organization, n)));
    })
    .await?;
    let statement = "copy tenantry.users (id, email, name, created_at) from stdin";
    copy(client, statement, 0..users, |n, rows| {
        let (id, at) = (id(Kind::User, n), time(n));
        rows.add(format_args!("{id}\tperson-{n}@bench.example\tPerson {n}\t{at}"));
    })
    .await?;
    let statement =
        "copy tenantry.memberships (organization_id, user_id, role, created_at) from stdin";
    copy(client, statement, 0..users, |n, rows| {
        let organization = id(Kind::Organization, n % organizations);
        let (user, role, at) = (id(Kind::User, n), role(n / organizations), time(n));
        rows.add(format_args!("{organization}\t{user}\t{role}\t{at}"));
    })
    .await?;
    let statement = "copy tenantry.usage_counts (organization_id, meter, used, stored) from stdin";
    copy(client, statement, 0..organizations, |n, rows| {
        let (id, members) = (id(Kind::Organization, n), users / organizations);
        rows.add(format_args!("{id}\tmembers\t{members}\t{members}"));
        rows.add(format_args!("{id}\tprojects\t1\t1"));
    })
    .await?;
    Ok(())
}

/// The role of an organization's member with this number.
const fn role(number: u64) -> &'static str {
    match number {
        0 => "owner",
        1 => "admin",
        80.. => "viewer",
        _ => "member",
    }
}

async fn accounts(client: &Client, size: Size) -> Result<()> {
    let organizations = size.organizations();
    let mut signed_in: Vec<u64> = (0..size.sessions()).chain(size.callers(CALLERS)).collect();
    signed_in.sort_unstable();
    signed_in.dedup();
    let statement = "copy tenantry.sessions (id, user_id, active_organization_id, created_at, last_used_at, expires_at) from stdin";
    let sessions = 0..signed_in.len() as u64;
    copy(client, statement, sessions, |n, rows| {
        let user = signed_in[usize::try_from(n).unwrap_or(0)];
        let organization = id(Kind::Organization, user % organizations);
        let (session, user) = (id(Kind::Session, user), id(Kind::User, user));
        rows.add(format_args!(
            "{session}\t{user}\t{organization}\t2026-06-01\t2026-06-01\t2100-01-01"
        ));
    })
    .await?;
    let statement = "copy tenantry.projects (organization_id, id, slug, name, created_by, created_at) from stdin";
    copy(client, statement, 0..organizations, |n, rows| {
        let (organization, project) = (id(Kind::Organization, n), id(Kind::Project, n));
        let (user, at) = (id(Kind::User, n), time(n));
        rows.add(format_args!("{organization}\t{project}\tfirst\tFirst\tusr:{user}\t{at}"));
    })
    .await?;
    let statement = "copy tenantry.audit_events (organization_id, id, created_at, actor, via, action, subject_kind, subject_id, request_id, address, after_sha256) from stdin";
    copy(client, statement, 0..size.audit_events(), |n, rows| {
        let user = scatter(n) % organizations;
        let organization = id(Kind::Organization, user);
        let (event, subject) = (id(Kind::Event, n), id(Kind::Document, n));
        let (session, user) = (id(Kind::Session, user), id(Kind::User, user));
        let (at, hash) = (time(n), "5a".repeat(32));
        rows.add(format_args!(
            "{organization}\t{event}\t{at}\tusr:{user}\tses:{session}\tdocument.created\tdoc\t{subject}\t{event}\t127.0.0.1\t\\\\x{hash}"
        ));
    })
    .await?;
    Ok(())
}

async fn documents(client: &Client, size: Size) -> Result<()> {
    // In the transaction that makes the table, so that nothing goes through the write-ahead log (wal_level minimal).
    client.batch_execute("begin").await?;
    client.batch_execute(include_str!("sql/documents.sql")).await?;
    let statement = "copy public.documents (organization_id, id, title, body, created_at) from stdin with (freeze)";
    let (organizations, all) = (size.organizations(), size.documents() + size.large());
    // Every eleventh document of size M is one of the large organization.
    let every = all.checked_div(size.large()).unwrap_or(u64::MAX);
    copy(client, statement, 0..all, |n, rows| {
        let owner = if n % every == every - 1 { 0 } else { n % organizations };
        let (organization, id, at) = (id(Kind::Organization, owner), id(Kind::Document, n), time(n));
        let (one, two) = (scatter(n), scatter(!n));
        rows.add(format_args!(
            "{organization}\t{id}\tDocument {n}\tThe body of this document is a hundred bytes long, as said: {one:016x} {two:016x} end\t{at}"
        ));
    })
    .await?;
    client.batch_execute("commit").await?;
    Ok(())
}

async fn keys(client: &Client, size: Size) -> Result<()> {
    client.batch_execute(include_str!("sql/logins.sql")).await.context("sql/logins.sql")?;
    let statement = "copy bench.api_keys (key_sha256, organization_id, user_id) from stdin";
    let (organizations, users) = (size.organizations(), size.users());
    copy(client, statement, 0..size.keys(), |n, rows| {
        let hash = hex::encode(Sha256::digest(key_text(n)));
        let organization = id(Kind::Organization, n % organizations);
        rows.add(format_args!("\\\\x{hash}\t{organization}\t{}", id(Kind::User, n % users)));
    })
    .await?;
    client.batch_execute("alter table bench.api_keys add primary key (key_sha256)").await?;
    Ok(())
}

/// As Postgres reads it.
fn time(number: u64) -> jiff::Timestamp {
    let milliseconds = Duration::from_millis(moment(number));
    jiff::Timestamp::try_from(std::time::UNIX_EPOCH + milliseconds).unwrap_or_default()
}
