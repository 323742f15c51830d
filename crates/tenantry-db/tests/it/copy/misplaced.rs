//! Statements in calls that are for others, and COPY to where the server's own files and programs are.

use std::time::{Duration, Instant};

use tenantry_core::Clock;
use tenantry_db::{DbError, Platform, Statement, Tenant, WireError};

use super::{
    LOAD, LOADS, NOTES, errand, event, given, loads, next_is_fine, no_copy_runs, reader, writer,
};
use crate::arena::Arena;
use crate::cancel::doors;

const SELECT: Statement<Tenant> =
    Statement::new("SELECT", "select body from public.notes, generate_series(1, 100000)");
const NOTHING: Statement<Tenant> =
    Statement::new("NOTHING", "select body from public.notes where false");
const INSERT: Statement<Tenant> =
    Statement::new("INSERT", "insert into public.loads values (1, 'x')");
const EMPTY: Statement<Tenant> = Statement::new("EMPTY", "");
/// COPY has no parameters: whoever names one is told so.
const WITH_PARAMETER: Statement<Tenant> = Statement::new(
    "WITH_PARAMETER",
    "copy (select body from public.notes where organization_id = $1) to stdout",
);

/// Seen before it is sent.
const COPY_IN: Statement<Tenant> = Statement::new("COPY_IN", " Copy public.loads from stdin");
const COPY_OUT: Statement<Tenant> = Statement::new("COPY_OUT", "copy public.notes to stdout");
/// Seen by the answer: the connection waits for rows, or is full of them.
const HIDDEN_IN: Statement<Platform> =
    Statement::new("HIDDEN_IN", "/* */ copy public.loads from stdin");
const HIDDEN_OUT: Statement<Platform> = Statement::new(
    "HIDDEN_OUT",
    "-- rows\ncopy (select email from tenantry.users, generate_series(1, 1000000)) to stdout",
);
const USERS: Statement<Platform> =
    Statement::new("USERS", "select pg_backend_pid() from tenantry.users");

/// Locks a row before the mistake is made.
const TOUCH: Statement<Tenant> = Statement::new(
    "TOUCH",
    "update public.loads set body = body where id = 7 and $1::uuid is not null",
);
const PLATFORM_TOUCH: Statement<Platform> =
    Statement::new("PLATFORM_TOUCH", "update public.loads set body = body where id = 7");
/// Rows that show what it is, and then nothing for long.
const SLOW: Statement<Tenant> = Statement::new(
    "SLOW",
    "select repeat('x', 9000), pg_sleep(case n when 3 then 30 else 0 end)::text from generate_series(1, 3) n",
);

fn is_told(error: &DbError) -> bool {
    matches!(error, DbError::Unexpected(WireError::Misplaced(_)))
        && error.describe().contains("COPY")
}

/// RL-7. Each answers at once what is wrong, nothing of it is saved, and the next borrower is fine.
#[tokio::test]
async fn a_statement_in_the_wrong_call_is_told_and_leaves_nothing() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let rows = || given(["1\tx\n".to_owned()]);
    for call in 0..12 {
        let started = Instant::now();
        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let told = match call {
            0 => tx.copy_out(&SELECT).await.map(drop),
            1 => tx.copy_out(&NOTHING).await.map(drop),
            2 => tx.copy_out(&INSERT).await.map(drop),
            3 => tx.copy_out(&LOAD).await.map(drop),
            4 => tx.copy_out(&EMPTY).await.map(drop),
            5 => tx.copy_in(&SELECT, rows()).await.map(drop),
            6 => tx.copy_in(&NOTHING, rows()).await.map(drop),
            7 => tx.copy_in(&INSERT, rows()).await.map(drop),
            8 => tx.copy_in(&NOTES, rows()).await.map(drop),
            9 => tx.copy_in(&EMPTY, rows()).await.map(drop),
            10 => tx.query(&COPY_IN, &[]).await.map(drop),
            _ => tx.query(&COPY_OUT, &[]).await.map(drop),
        };
        let error = told.unwrap_err();
        assert!(is_told(&error), "{call}: {error:?}");
        assert!(tx.commit(event(), ()).await.is_err());
        next_is_fine(&database, &arena.b).await;
        assert!(started.elapsed() < Duration::from_secs(3), "{call}: {:?}", started.elapsed());
        assert_eq!(loads(&arena).await, 0);
    }
}

/// RL-7. A COPY that is only seen by its answer costs its connection, and nobody waits for it.
#[tokio::test]
async fn a_copy_among_the_queries_costs_its_connection() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = arena.database.open(Clock::system());
    for statement in [&HIDDEN_IN, &HIDDEN_OUT] {
        let started = Instant::now();
        let mut tx = database.platform().await.unwrap();
        let before: i32 = tx.query(&USERS, &[]).await.unwrap()[0].get(0);
        let error = tx.query(statement, &[]).await.unwrap_err();
        assert!(is_told(&error), "{error:?}");
        assert!(tx.commit(()).await.is_err());
        let rows = database.look_up(&USERS, &[]).await.unwrap();
        assert_eq!(rows.len(), 2);
        assert_ne!(rows[0].get::<_, i32>(0), before);
        assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    }
    no_copy_runs(&arena).await;
}

/// RL-7, RE-6. A mistake that costs its connection costs it at once, and not when somebody needs another one: what was
/// locked is free, and what still ran is ended. Nothing more is asked of the pools here.
#[tokio::test]
async fn a_mistake_holds_nothing_until_the_next_borrower() {
    let arena = Arena::new().await;
    let rights = "grant update on public.loads to tenantry_app, tenantry_platform; \
                  insert into public.loads values (7, 'x'); set lock_timeout = '3s'";
    arena.admin.batch_execute(&format!("{LOADS} {rights}")).await.unwrap();
    let is_free = async || {
        let lock = "select 1 from public.loads where id = 7 for update";
        arena.admin.query_one(lock, &[]).await.unwrap();
    };
    let database = arena.database.open(Clock::system());
    for party in [&arena.a, &arena.b] {
        let mut tx = database.tenant(&writer(party)).await.unwrap();
        tx.query(&TOUCH, &[]).await.unwrap();
        let error = tx.copy_in(&INSERT, given(["1\tx\n".to_owned()])).await.unwrap_err();
        assert!(is_told(&error), "{error:?}");
        drop(tx);
        is_free().await;
    }
    for statement in [&HIDDEN_IN, &HIDDEN_OUT] {
        let mut tx = database.platform().await.unwrap();
        tx.query(&PLATFORM_TOUCH, &[]).await.unwrap();
        let error = tx.query(statement, &[]).await.unwrap_err();
        assert!(is_told(&error), "{error:?}");
        drop(tx);
        is_free().await;
    }
    let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
    let error = tx.copy_out(&SLOW).await.map(drop).unwrap_err();
    assert!(is_told(&error), "{error:?}");
    drop(tx);
    let sleeping = "select count(*) from pg_stat_activity where datname = current_database() \
                    and state = 'active' and query like 'select repeat%'";
    let started = Instant::now();
    while arena.admin.query_one(sleeping, &[]).await.unwrap().get::<_, i64>(0) > 0 {
        assert!(started.elapsed() < Duration::from_secs(5), "it runs on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// COPY takes no parameters, and a statement that names one is told so by PostgreSQL.
#[tokio::test]
async fn a_copy_with_a_parameter_is_refused() {
    let arena = Arena::new().await;
    let database = doors(&arena.database, 1);
    let mut tx = database.tenant(&reader(&arena.a)).await.unwrap();
    let refused = tx.copy_out(&WITH_PARAMETER).await.unwrap_err();
    assert!(refused.describe().contains("42P02"), "{}", refused.describe());
    drop(tx);
    next_is_fine(&database, &arena.b).await;
}

/// RL-1. What the server's own files and programs would take or give is refused to every login that serves.
#[tokio::test]
async fn files_and_programs_of_the_server_are_refused() {
    const OUT: [Statement<Tenant>; 3] = [
        Statement::new("FILE", "copy (select body from public.notes) to '/tmp/stolen'"),
        Statement::new("PROGRAM", "copy (select body from public.notes) to program 'cat'"),
        Statement::new("TABLE", "copy public.notes to program 'cat'"),
    ];
    const IN: [Statement<Tenant>; 2] = [
        Statement::new("FROM_FILE", "copy public.loads from '/etc/passwd'"),
        Statement::new("FROM_PROGRAM", "copy public.loads from program 'id'"),
    ];
    const OPERATORS: [Statement<Platform>; 2] = [
        Statement::new("OPERATORS_FILE", "copy (select body from public.notes) to '/tmp/stolen'"),
        Statement::new(
            "OPERATORS_PROGRAM",
            "copy (select body from public.notes) to program 'cat'",
        ),
    ];
    let arena = Arena::new().await;
    arena.admin.batch_execute(LOADS).await.unwrap();
    let database = doors(&arena.database, 1);
    let connection = next_is_fine(&database, &arena.b).await;
    for statement in &OUT {
        for party in [&arena.a, &arena.b] {
            let mut tx = database.tenant(&reader(party)).await.unwrap();
            let refused = tx.copy_out(statement).await.unwrap_err();
            assert!(matches!(refused, DbError::Refused(_)), "{refused:?}");
        }
    }
    for statement in &IN {
        let mut tx = database.tenant(&writer(&arena.a)).await.unwrap();
        let refused = tx.copy_in(statement, given([])).await.unwrap_err();
        assert!(matches!(refused, DbError::Refused(_)), "{refused:?}");
    }
    for statement in &OPERATORS {
        let mut tx = database.operator(&errand(&arena)).await.unwrap();
        let refused = tx.copy_out(statement).await.unwrap_err();
        assert!(matches!(refused, DbError::Refused(_)), "{refused:?}");
        let mut tx = database.platform().await.unwrap();
        let refused = tx.copy_out(statement).await.unwrap_err();
        assert!(matches!(refused, DbError::Refused(_)), "{refused:?}");
    }
    assert_eq!(next_is_fine(&database, &arena.b).await, connection);
}
