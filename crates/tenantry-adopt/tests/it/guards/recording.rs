//! What shadow mode writes down, and what it leaves alone.

use tenantry_adopt::operation::Operate as _;
use tenantry_adopt::progress::Denial;
use tenantry_adopt::shadow;
use tokio_postgres::Client;

use super::arena::{A, Arena, count};

async fn shadowed() -> (Arena, Client) {
    let arena = Arena::new().await;
    arena.run(arena.guard().start()).await;
    let application = arena.application(&arena.old).await;
    (arena, application)
}

async fn statements(arena: &Arena) -> Vec<String> {
    let mut found: Vec<String> = shadow::denials(&arena.admin)
        .await
        .unwrap()
        .into_iter()
        .map(|Denial { statement, table, login, application, .. }| {
            assert_eq!(
                (table, login, application),
                (Arena::orders(), arena.old.clone(), "shop".into())
            );
            statement
        })
        .collect();
    found.sort();
    found
}

/// RE-3
#[tokio::test]
async fn every_statement_that_would_be_denied_is_written_down_once_without_its_values() {
    let (arena, application) = shadowed().await;
    arena
        .does(&format!(
            "create table notes (id int); insert into notes values (1); grant select on notes to {}; \
             create function listed() returns bigint language sql stable as 'select count(*) from orders where id < 99'",
            arena.old
        ))
        .await;
    for secret in ["hunter2", "it''s", "hunter3"] {
        for sql in [
            format!("select * from orders where title = '{secret}'"),
            format!(
                "insert into orders (title, amount) values ('{secret}', 1.5e3), (E'\\'{secret}', -2)"
            ),
            format!("update orders set amount = 7 where title in ('{secret}', 'x') /* {secret} */"),
            format!("delete from orders -- {secret}\n where title like '%{secret}%'"),
            "select from orders o join notes n using (id)".to_owned(),
            "select listed()".to_owned(),
            format!("do $x$ begin perform from orders where title = '{secret}'; end $x$"),
        ] {
            application.batch_execute(&sql).await.unwrap();
        }
    }
    application
        .query("select title from orders where id = any ($1)", &[&vec![1_i64]])
        .await
        .unwrap();
    // It touches no row, so nothing would be denied.
    application.batch_execute("select from orders where false").await.unwrap();
    assert_eq!(
        statements(&arena).await,
        [
            "delete from orders where title like ?",
            "do ?",
            "insert into orders (title, amount) values (?), (?, -?)",
            "select * from orders where title = ?",
            "select from orders o join notes n using (id)",
            "select listed()",
            "select title from orders where id = any (?)",
            "update orders set amount = ? where title in (?)",
        ]
    );
    assert!(!shadow::recent(&arena.admin, 2).await.unwrap().is_empty());
    arena.does("update tenantry_adopt.denials set last_at = last_at - interval '10 minutes'").await;
    assert!(shadow::recent(&arena.admin, 5).await.unwrap().is_empty());
}

/// RE-3
#[tokio::test]
async fn what_is_sent_again_is_seen_again_and_nobody_waits_to_say_so() {
    let (arena, application) = shadowed().await;
    let sql = "select from orders";
    application.batch_execute(sql).await.unwrap();
    arena.does("update tenantry_adopt.denials set first_at = first_at - interval '1 hour', last_at = last_at - interval '1 hour'").await;
    let before = shadow::denials(&arena.admin).await.unwrap();
    // Two see it again at the same time, in transactions that stay open.
    let (one, other) = (arena.application(&arena.old).await, arena.application(&arena.old).await);
    for client in [&one, &other] {
        client
            .batch_execute("set lock_timeout = '1s'; begin isolation level repeatable read")
            .await
            .unwrap();
        client.batch_execute(sql).await.unwrap();
    }
    for client in [&one, &other] {
        client.batch_execute("commit").await.unwrap();
    }
    let after = shadow::denials(&arena.admin).await.unwrap();
    assert_eq!(after.len(), 1, "{after:?}");
    assert_eq!(after[0].first_at, before[0].first_at);
    assert!(after[0].last_at > before[0].last_at);
    assert!(count(&arena.admin, "select count(*) from tenantry_adopt.denials").await <= 2);
}

/// RE-3
#[tokio::test]
async fn a_statement_with_the_right_context_is_not_even_looked_at() {
    let (arena, application) = shadowed().await;
    arena.does("delete from orders where id > 3").await;
    arena.seal(&application, A).await;
    application
        .batch_execute("update orders set title = 'x'; insert into orders (title) values ('y')")
        .await
        .unwrap();
    let plan = "explain (analyze, costs off, timing off, summary off) select from orders";
    let rows = application.query(plan, &[]).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(lines.iter().any(|line| line.contains("never executed")), "{lines:#?}");
    assert_eq!(statements(&arena).await, [""; 0]);
    // Rows of somebody else are what would be hidden.
    arena.does("insert into orders (organization_id, title) values (gen_random_uuid(), 'z')").await;
    application.batch_execute("select from orders").await.unwrap();
    assert_eq!(statements(&arena).await, ["select from orders"]);
}

/// RE-3
#[tokio::test]
async fn a_transaction_that_may_not_write_works_and_writes_nothing() {
    let (arena, application) = shadowed().await;
    application.batch_execute("begin read only; select from orders; commit").await.unwrap();
    assert_eq!(statements(&arena).await, [""; 0]);
}

/// RE-3
#[tokio::test]
async fn the_application_works_whatever_becomes_of_the_record() {
    let (arena, application) = shadowed().await;
    // Somebody has it locked.
    let other = arena.database.admin().await;
    other.batch_execute("begin; lock table tenantry_adopt.denials").await.unwrap();
    let started = std::time::Instant::now();
    assert_eq!(count(&application, "select count(*) from orders").await, 5);
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
    other.batch_execute("rollback").await.unwrap();
    // It is gone.
    arena.does("drop table tenantry_adopt.denials").await;
    assert_eq!(count(&application, "select count(*) from orders").await, 5);
    // A plan with parallel workers, in which a function asks that says it may be called there.
    arena
        .does(
            "create function asks(int) returns bigint language plpgsql stable parallel safe \
             as 'begin return (select count(*) from orders); end'; \
             create table numbers as select generate_series(1, 2000)::int as n; grant select on numbers to public; \
             alter table numbers set (parallel_workers = 2)",
        )
        .await;
    application
        .batch_execute("set tenantry_adopt.seen = ''; set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0")
        .await
        .unwrap();
    let parallel = "select sum(asks(n))::bigint from numbers";
    let rows = application.query(&format!("explain {parallel}"), &[]).await.unwrap();
    assert!(rows.iter().any(|row| row.get::<_, String>(0).contains("Parallel")));
    assert_eq!(count(&application, parallel).await, 10_000);
    // So is a plan for which there is no worker, and only the leader asks.
    application.batch_execute("set max_parallel_workers = 0").await.unwrap();
    assert_eq!(count(&application, parallel).await, 10_000);
}

/// RE-3
#[tokio::test]
async fn the_record_is_bounded_and_nobody_else_reads_or_writes_it() {
    let (arena, application) = shadowed().await;
    for number in 0..520 {
        application.batch_execute(&format!("select id as c{number} from orders")).await.unwrap();
    }
    assert_eq!(statements(&arena).await.len(), 500);
    arena.does("delete from tenantry_adopt.denials").await;
    let long = format!("select from orders where {}", "id > 0 and ".repeat(900) + "id > 0");
    application.batch_execute(&long).await.unwrap();
    assert_eq!(statements(&arena).await[0].len(), 2_000);
    for sql in [
        "select * from tenantry_adopt.denials",
        "insert into tenantry_adopt.denials select",
        "select tenantry_adopt.witness('public.orders')",
        "select tenantry_adopt.record('public.orders', 'invented')",
        "select tenantry_adopt.keep_privileges('', '', '')",
    ] {
        assert_eq!(super::arena::refusal(&application, sql).await, "42501", "{sql}");
    }
}

/// RE-3
#[tokio::test]
async fn what_cannot_be_told_from_a_value_is_masked() {
    let arena = Arena::new().await;
    for (query, masked) in [
        (r#"select 'a''b', "it's", "q""x""#, r#"select ?, "it?s", "q""x""#),
        ("select /* a /* b */ it's */ 1, 'secret'", "select"),
        ("select/*a*/2 --x\n+ 'b'", "select ? + ?"),
        (
            "select 1e-5+0x1f, a1, t.b2 from t2 where x=$12",
            "select ?+?, a1, t.b2 from t2 where x=?",
        ),
        ("insert into a values ($1,2),(3,'x'),  (5, $4);", "insert into a values (?)"),
        ("select $q$ it's $q$, 5", "select ?"),
        ("select 'unfinished", "select ?"),
        ("select 'a' /* unfinished *", "select ?"),
        (r"select E'a\'b', 5, U&'x', a from b", "select ?, U&?, a from b"),
        (r"select 'a\', secret, 'b'", "select ?, secret, ?"),
        ("select U&\"d\\0061t\" from x$y$z", "select U&\"d\\?\" from x$y$z"),
    ] {
        let row =
            arena.admin.query_one("select tenantry_adopt.masked($1)", &[&query]).await.unwrap();
        assert_eq!(row.get::<_, String>(0), masked, "{query}");
    }
    let old = "set standard_conforming_strings = off; select tenantry_adopt.masked($q$select 'a\\', secret', 1$q$)";
    let answers = arena.admin.simple_query(old).await.unwrap();
    let text = answers.iter().find_map(|answer| match answer {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    assert_eq!(text.as_deref(), Some("select ?"));
}
