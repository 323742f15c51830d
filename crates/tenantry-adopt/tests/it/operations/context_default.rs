use tenantry_adopt::operations::{AddOrganization, ContextDefault, Partition};

use super::bench::{Bench, FIRST, SECOND, table};
use super::tables::{KEYED, PARTITIONED};

/// A text with an organization in it, as a seal has; the default does not verify it.
fn context(id: uuid::Uuid) -> String {
    format!("set tenantry.context = 'v1.k.{id}.usr:x.member.9.0.n.m'")
}

/// RE-2
#[tokio::test]
async fn rows_belong_to_the_context_and_without_one_to_the_first_organization() {
    let bench = Bench::of(KEYED).await.with_column().await;
    let (fallback, before) = (Some(FIRST), Some(FIRST));
    let operation = ContextDefault { table: table("plain"), fallback, before }.into();
    bench.there_and_back(&operation).await;
    let count = |id| {
        format!("select count(*) from public.plain where organization_id = '{id}' and note = 'new'")
    };
    bench.old("insert into plain (note) values ('new')").await;
    bench
        .old("set tenantry.context = 'what is this'; insert into plain (note) values ('new')")
        .await;
    assert_eq!(bench.one::<i64>(&count(FIRST)).await, 2);
    bench.old(&format!("{}; insert into plain (note) values ('new')", context(SECOND))).await;
    assert_eq!(bench.one::<i64>(&count(SECOND)).await, 1);
    bench.complete(&operation).await;
    bench.old("insert into plain (note) values ('new')").await;
    assert_eq!(bench.one::<i64>(&count(SECOND)).await, 2);
    assert_eq!(
        bench.refusal("reset tenantry.context; insert into plain (note) values ('new')").await,
        "23502"
    );
}

/// RE-2
#[tokio::test]
async fn a_table_and_its_partitions_change_one_by_one() {
    let bench = Bench::of(PARTITIONED).await;
    let schema = bench.schema().await;
    let partitions = Partition::all(&schema, &table("events"));
    let add =
        AddOrganization { table: table("events"), constant: None, partitions: partitions.clone() };
    bench.start(&add.into()).await;
    for name in partitions.into_iter().map(|part| part.table).chain([table("events")]) {
        let operation = ContextDefault { table: name, fallback: None, before: None }.into();
        bench.there_and_back(&operation).await;
        bench.complete(&operation).await;
    }
    bench
        .old(&format!("{}; insert into events values (7, '2025-01-01', 'q', 'q')", context(SECOND)))
        .await;
    assert_eq!(
        bench
            .one::<i64>(&format!(
                "select count(*) from public.events_2025 where organization_id = '{SECOND}'"
            ))
            .await,
        1
    );
}

/// RE-2
#[tokio::test]
async fn after_completion_the_default_is_the_one_that_the_contract_sets() {
    let bench = Bench::sealed("create table public.mine (id int, name text, organization_id uuid not null, primary key (organization_id, id));
        create table public.theirs (organization_id uuid not null, id int, primary key (organization_id, id))").await;
    let operation =
        ContextDefault { table: table("mine"), fallback: Some(FIRST), before: None }.into();
    bench.there_and_back(&operation).await;
    bench.complete(&operation).await;
    bench.admin.batch_execute("select tenantry.protect('public.theirs')").await.unwrap();
    let text = |name: &str| {
        format!(
            "select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'public.{name}'::regclass"
        )
    };
    assert_eq!(
        bench.one::<String>(&text("mine")).await,
        bench.one::<String>(&text("theirs")).await
    );
    // Each of two organizations, with its seal, gets its rows without naming itself, and sees no others.
    bench.admin.batch_execute("select tenantry.protect('public.mine')").await.unwrap();
    for id in [FIRST, SECOND] {
        let tenant = bench.tenant(id).await;
        tenant.batch_execute("insert into public.mine (id, name) values (1, 'own')").await.unwrap();
        let own = tenant.query("select organization_id from public.mine", &[]).await.unwrap();
        assert_eq!(own.iter().map(|row| row.get::<_, uuid::Uuid>(0)).collect::<Vec<_>>(), [id]);
        let other = if id == FIRST { SECOND } else { FIRST };
        let foreign = format!("insert into public.mine values (2, 'foreign', '{other}')");
        assert_eq!(super::bench::refusal(&tenant, &foreign).await, "42501");
    }
}
