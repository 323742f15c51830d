//! Many at once, recorded.

use std::time::{Duration, Instant};

use tenantry_adopt::operation::Operate as _;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

use super::arena::{Arena, count};

/// Sends statements that are recorded, each in a transaction that stays open for a moment; answers how many.
async fn write(application: Client, number: usize, level: &str) -> usize {
    let (started, mut done) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_secs(3) {
        let sql = format!(
            "begin isolation level {level}; insert into orders (title) values ('w{number}'); \
             select count(*) as c{done}_{number} from orders where title = 'w{number}'"
        );
        application.batch_execute(&sql).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        application.batch_execute("commit").await.unwrap();
        done += 1;
    }
    done
}

/// How often one of them was seen waiting for another, for as long as they work.
async fn waits(arena: &Arena) -> i64 {
    let waiting = format!(
        "select count(*) from pg_stat_activity where usename = '{}' and wait_event_type = 'Lock' \
         and cardinality(pg_blocking_pids(pid)) > 0 and wait_event <> 'extend'",
        arena.old
    );
    let (started, mut seen) = (Instant::now(), 0);
    while started.elapsed() < Duration::from_secs(3) {
        seen += count(&arena.admin, &waiting).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    seen
}

/// RE-3
#[tokio::test]
async fn writers_who_are_recorded_do_not_wait_for_each_other() {
    let arena = Arena::new().await;
    arena.run(arena.guard().start()).await;
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(arena.application(&arena.old).await);
    }
    let writers =
        clients.into_iter().enumerate().map(|(n, client)| write(client, n, "read committed"));
    let (done, waits) = tokio::join!(futures_util::future::join_all(writers), waits(&arena));
    assert_eq!(waits, 0);
    assert!(done.iter().all(|done| *done > 0), "{done:?}");
    let texts =
        count(&arena.admin, "select count(distinct digest) from tenantry_adopt.denials").await;
    assert!((1..=520).contains(&texts), "{texts}");
}

/// RE-3
#[tokio::test]
async fn serializable_transactions_do_not_collide_in_the_record() {
    let arena = Arena::new().await;
    arena
        .does(&format!(
            "create table only_read (organization_id uuid not null default gen_random_uuid(), id int); \
             insert into only_read (id) select generate_series(1, 3); grant select on only_read to {}",
            arena.old
        ))
        .await;
    let table = tenantry_adopt::name::TableName::new("public", "only_read");
    let guard = tenantry_adopt::operations::Guard { table, ..arena.guard() };
    arena.run(guard.start()).await;
    let one = arena.application(&arena.old).await;
    let other = arena.application(&arena.old).await;
    for turn in 0..20 {
        for client in [&one, &other] {
            let sql =
                format!("begin isolation level serializable; select id as c{turn} from only_read");
            client.batch_execute(&sql).await.unwrap();
        }
        for client in [&one, &other] {
            let done = client.batch_execute("commit").await;
            let code = done.as_ref().err().and_then(|error| error.code());
            assert_ne!(code, Some(&SqlState::T_R_SERIALIZATION_FAILURE));
            done.unwrap();
        }
    }
    let texts =
        count(&arena.admin, "select count(distinct statement) from tenantry_adopt.denials").await;
    assert_eq!(texts, 20);
}
