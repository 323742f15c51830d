//! The plans of lists, on enough rows of enough organizations to matter: an index that begins with
//! organization_id, no sequential scan, no sort.

use tenantry_core::Clock;
use tenantry_core::context::Connection;
use tenantry_db::{Login, Statement, Tenant};
use tokio_postgres::Client;

use crate::founding::Ground;

/// 36,000 projects of 120 organizations, as many clients and records.
const MANY: &str = "
    set session_replication_role = replica; -- the counts and their limits are not what this is about
    insert into tenantry.organizations (organization_id, slug, name)
    select gen_random_uuid(), 'many-' || i, 'many' from generate_series(1, 118) i;
    insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at)
    select o.organization_id, gen_random_uuid(), 'slug-' || i, 'name', 'x', statement_timestamp() - i * interval '1 minute'
      from tenantry.organizations o cross join generate_series(1, 200) i;
    insert into tenantry.memberships (organization_id, user_id, role)
    select o.organization_id, u.id, 'viewer' from tenantry.organizations o cross join tenantry.users u on conflict do nothing;
    insert into tenantry.clients (organization_id, id, name, created_by, created_at, deleted_at)
    select o.organization_id, gen_random_uuid(), 'name', 'x', statement_timestamp() - i * interval '1 minute', case when i % 2 = 0 then statement_timestamp() end
      from tenantry.organizations o cross join generate_series(1, 200) i;
    insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at, deleted_at)
    select o.organization_id, gen_random_uuid(), 'gone-' || i, 'name', 'x', statement_timestamp() - i * interval '1 minute', statement_timestamp()
      from tenantry.organizations o cross join generate_series(1, 100) i;
    insert into tenantry.audit_events (organization_id, id, created_at, actor, via, action, subject_kind, subject_id, request_id)
    select o.organization_id, gen_random_uuid(), statement_timestamp() - i * interval '1 minute', 'usr:' || o.organization_id, 'test',
           case when i % 3 = 0 then 'project.created' else 'client.created' end, 'prj', gen_random_uuid(), gen_random_uuid()
      from tenantry.organizations o cross join generate_series(1, 200) i;
    analyze;";

async fn plan(client: &Client, sql: &str, arguments: &str) -> String {
    client.batch_execute(&format!("prepare listed as {sql}")).await.unwrap();
    let explain = format!("explain (costs off) execute listed ({arguments})");
    let rows = client.query(&explain, &[]).await.unwrap();
    client.batch_execute("deallocate listed").await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

fn lists() -> Vec<(&'static str, &'static Statement<Tenant>)> {
    let all = crate::statements::TENANT
        .iter()
        .flat_map(|(file, statements)| statements.iter().map(move |statement| (*file, statement)));
    all.filter(|(_, statement)| statement.name().starts_with("LIST")).collect()
}

/// Whether every index of a plan begins with organization_id.
async fn indexes_begin_with_organization(admin: &Client, plan: &str) -> bool {
    let names = plan
        .lines()
        .filter_map(|line| line.split(" using ").nth(1))
        .map(|rest| rest.split(' ').next().unwrap());
    let mut count = 0;
    for name in names {
        count += 1;
        let sql = "select pg_get_indexdef($1::text::regclass, 1, true) = 'organization_id'";
        let name = format!("tenantry.{name}");
        if !admin.query_one(sql, &[&name]).await.unwrap().get::<_, bool>(0) {
            return false;
        }
    }
    count > 0
}

/// PF of lists, RL-6. Under a seal, as the request path, with a plan for these values and with one for any.
#[tokio::test]
async fn every_list_walks_an_index_that_begins_with_organization_id() {
    let ground = Ground::new().await;
    let admin = ground.database.admin().await;
    admin.batch_execute(MANY).await.unwrap();
    let rows: i64 =
        admin.query_one("select count(*) from tenantry.projects", &[]).await.unwrap().get(0);
    assert!(rows >= 20_000, "{rows}");
    let app = ground.database.raw(Login::App).await;
    let backend: i32 = app.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    let here = Connection {
        database: ground.database.name(),
        backend,
        now: Clock::system().unix_seconds(),
    };
    let seal = ground.a.scope.seal(&here);
    app.execute("select set_config('tenantry.context', $1, false)", &[&seal.expose()])
        .await
        .unwrap();
    assert_eq!(lists().len(), 9, "a new list needs its arguments below");
    let organization = ground.a.scope.organization().uuid();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        app.batch_execute(&format!("set plan_cache_mode = {mode}")).await.unwrap();
        for (file, statement) in lists() {
            let name = format!("{file}_{}", statement.name().to_lowercase());
            let plan =
                plan(&app, statement.sql(), &arguments(&name, &organization.to_string())).await;
            assert!(!plan.contains("Seq Scan") && !plan.contains("Sort"), "{name}: {plan}");
            assert!(plan.contains("Index"), "{name}: {plan}");
            assert!(indexes_begin_with_organization(&admin, &plan).await, "{name}: {plan}");
            if mode == "force_generic_plan" {
                insta::assert_snapshot!(name, plan);
            }
        }
    }
}

/// Values for the parameters of a list, in the middle of what there is.
fn arguments(name: &str, organization: &str) -> String {
    let behind = format!("statement_timestamp() - interval '50 minutes', '{organization}'");
    match name {
        "projects_list_of_client" => format!("'{organization}', '{organization}', {behind}, 26"),
        "projects_list" | "projects_list_deleted" | "clients_list" | "clients_list_deleted" => {
            format!("'{organization}', {behind}, 26")
        }
        "audit_events_list" => {
            format!("'{organization}', {behind}, '2020-01-01', null, 26")
        }
        "audit_events_list_of_action" => {
            format!("'{organization}', {behind}, '2020-01-01', null, 26, 'project.created'")
        }
        "audit_events_list_of_actor" => {
            format!(
                "'{organization}', {behind}, '2020-01-01', null, 26, 'usr:{organization}', null"
            )
        }
        "audit_events_list_of_subject" => {
            format!(
                "'{organization}', {behind}, '2020-01-01', null, 26, '{organization}', null, null"
            )
        }
        other => panic!("no arguments for {other}"),
    }
}

/// The directory asks by user, across organizations: it has its own index, and walks no table.
#[tokio::test]
async fn the_directory_finds_memberships_by_their_user() {
    let ground = Ground::new().await;
    let admin = ground.database.admin().await;
    admin.batch_execute(MANY).await.unwrap();
    admin
        .batch_execute(
            "set session_replication_role = replica;
             insert into tenantry.users (id, email, name) select gen_random_uuid(), 'many-' || i || '@example.com', 'many' from generate_series(1, 20000) i;
             insert into tenantry.memberships (organization_id, user_id, role)
             select (select organization_id from tenantry.organizations limit 1), id, 'viewer' from tenantry.users on conflict do nothing;
             analyze tenantry.memberships; set role tenantry_directory; set plan_cache_mode = force_generic_plan",
        )
        .await
        .unwrap();
    let body = "select m.organization_id, o.slug, o.name, m.role, m.created_at from tenantry.memberships m
        join tenantry.organizations o on o.organization_id = m.organization_id where m.user_id = $1 and o.deleted_at is null";
    let text: String = admin
        .query_one(
            "select prosrc from pg_proc where oid = 'tenantry.memberships_of(uuid)'::regprocedure",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words(&text).contains(&words(body).replace("$1", "wanted_user")),
        "the function says something else now:\n{text}"
    );
    let plan = plan(&admin, body, &format!("'{}'", ground.a.user.uuid())).await;
    assert!(
        plan.contains("memberships_user_id_idx") && !plan.contains("Seq Scan on memberships"),
        "{plan}"
    );
}
