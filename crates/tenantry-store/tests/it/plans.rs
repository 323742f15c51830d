//! The plans of lists, on enough rows of enough organizations to matter: an index that begins with
//! organization_id, no sequential scan, no sort.

use tenantry_core::Clock;
use tenantry_core::context::Connection;
use tenantry_db::{Login, Statement, Tenant};
use tokio_postgres::Client;

use crate::founding::Ground;

/// 24,000 projects of 120 organizations, some of them large.
const MANY: &str = "
    insert into tenantry.organizations (organization_id, slug, name)
    select gen_random_uuid(), 'many-' || i, 'many' from generate_series(1, 118) i;
    insert into tenantry.projects (organization_id, id, slug, name, created_by, created_at)
    select o.organization_id, gen_random_uuid(), 'slug-' || i, 'name', 'x', statement_timestamp() - i * interval '1 minute'
      from tenantry.organizations o cross join generate_series(1, 200) i;
    insert into tenantry.memberships (organization_id, user_id, role)
    select o.organization_id, u.id, 'viewer' from tenantry.organizations o cross join tenantry.users u on conflict do nothing;
    analyze;";

async fn plan(client: &Client, sql: &str, arguments: &str) -> String {
    client.batch_execute(&format!("prepare listed as {sql}")).await.unwrap();
    let explain = format!("explain (costs off) execute listed ({arguments})");
    let rows = client.query(&explain, &[]).await.unwrap();
    client.batch_execute("deallocate listed").await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
}

fn lists() -> Vec<&'static Statement<Tenant>> {
    let all = crate::statements::TENANT.iter().flat_map(|(_, statements)| *statements);
    all.filter(|statement| statement.name().starts_with("LIST")).collect()
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
    assert_eq!(lists().len(), 2, "a new list needs its arguments below");
    let organization = ground.a.scope.organization().uuid();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        app.batch_execute(&format!("set plan_cache_mode = {mode}")).await.unwrap();
        for statement in lists() {
            let arguments = match statement.name() {
                "LIST" => format!("'{organization}', 26"),
                "LIST_AFTER" => format!(
                    "'{organization}', statement_timestamp() - interval '50 minutes', '{organization}', 26"
                ),
                other => panic!("no arguments for {other}"),
            };
            let plan = plan(&app, statement.sql(), &arguments).await;
            assert!(!plan.contains("Seq Scan") && !plan.contains("Sort"), "{plan}");
            assert!(plan.contains("Index"), "{plan}");
            assert!(indexes_begin_with_organization(&admin, &plan).await, "{plan}");
            if mode == "force_generic_plan" {
                insta::assert_snapshot!(
                    format!("projects_{}", statement.name().to_lowercase()),
                    plan
                );
            }
        }
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
            "insert into tenantry.users (id, email, name) select gen_random_uuid(), 'many-' || i || '@example.com', 'many' from generate_series(1, 20000) i;
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
