//! Changing B's rows as A, and moving rows between organizations.

use crate::arena::{Arena, TABLES};

/// Tables with a column that the request path may change.
const CHANGEABLE: [(&str, &str); 4] = [
    ("tenantry.projects", "name"),
    ("tenantry.organizations", "name"),
    ("tenantry.memberships", "role"),
    ("public.notes", "organization_id"),
];

const UPDATES: [&str; 7] = [
    "update {table} set {column} = {column} where organization_id = '{organization}'",
    "update {table} set {column} = {column} where organization_id = '{organization}' returning *",
    "with c as (update {table} set {column} = {column} where organization_id = '{organization}' returning *) select * from c",
    "update {table} t set {column} = t.{column} from (values ('{organization}'::uuid)) v (o) where t.organization_id = v.o",
    "merge into {table} t using (values ('{organization}'::uuid)) v (o) on t.organization_id = v.o when matched then update set {column} = t.{column}",
    "do $$ begin update {table} set {column} = {column} where organization_id = '{organization}';
       perform set_config('attack.changed', found::text, false); end $$; select 1 where current_setting('attack.changed') = 'true'",
    "declare c cursor for select * from {table} where organization_id = '{organization}'; fetch 1 from c",
];
const DELETES: [&str; 4] = [
    "delete from {table} where organization_id = '{organization}'",
    "delete from {table} t using (values ('{organization}'::uuid)) v (o) where t.organization_id = v.o returning *",
    "with c as (delete from {table} where organization_id = '{organization}' returning *) select * from c",
    "merge into {table} t using (values ('{organization}'::uuid)) v (o) on t.organization_id = v.o when matched then delete",
];

/// RL-1, RL-3. Updates and deletes of B's rows change nothing, in every form there is.
#[tokio::test]
async fn another_organizations_rows_are_not_changed() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for (table, column) in CHANGEABLE {
        for sql in UPDATES {
            let sql = sql.replace("{table}", table).replace("{column}", column);
            arena.gets_nothing(&sql).await;
        }
    }
    for sql in DELETES {
        arena.gets_nothing(&sql.replace("{table}", "public.notes")).await;
        // What is deleted over HTTP only waits to be removed, so the request path removes none.
        for table in ["tenantry.projects", "tenantry.organizations"] {
            arena.is_refused_without_control(&sql.replace("{table}", table)).await;
        }
    }
    arena.ends_with(&before).await;
}

/// RL-1. B's rows are not made by A, with or without a conflict.
#[tokio::test]
async fn rows_are_not_inserted_for_another_organization() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for sql in [
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{fresh}', 'new', 'new', 'x')",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{fresh}', 'new', 'new', 'x') returning *",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{project}', '{secret}', 'new', 'x')
           on conflict (organization_id, id) do update set name = 'taken'",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{fresh}', '{secret}', 'new', 'x')
           on conflict on constraint projects_organization_id_slug_key do update set name = excluded.name returning *",
        "insert into tenantry.projects (organization_id, id, slug, name, created_by)
           select '{organization}', '{fresh}', slug || 'x', name, created_by from tenantry.projects",
        "insert into tenantry.audit_events (organization_id, id, actor, via, action, request_id) values ('{organization}', '{fresh}', 'x', 'x', 'a.b', '{fresh}')",
        "insert into public.notes (organization_id, id, body) values ('{organization}', '{fresh}', 'x')",
        "insert into public.notes (organization_id, id, body) values ('{organization}', '{note}', 'x') on conflict (organization_id, id) do update set body = 'taken'",
        "insert into public.notes (organization_id, id, body) values ('{own}', gen_random_uuid(), 'x'), ('{organization}', gen_random_uuid(), 'x')",
        "merge into public.notes n using (values ('{organization}'::uuid, '{fresh}'::uuid)) v (o, i) on n.organization_id = v.o and n.id = v.i
           when not matched then insert (organization_id, id, body) values (v.o, v.i, 'x')",
        "with made as (insert into public.notes (organization_id, id, body) values ('{organization}', '{fresh}', 'x') returning *) select * from made",
    ] {
        arena.gets_nothing(sql).await;
    }
    arena
        .is_refused("insert into tenantry.organizations (organization_id, slug, name) values ('{fresh}', 'x1', 'x')")
        .await;
    arena.ends_with(&before).await;
}

/// RL-1. A's row is not handed to B, and B's is not taken.
#[tokio::test]
async fn a_row_is_not_moved_to_another_organization() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for (table, column) in CHANGEABLE {
        for sql in [
            "update {table} set organization_id = '{organization}' where organization_id = '{own}'",
            "update {table} set organization_id = '{organization}'",
            "update {table} set organization_id = '{own}' where organization_id = '{organization}'",
            "merge into {table} t using (values (1)) v (x) on t.organization_id = '{own}' when matched then update set organization_id = '{organization}'",
        ] {
            let sql = sql.replace("{table}", table);
            if column == "organization_id" {
                arena.gets_nothing(&sql).await;
            } else {
                // It may not even name the column.
                arena.is_refused_without_control(&sql).await;
            }
        }
    }
    arena.ends_with(&before).await;
}

/// RL-1. TRUNCATE knows no row security, so nobody on the request path may do it. DELETE is the control.
#[tokio::test]
async fn nothing_is_truncated() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for table in TABLES {
        arena.is_refused_without_control(&format!("truncate {table}")).await;
        arena.is_refused_without_control(&format!("truncate {table} cascade")).await;
    }
    arena.gets_nothing("delete from public.notes where organization_id = '{organization}'").await;
    arena.ends_with(&before).await;
}

/// AU-2. The audit log is only ever added to: the request path has no privilege, and the owner and the
/// superuser meet the trigger.
#[tokio::test]
async fn a_record_of_the_audit_log_is_never_changed() {
    let arena = Arena::new().await;
    let (before, own) = (arena.everything_of(&arena.b).await, arena.everything_of(&arena.a).await);
    for sql in [
        "update tenantry.audit_events set actor = 'somebody else'",
        "delete from tenantry.audit_events",
        "truncate tenantry.audit_events",
        "merge into tenantry.audit_events e using (values (1)) v (x) on true when matched then delete",
        "insert into tenantry.audit_events (organization_id, id, actor, via, action, request_id)
           select organization_id, id, 'x', via, action, request_id from tenantry.audit_events on conflict (organization_id, id) do update set actor = 'x'",
    ] {
        arena.is_refused_without_control(sql).await;
        for login in ["reset role", "set role tenantry_owner"] {
            arena.admin.batch_execute(login).await.unwrap();
            let refused = arena.admin.batch_execute(sql).await.unwrap_err();
            assert_eq!(refused.code().unwrap().code(), "42501", "{login}: {sql}");
        }
        arena.admin.batch_execute("reset role").await.unwrap();
    }
    let control =
        "insert into tenantry.audit_events (organization_id, id, actor, via, action, request_id)
                   values ('{organization}', '{fresh}', 'x', 'x', 'a.b', '{fresh}')";
    arena.gets_nothing(control).await;
    assert_eq!(arena.everything_of(&arena.a).await, own);
    arena.ends_with(&before).await;
}

/// AZ of slugs: the slug of the sealed organization is changed, and no other one's.
#[tokio::test]
async fn a_slug_is_claimed_only_for_the_sealed_organization() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    let slugs = "select slug from tenantry.organization_slugs where organization_id = $1";
    let seal = arena.seal(&arena.a.scope);
    let claimed =
        arena.run(Some(&seal), "select tenantry.claim_slug('a-new-slug')", "commit").await;
    assert!(claimed.has_rows(), "{}", claimed.text());
    let slug_of = async |party: &crate::party::Party| -> String {
        arena.admin.query_one(slugs, &[&party.organization.uuid()]).await.unwrap().get(0)
    };
    assert_eq!(slug_of(&arena.a).await, "a-new-slug");
    assert_eq!(slug_of(&arena.b).await, arena.b.secret);
    // Without a context, and under a seal that was not made for A.
    for seal in [None, Some(""), Some("v1.x")] {
        let refused = arena.run(seal, "select tenantry.claim_slug('b-new-slug')", "commit").await;
        assert!(refused.is_refused(), "{}", refused.text());
    }
    // B's slug is refused to A, and stays B's.
    let taken = arena
        .run(Some(&seal), &arena.b.fill("select tenantry.claim_slug('{secret}')"), "commit")
        .await;
    assert!(taken.text().starts_with("23505 "), "{}", taken.text());
    arena.is_refused("update tenantry.organization_slugs set organization_id = '{own}'").await;
    arena.ends_with(&before).await;
}
