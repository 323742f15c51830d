use tenantry_adopt::operations::{AddOrganization, Operation, Partition, RequireOrganization};

use super::bench::{Bench, FIRST, refusal, table};
use super::dump::dump;
use super::tables::{KEYED, PARTITIONED};

async fn add_empty(bench: &Bench, name: &str) -> Vec<Partition> {
    let partitions = Partition::all(&bench.schema().await, &table(name));
    let add =
        AddOrganization { table: table(name), constant: None, partitions: partitions.clone() };
    bench.start(&add.into()).await;
    let fill = format!(
        "update public.{} set organization_id = '{FIRST}'",
        tenantry_adopt::name::identifier(name)
    );
    bench.admin.batch_execute(&fill).await.unwrap();
    partitions
}

/// RE-2
#[tokio::test]
async fn a_filled_column_is_required_without_leaving_a_check() {
    let bench = Bench::of(KEYED).await;
    for name in ["plain", "Wei\"rd 'table'"] {
        add_empty(&bench, name).await;
        let operation = RequireOrganization { table: table(name), partitions: Vec::new() }.into();
        bench.there_and_back(&operation).await;
    }
    assert_eq!(
        bench.one::<i64>("select count(*) from pg_constraint where conname like '%present'").await,
        0
    );
    assert_eq!(bench.refusal("insert into plain (email) values ('nobody')").await, "23502");
}

#[tokio::test]
async fn partitions_come_before_their_table() {
    let bench = Bench::of(PARTITIONED).await;
    let all = add_empty(&bench, "events").await;
    let leaves = all.iter().filter(|part| !part.is_partitioned);
    let schema = bench.schema().await;
    let before = dump(&bench.database);
    let frames = all.iter().filter(|part| part.is_partitioned);
    let order = leaves.chain(frames).map(|part| part.table.clone()).chain([table("events")]);
    let operations: Vec<Operation> = order
        .map(|table| {
            RequireOrganization { partitions: Partition::all(&schema, &table), table }.into()
        })
        .collect();
    // Taking back a partitioned table takes its partitions with it, so only all of them together leave nothing.
    for _ in 0..2 {
        for operation in &operations {
            bench.start(operation).await;
        }
        for operation in operations.iter().rev() {
            bench.back(operation).await;
        }
        assert_eq!(before, dump(&bench.database));
    }
    for operation in &operations {
        bench.start(operation).await;
    }
    let insert = "insert into public.events values (9, '2025-01-01', 'z', 'z')";
    assert_eq!(refusal(&bench.admin, insert).await, "23502");
}
