use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::Operate;
use tenantry_adopt::operations::{AddOrganization, Partition};

use super::bench::{Bench, FIRST, table};
use super::tables::{KEYED, LINKED, PARTITIONED};

async fn column(bench: &Bench, name: &TableName, constant: bool) {
    let schema = bench.schema().await;
    let partitions = Partition::all(&schema, name);
    let constant = constant.then_some(FIRST);
    bench
        .there_and_back(&AddOrganization { table: name.clone(), constant, partitions }.into())
        .await;
}

/// RE-2
#[tokio::test]
async fn each_table_gets_the_column_as_its_last_and_loses_it_without_a_trace() {
    let bench = Bench::of(KEYED).await;
    for name in ["plain", "composite", "Wei\"rd 'table'", "keyless"] {
        column(&bench, &table(name), true).await;
    }
    bench.old("insert into plain (email) values ('c@x')").await;
    bench.old("insert into keyless values ('without a list of columns')").await;
    bench.old("insert into composite values (3, 'x', 7) on conflict (b, a) do nothing").await;
    let all = format!("select count(*) from public.plain where organization_id = '{FIRST}'");
    assert_eq!(bench.one::<i64>(&all).await, 3);
    let row = bench.old.query_one("select * from plain limit 1", &[]).await.unwrap();
    assert_eq!(row.columns().last().unwrap().name(), "organization_id");
}

#[tokio::test]
async fn a_split_table_gets_it_empty_and_partitions_follow_their_table() {
    let bench = Bench::of(PARTITIONED).await;
    column(&bench, &table("events"), false).await;
    bench.old("insert into events values (3, '2025-06-06', 'c', 'z')").await;
    let empty = "select count(*) from public.events_2025 where organization_id is null";
    assert_eq!(bench.one::<i64>(empty).await, 2);
}

#[tokio::test]
async fn a_table_that_cannot_have_it_is_refused_with_the_reason() {
    let bench = Bench::of(&format!(
        "{LINKED} alter table loose add organization_id int;
        create table older (id int); create table younger () inherits (older);"
    ))
    .await;
    let schema = bench.schema().await;
    for (name, reason) in [
        ("loose", "loose has a column organization_id already"),
        ("nobody", "there is no table nobody"),
        ("visits_2024", "visits_2024 is a partition of visits, which has the column"),
        ("visits", "the partitions of visits are not the planned ones"),
        ("older", "older inherits from a table, or is inherited by one"),
        ("younger", "younger inherits from a table, or is inherited by one"),
    ] {
        let operation =
            AddOrganization { table: table(name), constant: None, partitions: Vec::new() };
        assert_eq!(operation.validate(&schema).unwrap_err(), reason);
    }
}
