use tenantry_adopt::operation::Operate;

use super::bench::{Bench, SECOND, scope_key};
use super::tables::{KEYED, PARTITIONED};

/// The keys of the plain tables.
const KEYS: [(&str, &str); 8] = [
    ("plain", "plain_pkey"),
    ("plain", "plain_email_key"),
    ("plain", "plain_tag_key"),
    ("plain", "plain_lower"),
    ("composite", "composite_pkey"),
    ("composite", "composite_c"),
    ("Wei\"rd 'table'", "it's \"mine\""),
    ("Wei\"rd 'table'", "select"),
];

/// RE-2
#[tokio::test]
async fn each_key_gets_a_scoped_one_beside_it_that_is_the_same_in_all_else() {
    let bench = Bench::of(KEYED).await.with_column().await;
    let schema = bench.schema().await;
    for (name, key) in KEYS {
        bench.there_and_back(&scope_key(&schema, name, key).into()).await;
    }
    let text = "select regexp_replace(indexdef, '^.*USING', '') from pg_indexes where indexname = 'plain_lower_scoped'";
    assert_eq!(
        bench.one::<String>(text).await,
        " btree (organization_id, lower(email) COLLATE \"C\" DESC NULLS LAST) WITH (fillfactor='70') \
         WHERE ((note IS NOT NULL) AND (note <> ' where ('::text))"
    );
    let nulls = "select indnullsnotdistinct from pg_index where indexrelid = 'public.plain_tag_key_scoped'::regclass";
    assert!(bench.one::<bool>(nulls).await);
    // The unchanged application finds the keys that it names.
    bench.old("insert into plain (id, email) values (1, 'other') on conflict (id) do update set email = excluded.email").await;
    bench.old("insert into plain (email) values ('other') on conflict on constraint plain_email_key do nothing").await;
    let other = format!("insert into plain (id, organization_id) values (1, '{SECOND}')");
    assert_eq!(bench.refusal(&other).await, "23505");
}

/// RE-2
#[tokio::test]
async fn a_partitioned_key_is_built_partition_by_partition() {
    let bench = Bench::of(PARTITIONED).await.with_column().await;
    let schema = bench.schema().await;
    for key in ["Events key", "events_code_once", "events_kind_idx"] {
        bench.there_and_back(&scope_key(&schema, "events", key).into()).await;
    }
    let valid = "select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid where indisvalid and relname like '%scoped'";
    assert_eq!(bench.one::<i64>(valid).await, 12);
    bench
        .old(
            "insert into events values (1, '2024-05-05', 'a', 'x') on conflict (id, at) do nothing",
        )
        .await;
}

#[tokio::test]
async fn a_key_that_is_not_as_planned_is_refused_with_the_reason() {
    let bench = Bench::of(KEYED).await.with_column().await;
    let schema = bench.schema().await;
    let mut operation = scope_key(&schema, "plain", "plain_email_key");
    operation.validate(&schema).unwrap();
    bench.admin.batch_execute("alter table public.plain drop constraint plain_email_key, add constraint plain_email_key unique (tag)").await.unwrap();
    let schema = bench.schema().await;
    assert_eq!(
        operation.validate(&schema).unwrap_err(),
        "plain has no key plain_email_key as it was planned"
    );
    operation.old.name = "nothing".to_owned();
    assert_eq!(
        operation.validate(&schema).unwrap_err(),
        "plain has no key nothing as it was planned"
    );
}
