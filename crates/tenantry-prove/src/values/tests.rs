//! Tables as applications really write them, each filled twice. A table that cannot be filled must say so.

mod snippets;

use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

use super::{Row, Shape, Unfillable, fill, fill_among, value};
use crate::quote::{identifier, nullable};
use snippets::{FILLABLE, Snippet, UNFILLABLE};

async fn relation(client: &Client, name: &str) -> u32 {
    client.query_one("select to_regclass($1)::oid", &[&name]).await.unwrap().get(0)
}

/// Settings under which PostgreSQL prints names, dates and intervals in another way.
const ELSEWHERE: &str = "set local search_path = pg_catalog; set local timezone = 'America/New_York'; \
     set local datestyle = 'SQL, DMY'; set local intervalstyle = 'iso_8601'";

async fn made(client: &Client, snippet: &Snippet) -> Shape {
    made_under(client, snippet, "").await
}

/// Makes the table, and answers it with the shape of `t` as it is read under these settings.
async fn made_under(client: &Client, snippet: &Snippet, settings: &str) -> Shape {
    client.batch_execute("begin").await.unwrap();
    if let Err(error) = client.batch_execute(snippet.sql).await {
        panic!("{}: {error:?}", snippet.name);
    }
    client.batch_execute(settings).await.unwrap();
    Shape::read(client, relation(client, "public.t").await).await.unwrap()
}

async fn insert(client: &Client, row: &Row) -> Result<u64, tokio_postgres::Error> {
    let columns: Vec<String> = row.keys().map(|name| identifier(name)).collect();
    let values: Vec<String> = row.values().map(|value| nullable(value.as_deref())).collect();
    let statement = if row.is_empty() {
        "insert into public.t default values".to_owned()
    } else {
        format!(
            "insert into public.t ({}) overriding system value values ({})",
            columns.join(", "),
            values.join(", ")
        )
    };
    client.execute(&statement, &[]).await
}

async fn attempt(client: &Client, snippet: &Snippet, settings: &str) -> Result<(), String> {
    let shape = made_under(client, snippet, settings).await;
    for salt in [0x5eed_0001, 0x5eed_0002] {
        let row = fill(client, &shape, &Row::new(), "mallet", salt).await;
        let row = row.map_err(|error| error.to_string())?;
        let inserted = insert(client, &row).await;
        inserted.map_err(|error| {
            format!("{row:?}: {:?}", error.as_db_error().map(|error| error.message()))
        })?;
    }
    Ok(())
}

async fn fill_all(settings: &str) {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    client.batch_execute(snippets::EXTENSIONS).await.unwrap();
    let mut failures = Vec::new();
    for snippet in FILLABLE {
        if let Err(failure) = attempt(&client, snippet, settings).await {
            failures.push(format!("{}: {failure}", snippet.name));
        }
        client.batch_execute("rollback").await.unwrap();
    }
    let total = FILLABLE.len();
    assert!(failures.is_empty(), "{} of {total} fail:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test]
async fn every_table_that_applications_write_gets_two_rows() {
    fill_all("").await;
}

#[tokio::test]
async fn settings_that_print_the_catalog_in_another_way_change_nothing() {
    fill_all(ELSEWHERE).await;
}

#[tokio::test]
async fn a_table_that_cannot_be_filled_says_why_and_leaves_the_transaction_alive() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    for snippet in UNFILLABLE {
        let shape = made(&client, snippet).await;
        let refusal = fill(&client, &shape, &Row::new(), "mallet", 1).await;
        let Err(Unfillable { column_or_constraint, why }) = refusal else {
            panic!("{} was filled: {refusal:?}", snippet.name);
        };
        let said = format!("{column_or_constraint}: {why}");
        assert!(said.contains(snippet.says), "{} said {said}", snippet.name);
        client.query_one("select 1", &[]).await.unwrap();
        client.batch_execute("rollback").await.unwrap();
    }
}

#[tokio::test]
async fn what_is_given_stays_and_the_rest_is_made_to_fit_it() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    let sql = "create table t (id uuid primary key, organization_id uuid not null, user_id uuid, team_id uuid, \
               name text not null, status text not null, closed_at timestamptz, \
               check ((status = 'closed') = (closed_at is not null)), check (status in ('open', 'closed')), \
               constraint one_owner check (num_nonnulls(user_id, team_id) = 1))";
    let shape = made(&client, &Snippet { name: "given", sql, says: "" }).await;
    for organization in
        ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]
    {
        let given = Row::from([
            ("organization_id".to_owned(), Some(organization.to_owned())),
            ("user_id".to_owned(), Some(organization.to_owned())),
            ("status".to_owned(), Some("closed".to_owned())),
        ]);
        let row = fill(&client, &shape, &given, "mallet", 7).await.unwrap();
        assert_eq!(row["organization_id"].as_deref(), Some(organization));
        assert_eq!(row["team_id"], None);
        assert!(row["closed_at"].is_some());
        assert_eq!(row["name"].as_deref(), Some("mallet-7"));
    }
    let both = ["user_id", "team_id"]
        .map(|name| (name.to_owned(), Some("11111111-1111-4111-8111-111111111111".to_owned())));
    let refusal = fill(&client, &shape, &Row::from(both.clone()), "mallet", 7).await.unwrap_err();
    assert_eq!(refusal.column_or_constraint, "one_owner");
    let row =
        fill_among(&client, &shape, &Row::new(), &Row::from(both), "mallet", 7).await.unwrap();
    assert_ne!(
        row["user_id"].is_some(),
        row["team_id"].is_some(),
        "one of those that are offered is used"
    );
    client.query_one("select 1", &[]).await.unwrap();
}

#[tokio::test]
async fn a_key_chosen_before_its_row_belongs_to_the_leaf() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    let sql = "create table r (organization_id uuid not null, id bigint, primary key (organization_id, id)) \
               partition by hash (id); \
               create table t partition of r for values with (modulus 8, remainder 5)";
    let shape = made(&client, &Snippet { name: "key", sql, says: "" }).await;
    for (salt, organization) in
        [(1, "11111111-1111-4111-8111-111111111111"), (2, "22222222-2222-4222-8222-222222222222")]
    {
        let id = value(&client, &shape, "id", "mallet", salt).await.unwrap();
        let given = Row::from([
            ("id".to_owned(), Some(id)),
            ("organization_id".to_owned(), Some(organization.to_owned())),
        ]);
        let row = fill(&client, &shape, &given, "mallet", salt).await.unwrap();
        assert_eq!(row, given);
        assert_eq!(insert(&client, &row).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn the_mark_is_where_a_text_has_room_and_nothing_that_may_be_left_out_is_filled() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    let sql = "create table t (id bigint generated always as identity primary key, organization_id uuid not null, \
               count int default 3, seen_at timestamptz, note text, title text check (length(title) < 40))";
    let shape = made(&client, &Snippet { name: "mark", sql, says: "" }).await;
    for (organization, salt) in
        [("11111111-1111-4111-8111-111111111111", 1), ("22222222-2222-4222-8222-222222222222", 2)]
    {
        let given = Row::from([("organization_id".to_owned(), Some(organization.to_owned()))]);
        let row = fill(&client, &shape, &given, "mallet", salt).await.unwrap();
        assert_eq!(
            row.keys().map(String::as_str).collect::<Vec<_>>(),
            ["id", "organization_id", "title"]
        );
        assert_eq!(row["title"], Some(format!("mallet-{salt}")));
        insert(&client, &row).await.unwrap();
    }
}

#[tokio::test]
async fn values_of_a_hostile_caller_stay_values() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    let sql = "create table t (organization_id text not null, kind text not null, check (length(organization_id) > 1 \
               and kind in ('a', 'b')))";
    let shape = made(&client, &Snippet { name: "hostile", sql, says: "" }).await;
    for hostile in
        ["'; drop table t; --", "\\'; drop table t; --", "$tenantry$ $$ end; drop table t"]
    {
        let given = Row::from([("organization_id".to_owned(), Some(hostile.to_owned()))]);
        let row = fill(&client, &shape, &given, "mallet", 1).await.unwrap();
        assert_eq!(row["organization_id"].as_deref(), Some(hostile));
        insert(&client, &row).await.unwrap();
    }
    let zero = Row::from([("organization_id".to_owned(), Some("a\0b".to_owned()))]);
    let refusal = fill(&client, &shape, &zero, "mallet", 1).await.unwrap_err();
    assert_eq!(refusal.column_or_constraint, "organization_id");
    let kept: i64 = client.query_one("select count(*) from public.t", &[]).await.unwrap().get(0);
    assert_eq!(kept, 3);
}

#[tokio::test]
async fn a_row_of_a_partitioned_table_may_belong_to_any_of_its_leaves() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    let sql = "create table t (organization_id uuid not null, id bigint not null, primary key (organization_id, id)) \
               partition by hash (organization_id); \
               do $$ begin for n in 0..63 loop execute format('create table t_%s partition of t for values with \
               (modulus 64, remainder %s)', n, n); end loop; end $$";
    let shape = made(&client, &Snippet { name: "leaves", sql, says: "" }).await;
    for organization in 0..40 {
        let organization = format!("11111111-1111-4111-8111-1111111111{organization:02}");
        let given = Row::from([("organization_id".to_owned(), Some(organization))]);
        let row = fill(&client, &shape, &given, "mallet", 1).await.unwrap();
        insert(&client, &row).await.unwrap();
    }
}

#[tokio::test]
async fn a_value_asked_for_by_name_is_never_null_nor_the_default() {
    let database = TestDatabase::empty().await;
    let client = database.admin().await;
    let sql = "create table t (organization_id uuid default '11111111-1111-4111-8111-111111111111', \
               code text default 'x' check (code ~ '^[a-z]{1,9}$'), whole text generated always as (code) stored)";
    let shape = made(&client, &Snippet { name: "value", sql, says: "" }).await;
    let mut seen = Vec::new();
    for salt in [1, 2] {
        seen.push(value(&client, &shape, "organization_id", "mallet", salt).await.unwrap());
        seen.push(value(&client, &shape, "code", "mallet", salt).await.unwrap());
    }
    let different: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!(different.len(), 4, "{seen:?}");
    assert!(!seen.contains(&"x".to_owned()));
    for name in ["whole", "missing"] {
        value(&client, &shape, name, "mallet", 1).await.unwrap_err();
    }
}
