use tenantry_adopt::classification::{Link, LinkKind};
use tenantry_adopt::decisions::Filling;
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::{Batches, Operate};
use tenantry_adopt::operations::{AddOrganization, Backfill, FillByTrigger, Partition};

use super::bench::{Bench, FIRST, SECOND, soft, table};

/// Teams are organizations; documents belong to them, notes to documents or, by kind, to people.
const SPLIT: &str = r#"
create table teams (id text primary key, "the name" text);
create table people (id uuid primary key default gen_random_uuid(), team_id text, boss_id uuid);
create table docs (id int primary key, team_id text references teams on delete set null, state text, "select" int);
create table notes (id int, at date, subject text, subject_id text, doc_id int, primary key (id, at)) partition by range (at);
create table notes_old partition of notes for values from ('2024-01-01') to ('2025-01-01');
create table notes_new partition of notes for values from ('2025-01-01') to ('2030-01-01');
insert into teams values ('a', 'It''s A'), ('b', null);
insert into people (id, team_id, boss_id) values ('018f0c2e-0000-7000-8000-000000000001', 'b', null),
    ('018f0c2e-0000-7000-8000-000000000002', null, '018f0c2e-0000-7000-8000-000000000001'),
    ('018f0c2e-0000-7000-8000-000000000003', null, '018f0c2e-0000-7000-8000-000000000002');
insert into docs values (1, 'a'), (2, 'b'), (3, null);
"#;

/// What the engine's own step makes: the organizations of the teams.
const ROOTS: &str = "
create function tenantry_adopt.organization_of(key text, name text) returns uuid language sql as
$$ select case key when 'a' then 'FIRST'::uuid when 'b' then 'SECOND'::uuid else md5(key || coalesce(name, '?'))::uuid end $$;
update public.teams set organization_id = tenantry_adopt.organization_of(id, null)";

async fn split() -> (Bench, Vec<Partition>) {
    let bench = Bench::of(SPLIT).await;
    let schema = bench.schema().await;
    for name in ["teams", "people", "docs", "notes"] {
        let partitions = Partition::all(&schema, &table(name));
        let add = AddOrganization { table: table(name), constant: None, partitions };
        bench.start(&add.into()).await;
    }
    let roots = ROOTS.replace("FIRST", &FIRST.to_string()).replace("SECOND", &SECOND.to_string());
    bench.admin.batch_execute(&roots).await.unwrap();
    (bench, Partition::all(&schema, &table("notes")))
}

fn trigger(name: &str, links: Vec<Link>, otherwise: Option<uuid::Uuid>) -> FillByTrigger {
    let filling = Filling::Links { links, otherwise };
    FillByTrigger { table: table(name), filling, partitions: Vec::new() }
}

/// The organization of a row.
async fn whose(bench: &Bench, row: &str) -> Option<uuid::Uuid> {
    bench.one(&format!("select (select organization_id from public.{row})")).await
}

/// RE-2
#[tokio::test]
async fn rows_of_the_unchanged_application_belong_where_their_parents_do() {
    let (bench, _) = split().await;
    let docs = trigger("docs", vec![soft("team_id", "teams", "id")], Some(FIRST));
    bench.there_and_back(&docs.clone().into()).await;
    bench
        .old("insert into docs values (10, 'b'), (11, null), (1, 'b') on conflict (id) do nothing")
        .await;
    let rows = "select string_agg(format('%s %s', id, right(organization_id::text, 1)), ', ' order by id) from public.docs where id > 9";
    assert_eq!(bench.one::<String>(rows).await, "10 b, 11 a");
}

/// RE-2
#[tokio::test]
async fn a_row_follows_a_new_parent_and_stays_when_its_parent_goes() {
    let (bench, _) = split().await;
    bench.start(&trigger("docs", vec![soft("team_id", "teams", "id")], Some(FIRST)).into()).await;
    bench.old("insert into docs values (10, 'b'), (11, null), (12, 'a')").await;
    for (row, wanted) in [(10, SECOND), (11, FIRST), (12, FIRST)] {
        assert_eq!(whose(&bench, &format!("docs where id = {row}")).await, Some(wanted));
    }
    bench.old("update docs set team_id = 'b' where id = 12; update docs set state = 'x' where id = 10").await;
    assert_eq!(whose(&bench, "docs where id = 12").await, Some(SECOND));
    bench.old("delete from teams where id = 'b'").await;
    assert_eq!(whose(&bench, "docs where id = 12").await, Some(SECOND));
    // An application that says whose a row is, is believed.
    bench
        .old(&format!(
            "insert into docs (id, team_id, organization_id) values (13, 'a', '{SECOND}')"
        ))
        .await;
    assert_eq!(whose(&bench, "docs where id = 13").await, Some(SECOND));
}

/// RE-2
#[tokio::test]
async fn polymorphic_cast_and_partitioned_rows_are_filled_and_nobodys_rows_stay_empty() {
    let (bench, partitions) = split().await;
    let polymorphic = |value: &str, parent: &str, cast: &str| Link {
        kind: LinkKind::Polymorphic {
            type_column: "subject".to_owned(),
            type_value: value.to_owned(),
        },
        cast: Some(cast.to_owned()),
        ..soft("subject_id", parent, "id")
    };
    let links = vec![
        polymorphic("doc's", "docs", "integer"),
        polymorphic("person", "people", "uuid"),
        soft("doc_id", "docs", "id"),
    ];
    let operation = FillByTrigger { partitions, ..trigger("notes", links.clone(), None) };
    bench.admin.batch_execute(&format!("update public.docs set organization_id = '{SECOND}'; update public.people set organization_id = '{FIRST}'")).await.unwrap();
    bench.there_and_back(&operation.clone().into()).await;
    bench.old("insert into notes values (1, '2024-02-02', 'doc''s', '1', null), (2, '2025-02-02', 'person', '018f0c2e-0000-7000-8000-000000000002', null),
        (3, '2025-02-02', 'doc''s', 'not a number', 2), (4, '2025-02-02', 'else', '1', null)").await;
    for (row, wanted) in [(1, Some(SECOND)), (2, Some(FIRST)), (3, Some(SECOND)), (4, None)] {
        assert_eq!(whose(&bench, &format!("notes where id = {row}")).await, wanted, "{row}");
    }
    assert!(operation.title().ends_with("and refuse rows without one"), "{}", operation.title());
}

/// RE-2
#[tokio::test]
async fn a_new_root_is_an_organization_and_is_asked_for_by_its_key_and_name() {
    let (bench, _) = split().await;
    let filling = Filling::Root { key: "id".to_owned(), name: Some("the name".to_owned()) };
    let operation = FillByTrigger { table: table("teams"), filling, partitions: Vec::new() };
    bench.there_and_back(&operation.clone().into()).await;
    bench.old("insert into teams values ('c', 'Third'); update teams set \"the name\" = 'x' where id = 'a'").await;
    let wanted: uuid::Uuid = bench.one("select md5('cThird')::uuid").await;
    assert_eq!(whose(&bench, "teams where id = 'c'").await, Some(wanted));
    assert_eq!(whose(&bench, "teams where id = 'a'").await, Some(FIRST));
    bench.finish(&operation.into()).await;
    let left = "select (select count(*) from pg_trigger where tgname = 'tenantry_fill') + (select count(*) from pg_proc where proname like '%\\_fill' and pronamespace = 'tenantry_adopt'::regnamespace)";
    assert_eq!(bench.one::<i64>(left).await, 0);
}

/// RE-2
#[tokio::test]
async fn what_the_function_reads_cannot_be_called_or_replaced_by_the_application() {
    let (bench, _) = split().await;
    let operation = trigger("docs", vec![soft("team_id", "teams", "id")], Some(FIRST));
    bench.start(&operation.into()).await;
    assert_eq!(bench.refusal("select tenantry_adopt.docs_public_fill()").await, "42501");
    // The application's own operators and functions of the same names are not what the function uses.
    bench.admin.batch_execute("create schema mine; create function mine.coalesce(uuid, uuid) returns uuid language sql as 'select null::uuid';
        create table mine.teams (id text, organization_id uuid); grant usage on schema mine to public").await.unwrap();
    bench.old("set search_path = mine, public; insert into public.docs values (20, 'b')").await;
    assert_eq!(whose(&bench, "docs where id = 20").await, Some(SECOND));
}

/// RE-2, RE-3
#[tokio::test]
async fn existing_rows_are_done_when_none_is_without_an_organization() {
    let bench = Bench::of(SPLIT).await;
    let filling = Filling::Links {
        links: vec![soft("team_id", "teams", "id"), soft("boss_id", "people", "id")],
        otherwise: None,
    };
    let people = table("people");
    let batches =
        Batches { table: people.clone(), key: vec!["id".to_owned()], filling, repeats: true };
    let operation = Backfill { batches };
    operation.validate(&bench.schema().await).unwrap();
    let action = &operation.start()[0];
    assert!(!bench.is_done(action).await, "without the column");
    assert!(
        !bench
            .is_done(
                &Backfill {
                    batches: Batches {
                        table: TableName::new("no", "such"),
                        ..operation.batches.clone()
                    }
                }
                .start()[0]
            )
            .await
    );
    for name in ["teams", "people"] {
        bench
            .start(
                &AddOrganization { table: table(name), constant: None, partitions: Vec::new() }
                    .into(),
            )
            .await;
    }
    assert!(!bench.is_done(action).await, "without values");
    bench
        .admin
        .batch_execute(&format!("update public.teams set organization_id = '{FIRST}'"))
        .await
        .unwrap();
    bench.start(&operation.clone().into()).await;
    assert_eq!(
        bench
            .one::<i64>("select count(*) from public.people where organization_id is not null")
            .await,
        3
    );
    assert_eq!(operation.rollback(), Vec::new());
}
