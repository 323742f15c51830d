//! What shadow adds to each statement of the unchanged application, which has no context: every row is one that the guard
//! would hide, and the witness is asked.

use std::time::Instant;

use tenantry_adopt::classification::Mode;
use tenantry_adopt::step::Phase;
use tokio_postgres::{Client, Statement};

use crate::Asked;
use crate::course::apply;
use crate::original::{Original, load};

/// A name, a statement, and how often it is sent in a round.
const STATEMENTS: [(&str, &str, u32); 5] = [
    (
        "one row by its key",
        "select * from content_chunks where id = 1 + ($1::int8 * 7919) % 5000",
        2_000,
    ),
    (
        "thirty rows by an index",
        "select * from content_chunks where content_id = (select id from contents where url like '%' offset ($1::int8 % 100) limit 1)",
        1_000,
    ),
    ("20,000 rows counted", "select count(*) from contents where text <> $1::int8::text", 20),
    (
        "one row inserted",
        "insert into content_chunks (content_id, chunk_index, text) select id, 9, $1::int8::text from contents where id = md5('content1')::uuid",
        1_000,
    ),
    (
        "one row updated",
        "update content_chunks set token_count = token_count + 1 where id = 1 + ($1::int8 * 7919) % 5000",
        1_000,
    ),
];

pub(crate) async fn measure(asked: &Asked, original: &Original) {
    let (before, shadowed) = (original.copy().await, original.copy().await);
    let plan = shadowed.plan(Mode::Whole).await;
    apply(&shadowed, Some(&plan), Phase::Shadow).await;
    let clients = [before.loaded.connect().await, shadowed.loaded.connect().await];
    println!(
        "\nshadow: microseconds a statement, least of {} rounds, load {}",
        asked.rounds,
        load()
    );
    for (name, sql, times) in STATEMENTS {
        let mut least = [f64::MAX; 2];
        for _ in 0..asked.rounds + 1 {
            for (client, least) in clients.iter().zip(&mut least) {
                // The disk is the same for both.
                client.batch_execute("set synchronous_commit = off").await.unwrap();
                let statement = client.prepare(sql).await.unwrap();
                *least = least.min(microseconds(client, &statement, times).await);
            }
        }
        println!(
            "  {name:<24} {:>9.1} before, {:>9.1} in shadow: {:+.1}",
            least[0],
            least[1],
            least[1] - least[0]
        );
    }
}

async fn microseconds(client: &Client, statement: &Statement, times: u32) -> f64 {
    let began = Instant::now();
    for number in 0..i64::from(times) {
        client.execute(statement, &[&number]).await.unwrap();
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}
