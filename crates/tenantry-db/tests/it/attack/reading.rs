//! Reading B's rows as A: every way of saying "select", against every table.

use futures_util::TryStreamExt;

use crate::arena::{Arena, TABLES};

const NAMED: [&str; 20] = [
    "select * from {table} where organization_id = '{organization}'",
    "select 1 from {table} where organization_id::text = '{organization}'",
    "select * from {table} where organization_id in ('{organization}', '{fresh}')",
    "select * from {table} where not organization_id is distinct from '{organization}'",
    "select * from only {table} where organization_id = '{organization}'",
    "select count(*) from {table} where organization_id = '{organization}' having count(*) > 0",
    "with c as materialized (select * from {table}) select * from c where organization_id = '{organization}'",
    "with c as not materialized (select * from {table}) select * from c where organization_id = '{organization}'",
    "select t.* from (values ('{organization}'::uuid)) v (o) join {table} t on t.organization_id = v.o",
    "select t.* from (values ('{organization}'::uuid)) v (o) cross join lateral (select * from {table} where organization_id = v.o) t",
    "select 1 where exists (select from {table} where organization_id = '{organization}')",
    "select * from {table} intersect select * from {table} where organization_id = '{organization}'",
    "select * from {table} where organization_id = '{organization}' union all select * from {table} where organization_id = '{organization}'",
    "select * from {table} tablesample system (100) where organization_id = '{organization}'",
    "select * from {table} where ctid = any (array(select format('(0,%s)', i)::tid from generate_series(1, 60) i)) and organization_id = '{organization}'",
    "declare c no scroll cursor for select * from {table} where organization_id = '{organization}'; fetch all from c",
    "deallocate all; prepare p as select * from {table} where organization_id = $1; execute p ('{organization}')",
    "select * from xmltable('//row' passing table_to_xml('{table}', true, false, '') columns o uuid path 'organization_id') where o = '{organization}'",
    "select 1 where query_to_xml('select * from {table}', true, false, '')::text like '%{organization}%'",
    "do $$ begin perform set_config('attack.seen', count(*)::text, false) from {table} where organization_id = '{organization}'; end $$;
     select 1 where current_setting('attack.seen') <> '0'",
];

const LOCKING: [&str; 4] =
    ["for update", "for no key update", "for share skip locked", "for key share nowait"];

const UNNAMED: [&str; 8] = [
    "table {table}",
    "select t.* from {table} a full join {table} t on true",
    "select string_agg(organization_id::text, ',') from {table}",
    "select array_agg(t.*) from {table} t",
    "select json_agg(t) from {table} t",
    "select (select max(organization_id::text) from {table})",
    "select t, count(*) over () from {table} t",
    "select table_to_xml('{table}', true, false, '')",
];

/// RL-1, RL-2. Twenty ways of naming B's rows, and four of locking them, in five tables.
#[tokio::test]
async fn no_way_of_selecting_shows_another_organizations_rows() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for table in TABLES {
        for sql in NAMED {
            arena.gets_nothing(&sql.replace("{table}", table)).await;
        }
        // Locking needs UPDATE, which nobody has on the audit log.
        if table == "tenantry.audit_events" {
            arena.is_refused(&format!("select * from {table} for update")).await;
            continue;
        }
        for lock in LOCKING {
            arena
                .gets_nothing(&format!(
                    "select * from {table} where organization_id = '{{organization}}' {lock}"
                ))
                .await;
        }
    }
    arena.ends_with(&before).await;
}

/// RL-1. A statement that forgets its organization answers A's rows only.
#[tokio::test]
async fn a_forgotten_predicate_answers_only_its_own_rows() {
    let arena = Arena::new().await;
    let before = arena.everything_of(&arena.b).await;
    for table in TABLES {
        for sql in UNNAMED {
            arena.sees_only_its_own(&sql.replace("{table}", table)).await;
        }
    }
    for sql in [
        "select p.*, o.*, n.* from tenantry.projects p cross join tenantry.organizations o cross join public.notes n",
        "select schema_to_xml('public', true, false, '')",
        "select * from public.notes n left join tenantry.projects p on p.organization_id <> n.organization_id",
    ] {
        arena.sees_only_its_own(sql).await;
    }
    arena.ends_with(&before).await;
}

/// RL-1. COPY is a second way out of a table.
#[tokio::test]
async fn copying_out_answers_only_its_own_rows() {
    let arena = Arena::new().await;
    for table in TABLES {
        for sql in
            [format!("copy {table} to stdout"), format!("copy (select * from {table}) to stdout")]
        {
            arena.begin(Some(&arena.seal(&arena.a.scope))).await;
            let chunks: Vec<_> =
                arena.app.copy_out(&sql).await.unwrap().try_collect().await.unwrap();
            arena.app.batch_execute("rollback").await.unwrap();
            let text = String::from_utf8(chunks.concat()).unwrap();
            assert!(arena.a.is_named_in(&text), "control: {sql}");
            assert!(!arena.b.is_named_in(&text), "{sql}");
        }
    }
}

/// RL-1. Asking for no row security answers an error, for A's own rows too, and never more rows.
#[tokio::test]
async fn switching_row_security_off_is_refused_and_not_obeyed() {
    let arena = Arena::new().await;
    for table in TABLES {
        for off in
            ["set local row_security = off", "select set_config('row_security', 'off', true)"]
        {
            arena.is_refused(&format!("{off}; select * from {table}")).await;
        }
        arena
            .sees_only_its_own(&format!("set local row_security = on; select * from {table}"))
            .await;
    }
}

/// RL-4. What belongs to nobody's organization is not the request path's to read.
#[tokio::test]
async fn rows_of_nobodys_organization_are_refused() {
    let arena = Arena::new().await;
    for table in [
        "tenantry.users",
        "tenantry.sessions",
        "tenantry.refresh_tokens",
        "tenantry.signing_keys",
        "tenantry.account_events",
        "tenantry.operator_events",
        "tenantry.organization_slugs",
        "tenantry_private.context_keys",
        "tenantry_history.migrations",
    ] {
        arena.is_refused(&format!("select * from {table}")).await;
        arena.is_refused_without_control(&format!("delete from {table}")).await;
        arena.is_refused(&format!("select 1 where exists (select from {table})")).await;
    }
    for call in
        ["tenantry.memberships_of('{user}')", "tenantry.membership_of('{user}', '{organization}')"]
    {
        arena.is_refused(&format!("select * from {call}")).await;
    }
}
