//! Learning whether B has something: what B has must be answered exactly as what nobody has.

use crate::arena::Arena;

/// RL-5. Keys, foreign keys and conflicts know every organization's rows, and tell nothing.
#[tokio::test]
async fn constraints_do_not_tell_what_another_organization_has() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for sql in [
        // Foreign keys: a child that refers to B's row, and to a row that nobody has.
        "insert into public.notes (organization_id, id, project_id, body) values ('{own}', '{fresh}', '{project}', 'x')",
        "update public.notes set project_id = '{project}', body = 'x'",
        // Keys of B's rows under A's organization.
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{own}', '{project}', 'new-slug', 'x', 'x')",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{own}', '{fresh}', '{secret}', 'x', 'x')",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{own}', '{fresh}', '{secret}', 'x', 'x') on conflict do nothing",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{own}', '{fresh}', '{secret}', 'x', 'x')
           on conflict (organization_id, slug) do update set name = 'taken' returning name",
        // Keys of B's rows under B's organization.
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{project}', '{secret}', 'x', 'x') on conflict do nothing",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{project}', '{secret}', 'x', 'x')
           on conflict (organization_id, id) do update set name = 'taken'",
        "insert into public.notes (organization_id, id, body) values ('{organization}', '{note}', 'x') on conflict do nothing",
        "update tenantry.memberships set role = 'owner' where user_id = '{user}' returning role",
        "insert into tenantry.audit_events (organization_id, id, actor, via, action, request_id) values ('{organization}', '{event}', 'x', 'x', 'a.b', '{event}')
           on conflict do nothing",
    ] {
        arena.cannot_tell(sql).await;
    }
    arena.ends_with(&before).await;
}

/// RL-5, RL-6. Predicates with side effects are not run on B's rows.
#[tokio::test]
async fn errors_and_notices_come_only_from_its_own_rows() {
    let arena = Arena::new().await;
    for sql in [
        "select 1 from tenantry.projects where 1 / (case when name = '{secret}' then 0 else 1 end) = 2",
        "select 1 from public.notes where cast(case when body = '{secret}' then body else '1' end as int) = 2",
        "select 1 from tenantry.projects where set_config('attack.seen', coalesce(current_setting('attack.seen', true), '') || name, false) is null;
         select current_setting('attack.seen', true) like '%{secret}%', set_config('attack.seen', '', false)",
        "select * from public.notes order by 1 / (case when body = '{secret}' then 0 else 1 end)",
        "select count(*) filter (where body like '{secret}%') from public.notes",
        "select pg_relation_size('public.notes') > 0 and exists (select from public.notes where body = '{secret}')",
    ] {
        arena.cannot_tell(sql).await;
    }
}

/// RL-5. A bad cast in a seal or a statement answers the same for every organization.
#[tokio::test]
async fn failing_statements_answer_the_same_for_every_organization() {
    let arena = Arena::new().await;
    for sql in [
        "select * from tenantry.projects where organization_id = '{organization}' and 1 / 0 = 1",
        "insert into tenantry.memberships (organization_id, user_id, role) values ('{organization}', '{user}', 'emperor')",
        "copy public.notes from stdin",
        "update tenantry.organizations set slug = '{secret}'",
        "select * from tenantry.no_such_table where organization_id = '{organization}'",
    ] {
        arena.same_for_anybody(sql).await;
    }
}

/// RL-6. Planner statistics of guarded tables are not shown, not even A's own: they hold everybody's values.
#[tokio::test]
async fn statistics_of_guarded_tables_are_not_shown() {
    let arena = Arena::new().await;
    arena.admin.batch_execute("analyze").await.unwrap();
    let sql = "select most_common_vals::text, histogram_bounds::text from pg_stats where schemaname in ('tenantry', 'public')";
    let own = arena.run(Some(&arena.seal(&arena.a.scope)), sql, "commit").await;
    assert!(own.is_denied(), "{}", own.text());
    let control = crate::outcome::Outcome::of(arena.admin.simple_query(sql).await);
    assert!(arena.b.is_named_in(&control.text()), "control: {}", control.text());
    arena.is_refused("select * from pg_statistic").await;
    arena.is_refused("select * from pg_statistic_ext_data").await;
}
