use tenantry_adopt::operation::Operate;
use tenantry_adopt::operations::SwapKey;

use super::bench::{Bench, FIRST, SECOND, scope_foreign_key, scope_key, swap_key};
use super::tables::{KEYED, LINKED, PARTITIONED};

/// RE-2
#[tokio::test]
async fn the_scoped_key_takes_the_place_the_name_and_the_marks_of_the_old_one() {
    let bench = Bench::of(KEYED).await.with_column().await;
    let schema = bench.schema().await;
    for (name, key) in [
        ("plain", "plain_pkey"),
        ("plain", "plain_email_key"),
        ("plain", "plain_tag_key"),
        ("plain", "plain_lower"),
        ("composite", "composite_pkey"),
        ("composite", "composite_c"),
        ("Wei\"rd 'table'", "it's \"mine\""),
        ("Wei\"rd 'table'", "select"),
    ] {
        bench.start(&scope_key(&schema, name, key).into()).await;
        bench.there_and_back(&swap_key(&schema, name, key).into()).await;
    }
    let all = "select count(*) from pg_index i join pg_class c on c.oid = i.indrelid where i.indisunique and relnamespace = 'public'::regnamespace
        and (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0]) = 'organization_id'";
    assert_eq!(bench.one::<i64>(all).await, 8);
    for (mark, wanted) in [
        ("select obj_description('public.plain_lower'::regclass, 'pg_class')", "100 % lower"),
        (
            "select obj_description(oid, 'pg_constraint') from pg_constraint where conname = 'plain_pkey'",
            "it's the key",
        ),
        (
            "select indisclustered::text from pg_index where indexrelid = 'public.composite_pkey'::regclass",
            "true",
        ),
        (
            "select indisreplident::text from pg_index where indexrelid = 'public.select'::regclass",
            "true",
        ),
        (
            "select (condeferrable and condeferred)::text from pg_constraint where conname = 'plain_tag_key'",
            "true",
        ),
    ] {
        assert_eq!(bench.one::<String>(mark).await, wanted);
    }
    // Two organizations have the same keys, and each has them once.
    let insert = |id| {
        format!(
            "insert into plain (id, email, tag, organization_id) values (1, 'A@x', 't', '{id}')"
        )
    };
    bench.old(&insert(SECOND)).await;
    assert_eq!(bench.refusal(&insert(SECOND)).await, "23505");
    assert_eq!(bench.refusal(&insert(FIRST)).await, "23505");
}

/// RE-2
#[tokio::test]
async fn a_partitioned_table_swaps_its_keys_and_keeps_the_names_of_its_partitions() {
    let bench = Bench::of(PARTITIONED).await.with_column().await;
    let schema = bench.schema().await;
    let names = "select array_agg(format('%s %s %s', indrelid::regclass, relname, obj_description(c.oid, 'pg_class')) order by 1)::text[]
        from (select indrelid, indexrelid from pg_index order by 1, 2) i join pg_class c on c.oid = indexrelid where relname !~ '_scoped$' and relnamespace = 'public'::regnamespace";
    let mut before: Vec<String> = bench.one(names).await;
    for key in ["Events key", "events_code_once", "events_kind_idx"] {
        bench.start(&scope_key(&schema, "events", key).into()).await;
        bench.there_and_back(&swap_key(&schema, "events", key).into()).await;
    }
    let mut after: Vec<String> = bench.one(names).await;
    before.sort();
    after.sort();
    assert_eq!(before, after);
    let left = "select count(*) from pg_class where relname ~ '_(scoped|swap|before)$'";
    assert_eq!(bench.one::<i64>(left).await, 0);
    let insert = |id| format!("insert into events values (1, '2024-05-05', 'a', 'x', '{id}')");
    bench.old(&insert(SECOND)).await;
    assert_eq!(bench.refusal(&insert(FIRST)).await, "23505");
}

/// RE-2, RE-3
#[tokio::test]
async fn foreign_keys_that_point_at_a_key_follow_it_there_and_back() {
    let bench = Bench::of(LINKED).await.with_column().await;
    let schema = bench.schema().await;
    for (name, key) in [
        ("teams", "teams_pkey"),
        ("teams", "teams_code_key"),
        ("people", "people_pkey"),
        ("visits", "visits_pkey"),
    ] {
        bench.start(&scope_key(&schema, name, key).into()).await;
    }
    let keys = [
        ("people", "people's team"),
        ("people", "people_boss_id_fkey"),
        ("desks", "desks_team_id_fkey"),
        ("loose", "loose_team"),
        ("visits", "visits_team"),
        ("people", "people_team_code_fkey"),
        ("receipts", "receipts_visit"),
    ];
    let foreign: Vec<_> =
        keys.iter().map(|(name, key)| scope_foreign_key(&schema, name, key)).collect();
    for key in &foreign {
        bench.start(&key.clone().into()).await;
    }
    let pointing = |parent: &str, key: &str| {
        let is_there = |found: &&tenantry_adopt::operations::ScopeForeignKey| {
            found.old.parent.name == parent
                && (found.old.parent_columns == ["code"]) == (key == "teams_code_key")
        };
        foreign.iter().filter(is_there).cloned().collect::<Vec<_>>()
    };
    for (name, key) in [
        ("teams", "teams_pkey"),
        ("teams", "teams_code_key"),
        ("people", "people_pkey"),
        ("visits", "visits_pkey"),
    ] {
        let referenced_by = pointing(name, key);
        assert!(!referenced_by.is_empty());
        let alone = swap_key(&schema, name, key).validate(&schema).unwrap_err();
        assert!(
            alone.ends_with(&format!("{key} of {name}, and is not planned to follow it")),
            "{alone}"
        );
        bench
            .there_and_back(&SwapKey { referenced_by, ..swap_key(&schema, name, key) }.into())
            .await;
    }
    let loose = "select string_agg(conname, ', ') from pg_constraint where contype = 'f' and not convalidated and conparentid = 0";
    assert_eq!(bench.one::<String>(loose).await, "loose_team");
    for statement in
        ["insert into people values (9, 1, 1, 'one')", "delete from people where id = 1"]
    {
        bench.old(statement).await;
    }
    let other = format!(
        "insert into teams values (1, 'one', 'n', 3, '{SECOND}'), (3, 'three', 'n', 4, '{SECOND}')"
    );
    bench.old(&other).await;
    assert_eq!(bench.refusal("insert into people values (10, 3, null, 'one')").await, "23503");
}

/// RE-3
#[tokio::test]
async fn keys_that_two_organizations_share_are_listed_before_they_are_in_the_way() {
    let bench = Bench::of(KEYED).await.with_column().await;
    let schema = bench.schema().await;
    for (name, key) in [
        ("plain", "plain_pkey"),
        ("plain", "plain_email_key"),
        ("plain", "plain_lower"),
        ("plain", "plain_tag_key"),
        ("composite", "composite_c"),
    ] {
        let operation = swap_key(&schema, name, key);
        bench.start(&scope_key(&schema, name, key).into()).await;
        assert!(bench.admin.query(&operation.collisions(), &[]).await.unwrap().is_empty());
        bench.start(&operation.into()).await;
    }
    bench.old(&format!("insert into plain (id, email, note, tag, organization_id) values (1, 'A@x', 'm', null, '{SECOND}'), (50, 'a@X', 'm', null, gen_random_uuid())")).await;
    bench.old(&format!("insert into composite values (1, 'y', 5, '{SECOND}')")).await;
    for (name, key, wanted) in [
        ("plain", "plain_pkey", vec![("1", 2_i64)]),
        ("plain", "plain_email_key", vec![("A@x", 2)]),
        ("plain", "plain_lower", vec![("a@x", 3)]),
        ("composite", "composite_c", vec![("5, 2", 2)]),
        // Nulls are equal here.
        ("plain", "plain_tag_key", vec![("", 2)]),
    ] {
        let rows =
            bench.admin.query(&swap_key(&schema, name, key).collisions(), &[]).await.unwrap();
        let found: Vec<(&str, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(found, wanted, "{key}");
    }
    let back = swap_key(&schema, "plain", "plain_pkey").rollback();
    assert!(bench.admin.batch_execute(&back[0].sql).await.is_err());
}
