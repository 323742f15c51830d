use tenantry_adopt::operation::Operate;
use tenantry_adopt::operations::ScopeForeignKey;
use tenantry_adopt::schema::Schema;

use super::bench::{Bench, SECOND, scope_foreign_key, scope_key};
use super::tables::LINKED;

/// Every foreign key of the tables.
const KEYS: [(&str, &str); 9] = [
    ("people", "people's team"),
    ("people", "people_boss_id_fkey"),
    ("people", "people_team_code_fkey"),
    ("desks", "desks_team_id_fkey"),
    ("desks", "desks_place"),
    ("desks", "desks_half"),
    ("loose", "loose_team"),
    ("visits", "visits_team"),
    ("receipts", "receipts_visit"),
];

/// The tables with scoped keys, as foreign keys need them.
async fn prepared() -> (Bench, Schema) {
    let bench = Bench::of(LINKED).await.with_column().await;
    let schema = bench.schema().await;
    for (name, key) in [
        ("teams", "teams_pkey"),
        ("teams", "teams_code_key"),
        ("teams", "teams_region_number_key"),
        ("people", "people_pkey"),
        ("visits", "visits_pkey"),
    ] {
        bench.start(&scope_key(&schema, name, key).into()).await;
    }
    (bench, schema)
}

/// RE-2
#[tokio::test]
async fn each_foreign_key_carries_the_organization_under_its_old_name_and_can_go_back() {
    let (bench, schema) = prepared().await;
    for (name, key) in KEYS {
        bench.there_and_back(&scope_foreign_key(&schema, name, key).into()).await;
    }
    let definitions = "select string_agg(format('%s: %s', conname, pg_get_constraintdef(oid)), e'\\n' order by conname)
        from pg_constraint where contype = 'f' and conparentid = 0";
    insta::assert_snapshot!(bench.one::<String>(definitions).await, @"
    desks_half: FOREIGN KEY (organization_id, region, number) REFERENCES public.teams(organization_id, region, number) ON DELETE SET NULL (number)
    desks_place: FOREIGN KEY (organization_id, number, region) REFERENCES public.teams(organization_id, number, region)
    desks_team_id_fkey: FOREIGN KEY (organization_id, team_id) REFERENCES public.teams(organization_id, id) ON DELETE SET DEFAULT (team_id)
    loose_team: FOREIGN KEY (organization_id, team_id) REFERENCES public.teams(organization_id, id) NOT VALID
    people's team: FOREIGN KEY (organization_id, team_id) REFERENCES public.teams(organization_id, id) ON DELETE SET NULL (team_id)
    people_boss_id_fkey: FOREIGN KEY (organization_id, boss_id) REFERENCES public.people(organization_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
    people_team_code_fkey: FOREIGN KEY (organization_id, team_code) REFERENCES public.teams(organization_id, code) ON UPDATE CASCADE ON DELETE RESTRICT
    receipts_visit: FOREIGN KEY (organization_id, visit_id, visit_at) REFERENCES public.visits(organization_id, id, at)
    visits_team: FOREIGN KEY (organization_id, team_id) REFERENCES public.teams(organization_id, id) ON DELETE CASCADE
    ");
    // Partitions call theirs as the table does, because errors show their names.
    let parts = "select count(*) from pg_constraint where conname = 'visits_team' and conparentid <> 0 and convalidated";
    assert_eq!(bench.one::<i64>(parts).await, 3);
    let all = "select count(*) from pg_constraint where conrelid::regclass::text like 'public.visits%' and contype = 'f'";
    assert_eq!(bench.one::<i64>(all).await, 4);
    let comment = "select obj_description(oid, 'pg_constraint') from pg_constraint where conname = 'people''s team'";
    assert_eq!(bench.one::<String>(comment).await, "where they are");
}

/// RE-2
#[tokio::test]
async fn the_unchanged_application_keeps_what_its_foreign_keys_did() {
    let (bench, schema) = prepared().await;
    for (name, key) in KEYS {
        bench.start(&scope_foreign_key(&schema, name, key).into()).await;
    }
    // Set null empties the reference and leaves the organization; a half-empty reference is refused where it was.
    bench.old("delete from desks where id = 1; insert into desks values (3, 2, 's', 2)").await;
    assert_eq!(bench.refusal("insert into desks values (4, null, 'n', null)").await, "23514");
    bench.old("begin; insert into people values (5, 2, 6, null); insert into people values (6, 2, null, null); commit").await;
    bench.old("delete from people where id = 6").await;
    bench.old("update teams set code = 'uno' where id = 1").await;
    let codes = "select count(*) from public.people where team_code = 'uno'";
    assert_eq!(bench.one::<i64>(codes).await, 1);
    assert_eq!(bench.refusal("delete from teams where id = 1").await, "23503");
    bench.old("update people set team_code = null").await;
    bench.old("delete from visits where team_id = 1 and id not in (select visit_id from receipts); delete from receipts").await;
    bench.old("delete from teams where id = 1").await;
    let left = "select format('%s %s', team_id, organization_id is not null) from public.people where id = 1";
    assert_eq!(bench.one::<String>(left).await, " t");
    assert_eq!(bench.one::<i64>("select count(*) from public.visits").await, 1);
    // A row whose reference was never checked still may be changed otherwise.
    bench.old("update loose set id = 2 where id = 1").await;
}

/// RE-2
#[tokio::test]
async fn a_reference_to_another_organizations_row_is_refused_like_one_to_nothing() {
    let (bench, schema) = prepared().await;
    for (name, key) in KEYS {
        bench.start(&scope_foreign_key(&schema, name, key).into()).await;
    }
    bench.old(&format!("insert into teams values (30, 'x', 'x', 30, '{SECOND}')")).await;
    for (statement, name) in [
        ("insert into people (id, team_id) values (40, $)", "people's team"),
        ("insert into visits (id, at, team_id) values (40, '2025-03-03', $)", "visits_team"),
        ("insert into desks (id, team_id) values (40, $)", "desks_team_id_fkey"),
    ] {
        let message = async |id: &str| {
            let error = bench.old.batch_execute(&statement.replace('$', id)).await.unwrap_err();
            let error = error.as_db_error().unwrap();
            (
                error.code().code().to_owned(),
                error.constraint().unwrap().to_owned(),
                error.message().replace(id, "$"),
            )
        };
        let foreign = message("30").await;
        assert_eq!((foreign.0.as_str(), foreign.1.as_str()), ("23503", name));
        assert_eq!(foreign, message("31").await);
    }
}

/// RE-2
#[tokio::test]
async fn rows_take_their_children_along_until_completion() {
    let (bench, schema) = prepared().await;
    let cascading = |name, key| ScopeForeignKey {
        cascades_moves: true,
        ..scope_foreign_key(&schema, name, key)
    };
    let keys = [
        cascading("people", "people's team"),
        cascading("people", "people_boss_id_fkey"),
        cascading("visits", "visits_team"),
    ];
    for key in &keys {
        bench.there_and_back(&key.clone().into()).await;
    }
    bench.old(&format!("update teams set organization_id = '{SECOND}' where id = 2")).await;
    let moved = format!(
        "select (select count(*) from public.visits where organization_id = '{SECOND}')
        + (select count(*) from public.people where organization_id = '{SECOND}')"
    );
    assert_eq!(bench.one::<i64>(&moved).await, 1);
    for key in &keys {
        bench.complete(&key.clone().into()).await;
    }
    let move_back = format!("update teams set organization_id = '{SECOND}' where id = 1");
    assert_eq!(bench.refusal(&move_back).await, "23503");
}

#[tokio::test]
async fn a_key_that_would_empty_the_organization_is_refused_with_the_reason() {
    let bench = Bench::of("create table a (id int primary key); create table b (id int primary key, a_id int references a on update set null)").await;
    let schema = bench.schema().await;
    let operation = scope_foreign_key(&schema, "b", "b_a_id_fkey");
    assert_eq!(
        operation.validate(&schema).unwrap_err(),
        "the foreign key b_a_id_fkey of b empties its columns when its parent's key changes, which would empty the organization \
         too: give it another `on update` first"
    );
}

/// RE-2
#[tokio::test]
async fn partitioned_tables_may_point_at_each_other_and_at_themselves() {
    let sql = "create table nodes (id int, at date, parent_id int, parent_at date, primary key (id, at),
            constraint nodes_parent foreign key (parent_id, parent_at) references nodes (id, at) on delete cascade) partition by range (at);
        create table nodes_a partition of nodes for values from ('2024-01-01') to ('2025-01-01');
        create table nodes_b partition of nodes for values from ('2025-01-01') to ('2026-01-01');
        create table leaves (id int, at date, node_id int, node_at date, primary key (id, at),
            constraint leaves_node foreign key (node_id, node_at) references nodes (id, at) on delete set null (node_id)) partition by range (at);
        create table leaves_a partition of leaves for values from ('2024-01-01') to ('2025-01-01');
        insert into nodes values (1, '2024-01-01', null, null), (2, '2025-01-01', 1, '2024-01-01');
        insert into leaves values (1, '2024-01-01', 2, '2025-01-01');";
    let bench = Bench::of(sql).await.with_column().await;
    let schema = bench.schema().await;
    bench.start(&scope_key(&schema, "nodes", "nodes_pkey").into()).await;
    for (name, key) in [("nodes", "nodes_parent"), ("leaves", "leaves_node")] {
        bench.there_and_back(&scope_foreign_key(&schema, name, key).into()).await;
    }
    bench.old(&format!("insert into nodes values (3, '2024-01-01', null, null, '{SECOND}')")).await;
    for statement in [
        "insert into nodes values (4, '2025-01-01', 3, '2024-01-01')",
        "insert into leaves values (4, '2024-01-01', 3, '2024-01-01')",
    ] {
        assert_eq!(bench.refusal(statement).await, "23503");
    }
    bench.old("delete from nodes where id = 1").await;
    let left = "select (select count(*) from public.nodes) + (select count(*) from public.leaves where node_id is null)";
    assert_eq!(bench.one::<i64>(left).await, 2);
}
