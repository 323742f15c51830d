use tenantry_adopt::operation::{Manner, Operate};
use tenantry_adopt::operations::{Partition, ScopeIndex};

use super::bench::{Bench, table};
use super::tables::{KEYED, PARTITIONED};

/// RE-2
#[tokio::test]
async fn an_index_begins_with_the_organization_on_plain_tables_and_on_partitions() {
    let bench = Bench::of(&format!("{KEYED}{PARTITIONED}")).await.with_column().await;
    let schema = bench.schema().await;
    for (name, columns) in [
        ("plain", vec!["email", "note"]),
        ("keyless", vec![]),
        ("Wei\"rd 'table'", vec!["or der"]),
        ("events", vec!["kind"]),
    ] {
        let columns = columns.into_iter().map(str::to_owned).collect();
        let partitions = Partition::all(&schema, &table(name));
        bench.there_and_back(&ScopeIndex { table: table(name), columns, partitions }.into()).await;
    }
    let count = "select count(*) from pg_indexes where indexname like '%organization_id%' and indexdef like '%btree (organization_id%'";
    assert_eq!(bench.one::<i64>(count).await, 7);
}

/// RE-2, RE-3
#[tokio::test]
async fn a_build_that_failed_leaves_nothing_and_is_done_again() {
    let bench = Bench::of(KEYED).await.with_column().await;
    let (columns, partitions) = (vec!["email".to_owned()], Vec::new());
    let operation = ScopeIndex { table: table("plain"), columns, partitions };
    let action = &operation.start()[0];
    let Manner::Concurrent { index } = &action.manner else { panic!("{action:?}") };
    // Somebody reads with an old snapshot, so that the build waits for them until it is interrupted.
    bench.old("begin isolation level repeatable read; select * from plain; lock table plain in row exclusive mode").await;
    bench.admin.batch_execute("set statement_timeout = '300ms'").await.unwrap();
    assert!(bench.admin.batch_execute(&action.sql).await.is_err());
    bench.admin.batch_execute("reset statement_timeout").await.unwrap();
    bench.old("commit").await;
    let invalid = format!(
        "select not indisvalid from pg_index where indexrelid = to_regclass('{}')",
        index.sql()
    );
    assert!(bench.one::<bool>(&invalid).await);
    assert!(!bench.is_done(action).await);
    bench.start(&operation.clone().into()).await;
    assert!(!bench.one::<bool>(&invalid).await);
}
