use tenantry_adopt::operation::Operate;
use tenantry_adopt::operations::{
    ContextDefault, FillByTrigger, Operation, Partition, RequireOrganization, ScopeForeignKey,
    ScopeIndex, SwapKey,
};
use tenantry_adopt::schema::Schema;
use tenantry_testkit::TestDatabase;

use super::bench::{
    Bench, FIRST, SECOND, refusal, scope_foreign_key, scope_key, soft, swap_key, table,
};
use super::dump::dump;
use super::tables::{KEYED, LINKED, PARTITIONED};

/// Every key of a schema and every foreign key, scoped; the constraints of partitions come with those of their tables.
fn constrain(schema: &Schema) -> (Vec<Operation>, Vec<Operation>) {
    let tables = || schema.tables.iter().filter(|table| table.partition_of.is_none());
    let foreign: Vec<ScopeForeignKey> = tables()
        .flat_map(|table| {
            table
                .foreign_keys
                .iter()
                .map(|key| scope_foreign_key(schema, &table.name.name, &key.name))
        })
        .collect();
    let keys = || {
        let unique = |index: &&tenantry_adopt::schema::Index| index.is_unique;
        tables().flat_map(move |table| {
            table.indexes.iter().filter(unique).map(|key| (table.name.name.clone(), key.clone()))
        })
    };
    let scopes = keys().map(|(name, key)| scope_key(schema, &name, &key.name).into());
    let first = scopes.chain(foreign.iter().cloned().map(Operation::from)).collect();
    let swaps = keys().map(|(name, key)| {
        let mut columns = key.columns.clone();
        columns.sort();
        let follows = |found: &&ScopeForeignKey| {
            let mut theirs = found.old.parent_columns.clone();
            theirs.sort();
            found.old.parent == table(&name) && theirs == columns
        };
        let referenced_by = foreign.iter().filter(follows).cloned().collect();
        SwapKey { referenced_by, ..swap_key(schema, &name, &key.name) }.into()
    });
    (first, swaps.collect())
}

/// RE-2, RE-3
#[tokio::test]
async fn after_all_of_them_the_contract_protects_every_table_and_before_that_all_can_be_taken_back()
{
    let bench = Bench::sealed(&format!("{LINKED}{PARTITIONED}{KEYED} drop table keyless"))
        .await
        .with_column()
        .await;
    let schema = bench.schema().await;
    let (mut all, swaps) = constrain(&schema);
    all.extend(swaps);
    all.extend(schema.tables.iter().map(|found| {
        let (fallback, before) = (Some(FIRST), Some(FIRST));
        Operation::from(ContextDefault { table: found.name.clone(), fallback, before })
    }));
    for operation in &all {
        operation.validate(&schema).unwrap();
    }
    let before = dump(&bench.database);
    for operation in &all {
        bench.start(operation).await;
    }
    for operation in all.iter().rev() {
        bench.back(operation).await;
    }
    assert_eq!(before, dump(&bench.database));
    for operation in &all {
        bench.start(operation).await;
    }
    for operation in &all {
        bench.complete(operation).await;
    }
    let tables = schema.tables.iter().filter(|found| found.partition_of.is_none());
    for found in tables {
        let obstacles = format!(
            "select string_agg(obstacle, '; ') from tenantry.obstacles({})",
            found.name.regclass()
        );
        assert_eq!(bench.one::<Option<String>>(&obstacles).await, None, "{}", found.name);
        let protect = format!("select tenantry.protect({})", found.name.regclass());
        bench.admin.batch_execute(&protect).await.unwrap();
    }
    two_organizations(&bench).await;
}

/// What two organizations may do with equal keys.
async fn two_organizations(bench: &Bench) {
    let (first, second) = (bench.tenant(FIRST).await, bench.tenant(SECOND).await);
    let rows = "insert into public.teams values (1, 'one', 'n', 1); insert into public.people values (1, 1, null, 'one');
        insert into public.events values (1, '2024-05-05', 'a', 'x')";
    second.batch_execute(rows).await.unwrap();
    for statement in rows.split(';') {
        assert_eq!(refusal(&first, statement).await, "23505", "{statement}");
    }
    for tenant in [&first, &second] {
        let count = "select (select count(*) from public.teams where id = 1) + (select count(*) from public.events where id = 1)";
        assert_eq!(tenant.query_one(count, &[]).await.unwrap().get::<_, i64>(0), 2);
    }
    // The second organization has no team 2, whoever else has one.
    assert_eq!(refusal(&second, "insert into public.people values (2, 2)").await, "23503");
    assert_eq!(refusal(&second, "insert into public.people values (2, 3)").await, "23503");
    second.batch_execute("delete from public.teams where id = 1").await.unwrap_err();
    second
        .batch_execute(
            "update public.people set team_code = null; delete from public.teams where id = 1",
        )
        .await
        .unwrap();
    let left = "select count(*) from public.people where team_id = 1";
    assert_eq!(first.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 2);
    let emptied = "select count(*) from public.people where team_id is null";
    assert_eq!(second.query_one(emptied, &[]).await.unwrap().get::<_, i64>(0), 1);
}

/// RE-3
#[tokio::test]
async fn asking_whether_something_is_done_never_fails_where_nothing_is() {
    let bench = Bench::of(&format!("{LINKED}{PARTITIONED}{KEYED}")).await;
    let schema = bench.schema().await;
    let (mut all, swaps) = constrain(&schema);
    all.extend(swaps);
    for found in &schema.tables {
        let name = found.name.clone();
        let partitions = Partition::all(&schema, &name);
        let filling = tenantry_adopt::decisions::Filling::Links {
            links: vec![soft("id", "teams", "id")],
            otherwise: None,
        };
        all.push(
            RequireOrganization { table: name.clone(), partitions: partitions.clone() }.into(),
        );
        all.push(
            ContextDefault { table: name.clone(), fallback: Some(FIRST), before: Some(FIRST) }
                .into(),
        );
        all.push(
            ScopeIndex { table: name.clone(), columns: Vec::new(), partitions: partitions.clone() }
                .into(),
        );
        all.push(FillByTrigger { table: name, filling, partitions }.into());
    }
    let empty = TestDatabase::empty().await;
    let nothing = empty.admin().await;
    let mut asked = 0;
    for operation in &all {
        for action in operation.start() {
            for client in [&nothing, &bench.admin] {
                let is_done: bool = client.query_one(&action.done, &[]).await.unwrap().get(0);
                assert!(!is_done, "{}", action.done);
                asked += 1;
            }
        }
        for action in [operation.complete(), operation.rollback()].concat() {
            nothing.query_one(&action.done, &[]).await.unwrap();
        }
    }
    assert!(asked > 200, "{asked}");
}

/// What the application does all the time: in one transaction from the child to the parent, in another the other way round.
const WORK: [&str; 6] = [
    "begin; insert into teams (id, code) values ({n}, 'c{n}'); insert into people (id, team_id) values ({n}, {n}); commit",
    "begin; update people set boss_id = null where id = {n}; update teams set region = 'r{n}' where id = {n}; commit",
    "insert into teams (id, code) values ({n}, 'x') on conflict (id) do update set number = {n}",
    "begin; insert into visits values ({n}, '2025-05-05', {n}); insert into receipts values ({n}, {n}, '2025-05-05'); commit",
    "begin; delete from receipts where id = {n}; select count(*) from visits join teams on team_id = teams.id; commit",
    "delete from teams where id = {n} and {n} % 3 = 0",
];

/// RE-2
#[tokio::test]
async fn the_unchanged_application_is_never_refused_while_keys_change_under_it() {
    let bench = Bench::of(LINKED).await.with_column().await;
    let (operations, _) = constrain(&bench.schema().await);
    let application = async {
        for number in 1_000.. {
            for statement in WORK {
                bench.old(&statement.replace("{n}", &number.to_string())).await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    let change = async {
        for operation in &operations {
            bench.start(operation).await;
        }
        for operation in operations.iter().rev() {
            bench.back(operation).await;
        }
    };
    tokio::select! {
        () = application => panic!("it does not end"),
        () = change => {}
    }
    let worked = "select count(*) from public.people where id > 1000";
    assert!(bench.one::<i64>(worked).await > 20);
}
