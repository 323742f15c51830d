//! Hostile texts there and back.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tenantry_db::{DbError, Statement, Tenant};

use super::{LOAD, LOADS, event, given, loads, next_is_fine, text, writer};
use crate::arena::Arena;
use crate::cancel::doors;

const BACK: Statement<Tenant> =
    Statement::new("BACK", "copy (select id, body from public.loads order by id) to stdout");
const CSV_IN: Statement<Tenant> =
    Statement::new("CSV_IN", "copy public.loads from stdin (format csv)");
const CSV_BACK: Statement<Tenant> = Statement::new(
    "CSV_BACK",
    "copy (select id, body from public.loads order by id) to stdout (format csv)",
);
const BINARY_IN: Statement<Tenant> =
    Statement::new("BINARY_IN", "copy public.loads from stdin (format binary)");
const BINARY_BACK: Statement<Tenant> = Statement::new(
    "BINARY_BACK",
    "copy (select id + 1000, body from public.loads order by id) to stdout (format binary)",
);
const STORED: Statement<Tenant> = Statement::new(
    "STORED",
    "select body from public.loads where $1::uuid is not null order by id",
);

fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "\\",
        "\\\\",
        "\\.",
        "\n\\.\n",
        "\\N",
        "\t\t\t",
        "\r\n\r",
        "\u{8}\u{b}\u{c}",
        "'; drop table public.loads; --",
        "\"quoted\", \"\"twice\"\"\nand torn",
        "$1 {organization} %s ?",
        "é 漢字 🐘 \u{202e}",
        "copy public.loads to program 'id'",
    ]
    .map(str::to_owned)
    .to_vec();
    // Larger than a piece, and with a row's end at every place.
    texts.push("\\.\n\t".repeat(60_000));
    texts
}

/// As PostgreSQL's documentation has it for the text format.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// What goes in as text comes out as the same text, whichever pieces it came in, and nothing of it is anything but text.
#[tokio::test]
async fn hostile_texts_come_back_as_they_were() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let (hostile, count) = (hostile(), hostile().len() as u64);
    for (into, back, encode) in [
        (&LOAD, &BACK, escaped as fn(&str) -> String),
        (&CSV_IN, &CSV_BACK, quoted as fn(&str) -> String),
    ] {
        let separator = if std::ptr::eq(into, &CSV_IN) { ',' } else { '\t' };
        let all: String = hostile
            .iter()
            .enumerate()
            .map(|(id, text)| format!("{id}{separator}{}\n", encode(text)))
            .collect();
        for size in [7, 65_536, usize::MAX] {
            let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
            let pieces = all.as_bytes().chunks(size.min(all.len())).map(Bytes::copy_from_slice);
            let rows = stream::iter(pieces.collect::<Vec<_>>()).map(Ok::<_, DbError>);
            assert_eq!(tx.copy_in(into, rows).await.unwrap(), count);
            let stored = tx.query(&STORED, &[]).await.unwrap();
            let stored: Vec<String> = stored.iter().map(|row| row.get(0)).collect();
            assert_eq!(stored, hostile);
            let returned = text(tx.copy_out(back).await.unwrap()).await.unwrap();
            drop(tx);
            // Once more, from what came out.
            let mut tx = database.tenant(&writer(&arena.b)).await.unwrap();
            assert_eq!(tx.copy_in(into, given([returned])).await.unwrap(), count);
            let stored = tx.query(&STORED, &[]).await.unwrap();
            let stored: Vec<String> = stored.iter().map(|row| row.get(0)).collect();
            assert_eq!(stored, hostile);
        }
    }
    next_is_fine(&database, &arena.b).await;
    assert_eq!(loads(&arena).await, 0);
}

/// The binary format passes through as well: what comes out goes in.
#[tokio::test]
async fn the_binary_format_goes_there_and_back() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 2);
    let mut from = database.tenant(&writer(&arena.a)).await.unwrap();
    let rows = hostile().into_iter().enumerate();
    let rows = rows.map(|(id, text)| format!("{id}\t{}\n", escaped(&text)));
    from.copy_in(&LOAD, given(rows)).await.unwrap();
    let mut into = database.tenant(&writer(&arena.b)).await.unwrap();
    let rows = from.copy_out(&BINARY_BACK).await.unwrap();
    assert_eq!(into.copy_in(&BINARY_IN, rows).await.unwrap(), hostile().len() as u64);
    drop(from);
    into.commit(event(), ()).await.unwrap();
    let stored = arena.admin.query("select body from public.loads order by id", &[]).await.unwrap();
    let stored: Vec<String> = stored.iter().map(|row| row.get(0)).collect();
    assert_eq!(stored, hostile());
}

/// A `\.` that nobody escaped ends the rows, as PostgreSQL has it. What follows is no statement either.
#[tokio::test]
async fn an_end_in_the_middle_ends_the_rows_and_nothing_else() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let connection = next_is_fine(&database, &arena.b).await;
    let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
    let rows = ["1\tx\n\\.\n", "drop table public.loads;\n", "2\ty\n"].map(str::to_owned);
    let copied = tx.copy_in(&LOAD, given(rows)).await;
    println!("{copied:?}");
    drop(tx);
    assert_eq!(next_is_fine(&database, &arena.b).await, connection);
    assert_eq!(loads(&arena).await, 0);
}
