//! One injected statement that changes the context and reads in one go. The policy may ask for the
//! context before or after; B's rows must not appear either way.

use tenantry_core::context::Connection;

use crate::arena::{Arena, TABLES};

const SHAPES: [&str; 12] = [
    "select t.* from (select set_config('tenantry.context', '{seal}', true)) c, {table} t",
    "select t.* from (select set_config('tenantry.context', '{seal}', true) offset 0) c, lateral (select * from {table}) t",
    "with c as materialized (select set_config('tenantry.context', '{seal}', true)) select t.* from c, {table} t",
    "with c as not materialized (select set_config('tenantry.context', '{seal}', true)) select t.* from c, {table} t",
    "select * from {table} where set_config('tenantry.context', '{seal}', true) is not null",
    "select * from {table} where (select set_config('tenantry.context', '{seal}', true)) is not null",
    "select *, set_config('tenantry.context', '{seal}', true) from {table}",
    "select (select set_config('tenantry.context', '{seal}', true)), (select json_agg(t) from {table} t)",
    "select case when set_config('tenantry.context', '{seal}', true) <> 'x' then (select json_agg(t) from {table} t) end",
    "do $$ begin perform set_config('tenantry.context', '{seal}', true);
       perform set_config('attack.seen', coalesce(json_agg(t)::text, ''), false) from {table} t; end $$; select current_setting('attack.seen')",
    "set local tenantry.context = '{seal}'; select * from {table}",
    "set tenantry.context = '{seal}'; select * from {table}",
];

/// RL-3. Isolation.md 3a: the shapes that switch the organization where a plain setting is trusted.
#[tokio::test]
async fn one_statement_that_sets_the_context_and_reads_never_shows_another_organization() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    let own = arena.seal(&arena.a.scope);
    let mut edited: Vec<String> = own.split('.').map(str::to_owned).collect();
    edited[2] = arena.b.organization.uuid().to_string();
    let elsewhere = Connection { backend: arena.backend + 1, ..arena.here() };
    let stolen = [
        edited.join("."),
        arena.b.scope.seal(&elsewhere).expose().to_owned(),
        arena.b.organization.uuid().to_string(),
        String::new(),
    ];
    for table in TABLES {
        for shape in SHAPES {
            for seal in &stolen {
                let sql = shape.replace("{table}", table).replace("{seal}", seal);
                let outcome = arena.run(Some(&own), &sql, "rollback").await;
                arena.count();
                let text = outcome.text().replace(seal.as_str(), "");
                assert!(!arena.b.is_named_in(&text), "{sql}\n{text}");
                let is_answer =
                    outcome.is_refused() || matches!(outcome, crate::outcome::Outcome::Ran { .. });
                assert!(is_answer, "{sql}\n{text}");
            }
            // With a seal that is really A's, the same statement answers A's rows.
            let sql = shape.replace("{table}", table).replace("{seal}", &own);
            let control = arena.run(Some(&own), &sql, "rollback").await;
            assert!(
                arena.a.is_named_in(&control.text().replace(&own, "")),
                "control: {sql}\n{}",
                control.text()
            );
        }
    }
    arena.ends_with(&before).await;
}

/// RL-3. The first statement of a transaction, with no context before it.
#[tokio::test]
async fn a_forged_context_opens_nothing_without_one_before_it_either() {
    let arena = Arena::new().await;
    let mut edited: Vec<String> =
        arena.seal(&arena.a.scope).split('.').map(str::to_owned).collect();
    edited[2] = arena.b.organization.uuid().to_string();
    let forged = edited.join(".");
    for table in TABLES {
        for shape in SHAPES {
            let sql = shape.replace("{table}", table).replace("{seal}", &forged);
            let outcome = arena.run(None, &sql, "rollback").await;
            arena.count();
            let text = outcome.text().replace(&forged, "");
            assert!(!arena.b.is_named_in(&text) && !arena.a.is_named_in(&text), "{sql}\n{text}");
        }
    }
}
