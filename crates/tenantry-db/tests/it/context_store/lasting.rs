//! How long a verified context lasts: not a moment longer than its transaction, whatever ends it.

use tenantry_db::Login;

use super::{Visitor, WHO};
use crate::arena::Arena;

/// RL-2, RL-7. Whatever ends the transaction ends the context, and RESET ALL ends it before.
#[tokio::test]
async fn a_verified_context_survives_nothing() {
    let arena = Arena::new().await;
    for login in Login::ALL {
        let visitor = Visitor::new(&arena, login).await;
        for end in [
            "commit",
            "rollback",
            "commit and chain",
            "rollback and chain",
            "reset all",
            "do $$ begin commit; end $$",
            "select 1 / 0",
        ] {
            let outside = end.starts_with("do");
            // A procedural COMMIT is only allowed where no transaction block is open.
            if !outside {
                visitor.client.batch_execute("begin").await.unwrap();
                visitor.enter(&visitor.entry(&arena.a.scope)).await.unwrap();
                assert!(arena.a.is_named_in(&visitor.text(WHO).await), "control");
            } else {
                visitor.enter(&visitor.entry(&arena.a.scope)).await.unwrap();
            }
            let ended = visitor.client.batch_execute(end).await;
            assert_eq!(ended.is_err(), end.ends_with("/ 0"), "{end}");
            if ended.is_err() {
                visitor.client.batch_execute("rollback").await.unwrap();
            }
            visitor.is_nobody(end).await;
            visitor.client.batch_execute("rollback").await.unwrap();
        }
    }
}

/// RL-2, RL-7. A savepoint that is rolled back takes along what was entered in it, and nothing else.
#[tokio::test]
async fn a_verified_context_ends_with_the_savepoint_it_was_entered_in() {
    let arena = Arena::new().await;
    let visitor = Visitor::new(&arena, Login::App).await;
    visitor.client.batch_execute("begin; savepoint one").await.unwrap();
    visitor.enter(&visitor.entry(&arena.a.scope)).await.unwrap();
    visitor.client.batch_execute("savepoint two").await.unwrap();
    visitor.enter(&visitor.entry(&arena.b.scope)).await.unwrap();
    let rows = "select * from public.notes";
    assert!(arena.b.is_named_in(&visitor.text(rows).await));
    // A refused entry leaves who was there before.
    assert!(visitor.enter_with(&["x"; 5]).await.is_err());
    visitor.client.batch_execute("rollback to two").await.unwrap();
    let seen = visitor.text(rows).await;
    assert!(arena.a.is_named_in(&seen) && !arena.b.is_named_in(&seen), "{seen}");
    visitor.client.batch_execute("savepoint three; select 1; release three").await.unwrap();
    assert!(arena.a.is_named_in(&visitor.text(rows).await));
    visitor.client.batch_execute("rollback to one").await.unwrap();
    visitor.is_nobody("rolled back").await;
}

/// RL-7. What an injected statement can read of who entered does not let it enter again.
#[tokio::test]
async fn nothing_that_the_transaction_can_read_enters_again() {
    let arena = Arena::new().await;
    let visitor = Visitor::new(&arena, Login::App).await;
    visitor.client.batch_execute("begin").await.unwrap();
    let entry = visitor.entry(&arena.a.scope);
    visitor.enter(&entry).await.unwrap();
    let all = "select string_agg(setting, ' ') from pg_settings union all select current_setting('tenantry.context')
        union all select string_agg(statement, ' ') from pg_prepared_statements union all select string_agg(statement, ' ') from pg_cursors
        union all select current_query()";
    let seen = visitor.text(all).await;
    assert!(seen.contains(&entry.parameters()[1]), "control: the kept text is no secret");
    assert!(!seen.contains(&entry.parameters()[3]), "the signature was read");
}

/// RL-2. In a read-only transaction too: entering writes no row.
#[tokio::test]
async fn a_read_only_transaction_enters() {
    let arena = Arena::new().await;
    let visitor = Visitor::new(&arena, Login::App).await;
    visitor.client.batch_execute("begin read only").await.unwrap();
    visitor.enter(&visitor.entry(&arena.a.scope)).await.unwrap();
    assert!(arena.a.is_named_in(&visitor.text("select * from public.notes").await));
    visitor.client.batch_execute("rollback; begin").await.unwrap();
    let [key, text, expires, mac, _] = visitor.entry(&arena.a.scope).parameters().clone();
    let reading = "select tenantry.enter($1, $2, $3, $4), pg_catalog.set_config('transaction_read_only', 'on', true)";
    visitor.client.query_one(reading, &[&key, &text, &expires, &mac]).await.unwrap();
    assert!(arena.a.is_named_in(&visitor.text("select * from public.notes").await));
    let write = visitor.text("savepoint one; update public.notes set body = 'x'").await;
    assert!(write.starts_with("25006"), "{write}");
    visitor.client.batch_execute("rollback to one").await.unwrap();
    let undone = visitor.text("set local transaction_read_only = off").await;
    assert!(undone.starts_with("25001"), "{undone}");
}

/// RL-2. A plan of several processes sees the same organization as one, and its workers verify nothing anew.
#[tokio::test]
async fn a_parallel_plan_sees_one_organization() {
    let arena = Arena::new().await;
    let fill = "insert into public.notes (organization_id, id, body)
        select organization_id, gen_random_uuid(), repeat('x', 200) from tenantry.organizations, generate_series(1, 20000); analyze public.notes";
    arena.admin.batch_execute(fill).await.unwrap();
    let visitor = Visitor::new(&arena, Login::App).await;
    let eager = "set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set min_parallel_table_scan_size = 0; \
                 set max_parallel_workers_per_gather = 2; set enable_indexscan = off; set enable_bitmapscan = off; set enable_indexonlyscan = off";
    visitor.client.batch_execute(eager).await.unwrap();
    for question in [
        "select count(*), count(distinct organization_id) from public.notes",
        // Evaluated by each worker for itself.
        "select count(*), count(distinct organization_id) from public.notes where tenantry.organization() = organization_id and tenantry.role() = 'owner'",
    ] {
        visitor.client.batch_execute("begin").await.unwrap();
        visitor.enter(&visitor.entry(&arena.a.scope)).await.unwrap();
        let plan = visitor.text(&format!("explain {question}")).await;
        assert!(plan.contains("Workers Planned"), "control: {plan}");
        assert_eq!(visitor.text(question).await, "1\n20001\n1", "{question}");
        visitor.client.batch_execute("rollback").await.unwrap();
    }
}

/// RL-3. What calls the functions is not what decides what they mean.
#[tokio::test]
async fn a_search_path_with_traps_changes_nothing() {
    let arena = Arena::new().await;
    arena
        .admin
        .batch_execute(
            "create schema trap; grant usage on schema trap to public; \
             create function trap.starts_with(text, text) returns boolean language sql return true; \
             create function trap.current_setting(text) returns text language sql return '0 00000000000000000000000000000001 00 00'; \
             create function trap.always(text, text) returns boolean language sql return true; \
             create operator trap.= (function = trap.always, leftarg = text, rightarg = text)",
        )
        .await
        .unwrap();
    let visitor = Visitor::new(&arena, Login::App).await;
    visitor
        .client
        .batch_execute("set search_path = trap, pg_catalog, public; begin")
        .await
        .unwrap();
    assert_eq!(visitor.text("select tenantry.organization() is null").await, "1\nt");
    let genuine = visitor.entry(&arena.a.scope);
    let [key, text, expires, _, context] = genuine.parameters().each_ref().map(String::as_str);
    visitor.client.batch_execute("savepoint one").await.unwrap();
    assert!(visitor.enter_with(&[key, text, expires, "x", context]).await.is_err());
    visitor.client.batch_execute("rollback to one").await.unwrap();
    visitor.enter(&genuine).await.unwrap();
    assert!(
        visitor
            .text("select tenantry.organization()")
            .await
            .contains(&arena.a.organization.uuid().to_string())
    );
}
