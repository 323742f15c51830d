//! Three databases with the same ids become three organizations of one.

use std::time::Duration;

use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::{Organization, People, Source};
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::{Operate, Task};
use tenantry_adopt::operations::Merge;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;
use tokio_postgres::config::Host;

use super::{ORGANIZATION, ask, is_done, run, run_until, whole};

/// What every one of the databases consists of.
const SCHEMA: &str = include_str!("merge/schema.sql");
/// What is adopted of it: the columns and keys as they are when everybody is bound.
const ADOPTED: &str = include_str!("merge/adopted.sql");

/// Rows of one database: the same ids everywhere, other values.
fn rows(mark: &str, people: i32) -> String {
    format!(
        "insert into public.countries values ('de', 'Germany'), ('{mark}', 'Land of {mark}'); \
         insert into public.users (email, name) select '{mark}' || n || '@example.com', 'U' || n from generate_series(1, {people}) n; \
         insert into public.\"Pro jects\" (owner, name, tags, moods, price, day) select 1 + n % {people}, '{mark} ' || n, array['a', null, '\"'], array['sad','so so']::public.mood[], n / 7.0, '2024-02-29'::date + n from generate_series(1, 50) n; \
         insert into public.tasks (project, parent, title, body) select 1 + n % 50, case when n > 1 then n - 1 end, E'\\\\N\\t\\n' || n, jsonb_build_object('of', '{mark}') from generate_series(1, 500) n; \
         insert into public.events (at, task, what) select '2024-01-01'::timestamptz + n * interval '1 day', 1 + n % 500, '{mark}' from generate_series(1, 600) n"
    )
}

async fn database(mark: &str, people: i32) -> TestDatabase {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    admin.batch_execute(SCHEMA).await.unwrap();
    admin.batch_execute(&rows(mark, people)).await.unwrap();
    database
}

fn source(database: &TestDatabase, name: &str) -> Source {
    let config = database.admin_config();
    let Host::Unix(directory) = &config.get_hosts()[0] else { panic!("no socket") };
    let address = format!(
        "host={} port={} user={} password={} dbname={}",
        directory.display(),
        config.get_ports()[0],
        config.get_user().unwrap(),
        String::from_utf8_lossy(config.get_password().unwrap()),
        database.name()
    );
    let organization = Organization { name: name.to_owned(), slug: String::new() };
    Source { database: address, organization }
}

fn merge(sources: Vec<Source>) -> Merge {
    let table = |name: &str| TableName::new("public", name);
    Merge {
        sources,
        tables: ["users", "Pro jects", "tasks", "events"].map(table).to_vec(),
        shared: vec![table("countries")],
        people: Some(People {
            table: table("users"),
            key: "id".to_owned(),
            email: "email".to_owned(),
            name: Some("name".to_owned()),
            password_hash: None,
            role: None,
            roles: std::collections::BTreeMap::new(),
            owner: Some("a1@example.com".to_owned()),
        }),
    }
}

async fn adopted(mark: &str) -> TestDatabase {
    let target = database(mark, 3).await;
    run(&target, Task::Prepare, whole()).await.unwrap();
    let sql = ADOPTED.replace("{organization}", &ORGANIZATION.to_string());
    target.admin().await.batch_execute(&sql).await.unwrap();
    target
}

async fn per_organization(client: &Client, table: &str) -> String {
    let sql = format!(
        "select string_agg(rows, ' ') from (select o.name || ':' || count(*) as rows from {table} t join tenantry.organizations o using (organization_id) group by o.name order by o.name) r"
    );
    ask(client, &sql).await
}

#[tokio::test]
async fn three_databases_with_equal_ids_become_three_organizations() {
    let (target, one, other) = (adopted("a").await, database("b", 4).await, database("c", 5).await);
    let admin = target.admin().await;
    let operation = merge(vec![source(&one, "Beta"), source(&other, "Gamma")]);
    assert!(!is_done(&admin, &operation.start()[0].done).await);
    let done = run(&target, Task::Merge, operation.clone()).await.unwrap();
    assert!(is_done(&admin, &operation.start()[0].done).await);
    assert!(done.lines[0].contains("1154 rows were loaded under Beta"), "{:?}", done.lines);
    assert_eq!(per_organization(&admin, "public.users").await, "Acme GmbH:3 Beta:4 Gamma:5");
    assert_eq!(per_organization(&admin, "public.tasks").await, "Acme GmbH:500 Beta:500 Gamma:500");
    assert_eq!(per_organization(&admin, "public.events").await, "Acme GmbH:600 Beta:600 Gamma:600");
    assert_eq!(
        ask(&admin, "select string_agg(code, ',' order by code) from public.countries").await,
        "a,b,c,de"
    );
    // Every row points at its own organization's.
    let mixed = "select count(*) from public.events e join public.tasks t on t.id = e.task and t.organization_id = e.organization_id where t.body ->> 'of' <> e.what";
    assert_eq!(ask(&admin, mixed).await, "0");
    let rows = "select string_agg(t::text, '|' order by id) from (select id, owner, name, tags, moods, price, day, doubled from public.\"Pro jects\" {}) t";
    let theirs = ask(&one.admin().await, &rows.replace("{}", "")).await;
    let ours = ask(&admin, &rows.replace("{}", "where organization_id = (select organization_id from tenantry.organizations where name = 'Beta')")).await;
    assert_eq!(theirs, ours);
    // The people of each are members of theirs, and each has an owner.
    assert_eq!(per_organization(&admin, "tenantry.memberships").await, "Beta:4 Gamma:5");
    assert_eq!(
        ask(&admin, "select count(*) from tenantry.memberships where role = 'owner'").await,
        "2"
    );
    // New rows have numbers of their own, and foreign keys are on.
    assert_eq!(ask(&admin, "nextval('public.tasks_id_seq')").await, "501");
    let orphan = "insert into public.tasks (project) values (77)";
    assert!(admin.batch_execute(orphan).await.is_err());
    // Again: nothing twice.
    run(&target, Task::Merge, operation.clone()).await.unwrap();
    assert_eq!(per_organization(&admin, "public.users").await, "Acme GmbH:3 Beta:4 Gamma:5");
    for action in operation.rollback() {
        admin.batch_execute(&format!("begin; {}; commit", action.sql)).await.unwrap();
        assert!(is_done(&admin, &action.done).await);
    }
    for table in ["public.users", "public.\"Pro jects\"", "public.tasks", "public.events"] {
        assert!(!per_organization(&admin, table).await.contains("eta"), "{table}");
    }
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused_and_leaves_nothing() {
    let target = adopted("a").await;
    let admin = target.admin().await;
    for (change, expected) in [
        ("alter table public.tasks add column extra int", "+ column public.tasks.extra"),
        ("drop index public.tasks_title_idx", "- index public.tasks.tasks_title_idx"),
        (
            "update public.countries set name = 'Allemagne' where code = 'de'",
            "1 rows of public.countries",
        ),
        (
            "alter table public.tasks disable trigger all; set session_replication_role = replica; update public.tasks set project = 77 where id < 4",
            "3 rows of public.tasks point at nothing",
        ),
    ] {
        let spoiled = database("b", 4).await;
        spoiled.admin().await.batch_execute(change).await.unwrap();
        let error =
            run(&target, Task::Merge, merge(vec![source(&spoiled, "Beta")])).await.unwrap_err();
        let said = match &error {
            AdoptError::Drifted { difference } => difference.join("\n"),
            other => other.to_string(),
        };
        assert!(said.contains(expected), "{expected}: {said} {error:?}");
    }
    let fine = database("b", 4).await;
    // A key that does not begin with the organization, and a value that both have.
    let unswapped = "alter table public.users drop constraint users_email_key, add constraint users_email_key unique";
    admin.batch_execute(&format!("{unswapped} (email)")).await.unwrap();
    let same = "insert into public.users (email) values ('a1@example.com')";
    fine.admin().await.batch_execute(same).await.unwrap();
    let error = run(&target, Task::Merge, merge(vec![source(&fine, "Beta")])).await.unwrap_err();
    assert!(error.to_string().contains("refused by users_email_key"), "{error:?}");
    admin.batch_execute(&format!("{unswapped} (organization_id, email)")).await.unwrap();
    // A parent that stays behind.
    let operation = Merge {
        tables: vec![TableName::new("public", "tasks")],
        ..merge(vec![source(&fine, "Beta")])
    };
    let error = run(&target, Task::Merge, operation).await.unwrap_err();
    assert!(error.to_string().contains("neither loaded nor shared"), "{error:?}");
    assert_eq!(per_organization(&admin, "public.tasks").await, "Acme GmbH:500");
    assert_eq!(ask(&admin, "select count(*) from tenantry.organizations").await, "1");
    assert_eq!(
        ask(&admin, "select string_agg(code, ',' order by code) from public.countries").await,
        "a,de"
    );
    run(&target, Task::Merge, merge(vec![source(&fine, "Beta")])).await.unwrap();
    assert_eq!(per_organization(&admin, "public.tasks").await, "Acme GmbH:500 Beta:500");
}

/// RE-3: killed at any moment, a database is there as a whole or not at all, and asking again gets there.
#[tokio::test]
async fn an_interrupted_merge_leaves_whole_databases_only() {
    let (target, one, other) = (adopted("a").await, database("b", 4).await, database("c", 5).await);
    let admin = target.admin().await;
    let operation = merge(vec![source(&one, "Beta"), source(&other, "Gamma")]);
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    let stopped = run_until(&target, Task::Merge, operation.clone(), &stop).await.unwrap();
    assert!(stopped.was_stopped && !is_done(&admin, &operation.start()[0].done).await);
    for moment in [30, 80, 150, 250, 400, 700] {
        let merging = run(&target, Task::Merge, operation.clone());
        let ended = tokio::time::timeout(Duration::from_millis(moment), merging).await;
        if let Ok(ended) = ended {
            ended.unwrap();
        }
        for table in ["public.users", "public.events"] {
            let counts = per_organization(&admin, table).await;
            let whole =
                ["Acme GmbH:3", "Acme GmbH:600", "Beta:4", "Beta:600", "Gamma:5", "Gamma:600"];
            for part in counts.split(' ').filter(|part| part.contains(':')) {
                assert!(whole.iter().any(|whole| whole.ends_with(part)), "{counts}");
            }
        }
    }
    run(&target, Task::Merge, operation).await.unwrap();
    assert_eq!(per_organization(&admin, "public.events").await, "Acme GmbH:600 Beta:600 Gamma:600");
    assert_eq!(ask(&admin, "select count(*) from tenantry.organizations").await, "3");
}
