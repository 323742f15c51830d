//! What goes over the wire, message by message: one group with one Sync for a read, two for a change. The transcript
//! is a checked-in file, so that a message more is a difference that somebody reads.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use tempfile::TempDir;
use tenantry_core::permission::project;
use tenantry_core::{Clock, ProjectId};
use tenantry_db::{Config, Database, DbError, Event, Platform, Statement, Target, Tenant};
use tenantry_testkit::{TestDatabase, secret};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio_postgres::config::Host;

use crate::arena::Arena;
use crate::checked_in;
use crate::party::Party;

const LIST: Statement<Tenant> =
    Statement::new("LIST", "select organization_id from public.notes where organization_id = $1");
const INSERT: Statement<Tenant> = Statement::new(
    "INSERT",
    "insert into public.notes (organization_id, id, body) values ($1, gen_random_uuid(), 'x')",
);
const LOCKED: Statement<Tenant> =
    Statement::new("LOCKED", "select pg_advisory_lock(7) where $1::uuid is not null");
const LOOK_UP: Statement<Platform> = Statement::new("LOOK_UP", "select id from tenantry.users");

const NOTES: Statement<Tenant> = Statement::new(
    "NOTES",
    "copy (select n from public.notes, generate_series(1, 3) n where body <> 'x') to stdout",
);
const LOAD: Statement<Tenant> = Statement::new("LOAD", "copy public.numbers from stdin");

/// Carries one connection at a time, and writes down the messages.
struct Tap {
    directory: TempDir,
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Tap {
    fn start(database: &TestDatabase) -> Self {
        let config = database.target().config;
        let Host::Unix(folder) = &config.get_hosts()[0] else { panic!("no socket") };
        let port = config.get_ports()[0];
        let name = format!(".s.PGSQL.{port}");
        let (directory, behind) = (tempfile::tempdir().unwrap(), folder.join(&name));
        let listener = UnixListener::bind(directory.path().join(&name)).unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (tasks, all) = (database.tasks().clone(), Arc::clone(&seen));
        database.tasks().spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&behind).await.unwrap();
                let ((mut client_in, mut client_out), (mut server_in, mut server_out)) =
                    (client.into_split(), server.into_split());
                let there = Arc::clone(&all);
                tasks.spawn(async move {
                    carry(&mut client_in, &mut server_out, &there, frontend).await
                });
                let back = Arc::clone(&all);
                tasks.spawn(
                    async move { carry(&mut server_in, &mut client_out, &back, backend).await },
                );
            }
        });
        Self { directory, port, seen }
    }

    fn database(&self, of: &TestDatabase) -> Database {
        let mut config = Config::new();
        config.host_path(self.directory.path()).port(self.port);
        config.dbname(of.target().config.get_dbname().unwrap());
        let target = Target { config, is_behind_pooler: false, connections: 1 };
        Database::new(&target, &secret(), Clock::system(), of.tasks()).unwrap()
    }

    /// What was said since the last time, when nothing more comes.
    async fn heard(&self) -> String {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let mut text = String::new();
        for line in std::mem::take(&mut *self.seen.lock().unwrap()) {
            let (way, words) = line.split_at(1);
            let is_same = text.rsplit('\n').next().is_some_and(|last| last.starts_with(way));
            text.push_str(if is_same {
                words
            } else if text.is_empty() {
                ""
            } else {
                "\n"
            });
            if !is_same {
                text.push_str(&line);
            }
        }
        text + "\n"
    }
}

async fn carry(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    seen: &Mutex<Vec<String>>,
    read: fn(&[u8]) -> String,
) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        seen.lock().unwrap().push(read(&buffer[..length]));
        if to.write_all(&buffer[..length]).await.is_err() {
            break;
        }
    }
}

/// The names of messages that arrived together; those of rows are counted.
fn named(mut bytes: &[u8], name: fn(u8) -> Option<&'static str>) -> String {
    let mut words = String::new();
    while bytes.len() >= 5 {
        let length = u32::from_be_bytes(bytes[1..5].try_into().unwrap()) as usize;
        words.push(' ');
        words.push_str(name(bytes[0]).unwrap_or("?"));
        bytes = bytes.get(1 + length..).unwrap_or_default();
    }
    words
}

fn frontend(bytes: &[u8]) -> String {
    let name = |tag| {
        Some(match tag {
            b'P' => "Parse",
            b'B' => "Bind",
            b'E' => "Execute",
            b'S' => "Sync",
            b'D' => "Describe",
            b'Q' => "Query",
            b'H' => "Flush",
            b'd' => "CopyData",
            b'c' => "CopyDone",
            b'f' => "CopyFail",
            _ => return None,
        })
    };
    format!(">{}", named(bytes, name))
}

fn backend(bytes: &[u8]) -> String {
    let name = |tag| {
        Some(match tag {
            b'1' => "ParseComplete",
            b'2' => "BindComplete",
            b'C' => "CommandComplete",
            b'D' => "DataRow",
            b'T' => "RowDescription",
            b'n' => "NoData",
            b'G' => "CopyInResponse",
            b'H' => "CopyOutResponse",
            b'd' => "CopyData",
            b'c' => "CopyDone",
            b'E' => "ErrorResponse",
            b'Z' => "ReadyForQuery",
            _ => return None,
        })
    };
    format!("<{}", named(bytes, name))
}

async fn copy_out(party: &Party, database: &Database) {
    let caller = party.scope.authorize::<project::Read>().unwrap();
    let mut tx = database.tenant(&caller).await.unwrap();
    let rows: Vec<Bytes> = tx.copy_out(&NOTES).await.unwrap().try_collect().await.unwrap();
    assert_eq!(rows.concat().iter().filter(|byte| **byte == b'\n').count(), 3);
}

async fn copy_in(party: &Party, database: &Database) {
    let caller = party.scope.authorize::<project::Create>().unwrap();
    let mut tx = database.tenant(&caller).await.unwrap();
    let rows = ["1\n2\n", "3\n"].map(|rows| Ok::<_, DbError>(Bytes::from(rows)));
    assert_eq!(tx.copy_in(&LOAD, stream::iter(rows)).await.unwrap(), 3);
    tx.commit(Event::new("numbers.loaded", ProjectId::new()), ()).await.unwrap();
}

#[tokio::test]
async fn a_read_is_one_group_with_one_sync_and_a_change_is_two() {
    let arena = Arena::new().await;
    let table =
        "create table public.numbers (n int); grant insert on public.numbers to tenantry_app";
    arena.admin.batch_execute(table).await.unwrap();
    let tap = Tap::start(&arena.database);
    let database = tap.database(&arena.database);
    let read = async |statement: &Statement<Tenant>| {
        for party in [&arena.a, &arena.b] {
            let caller = party.scope.authorize::<project::Read>().unwrap();
            let mut tx = database.tenant(&caller).await.unwrap();
            tx.query(statement, &[]).await.unwrap();
            drop(tx);
        }
    };
    let write = async |statement: Option<&Statement<Tenant>>| {
        let caller = arena.a.scope.authorize::<project::Create>().unwrap();
        let mut tx = database.tenant(&caller).await.unwrap();
        if let Some(statement) = statement {
            tx.query(statement, &[]).await.unwrap();
        }
        tx.commit(Event::new("note.created", ProjectId::new()), ()).await.unwrap();
    };
    // The first of each kind prepares its statements.
    let mut text = String::new();
    for is_warm in [false, true] {
        text.clear();
        let mut note = async |what: &str| {
            let heard = tap.heard().await;
            text.push_str(&format!("{what}\n{heard}\n"));
        };
        tap.heard().await;
        read(&LIST).await;
        note("Two reads, one of each organization: nothing is left open, and nothing to be washed")
            .await;
        read(&LOCKED).await;
        note("Two reads that call a function: each is washed before the next borrower").await;
        write(Some(&INSERT)).await;
        note("A change with its record: BEGIN, context and statement; then record, COMMIT and the wash").await;
        write(None).await;
        note("A record alone is a transaction by itself").await;
        database.look_up(&LOOK_UP, &[]).await.unwrap();
        note("A look-up").await;
        copy_out(&arena.a, &database).await;
        note("A copy of rows out: a read like any other, in one group, and washed").await;
        copy_in(&arena.a, &database).await;
        note("A copy of rows in: its first group ends after the rows").await;
        assert!(is_warm || text.contains("Parse Describe"), "{text}");
    }
    assert!(!text.contains('?'), "{text}");
    checked_in::compare("crates/tenantry-db/tests/output/messages.txt", &text);
}
