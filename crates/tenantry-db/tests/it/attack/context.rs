//! How long a context lasts: not a moment longer than its transaction.

use tokio_postgres::types::Type;

use crate::arena::Arena;
use crate::outcome::Outcome;

const SET: &str = "select set_config('tenantry.context', $1, true)";

/// RL-2, RL-7. After COMMIT, ROLLBACK and ROLLBACK TO, the setting reads as empty and there are no rows.
#[tokio::test]
async fn a_seal_survives_nothing() {
    let arena = Arena::new().await;
    let seal = arena.seal(&arena.a.scope);
    let rows =
        async || Outcome::of(arena.app.simple_query("select * from public.notes").await).text();
    for end in [
        "commit",
        "rollback",
        "commit and chain",
        "rollback and chain",
        "select pg_catalog.count(1); abort",
    ] {
        arena.app.batch_execute("begin").await.unwrap();
        arena.app.query_typed(SET, &[(&seal, Type::TEXT)]).await.unwrap();
        assert_ne!(rows().await, "0\n", "control");
        arena.app.batch_execute(end).await.unwrap();
        assert_eq!(rows().await, "0\n", "{end}");
        let left: Option<String> = arena
            .app
            .query_one("select nullif(current_setting('tenantry.context', true), '')", &[])
            .await
            .unwrap()
            .get(0);
        assert_eq!(left, None, "{end}");
        arena.app.batch_execute("rollback").await.unwrap();
    }
}

/// RL-2, RL-7. A savepoint that is rolled back takes the context that was set in it along.
#[tokio::test]
async fn a_seal_ends_with_the_savepoint_it_was_set_in() {
    let arena = Arena::new().await;
    let (seal, other) = (arena.seal(&arena.a.scope), arena.seal(&arena.b.scope));
    let rows =
        async || Outcome::of(arena.app.simple_query("select * from public.notes").await).text();
    arena.app.batch_execute("begin; savepoint one").await.unwrap();
    arena.app.query_typed(SET, &[(&seal, Type::TEXT)]).await.unwrap();
    assert!(arena.a.is_named_in(&rows().await), "control");
    arena.app.batch_execute("savepoint two").await.unwrap();
    arena.app.query_typed(SET, &[(&other, Type::TEXT)]).await.unwrap();
    assert!(arena.b.is_named_in(&rows().await), "control");
    arena.app.batch_execute("rollback to two").await.unwrap();
    assert!(arena.a.is_named_in(&rows().await) && !arena.b.is_named_in(&rows().await));
    arena.app.batch_execute("rollback to one").await.unwrap();
    assert_eq!(rows().await, "0\n");
    arena.app.batch_execute("rollback").await.unwrap();
}

/// RL-7. A prepared statement asks for the context each time it runs, on its first and on its tenth run,
/// when Postgres has settled on one plan.
#[tokio::test]
async fn a_prepared_statement_answers_the_organization_of_each_run() {
    let arena = Arena::new().await;
    let (a, b) = (arena.seal(&arena.a.scope), arena.seal(&arena.b.scope));
    for mode in ["auto", "force_generic_plan", "force_custom_plan"] {
        arena.app.batch_execute(&format!("set plan_cache_mode = {mode}")).await.unwrap();
        let statement =
            arena.app.prepare("select organization_id from tenantry.projects").await.unwrap();
        for round in 0..24 {
            let (seal, party) = match round % 3 {
                0 => (a.as_str(), Some(&arena.a)),
                1 => (b.as_str(), Some(&arena.b)),
                _ => ("", None),
            };
            arena.app.batch_execute("begin").await.unwrap();
            arena.app.query_typed(SET, &[(&seal, Type::TEXT)]).await.unwrap();
            let rows = arena.app.query(&statement, &[]).await.unwrap();
            arena.app.batch_execute("commit").await.unwrap();
            let seen: Vec<uuid::Uuid> = rows.iter().map(|row| row.get(0)).collect();
            let expected: Vec<uuid::Uuid> =
                party.iter().map(|party| party.organization.uuid()).collect();
            assert_eq!(seen, expected, "{mode} {round}");
        }
    }
}
