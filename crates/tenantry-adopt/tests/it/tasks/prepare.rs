//! Installing the control plane beside an application, and taking it back.

use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::{Organization, Root};
use tenantry_adopt::name::TableName;
use tenantry_adopt::operation::{Operate, Task};
use tenantry_adopt::operations::Prepare;
use tenantry_adopt::task::{give_back_rights, losses, take_rights};
use tenantry_core::name::{DisplayName, Slug};
use tenantry_db::Config;
use tenantry_testkit::TestDatabase;
use tokio_postgres::Client;

use super::{ORGANIZATION, ask, dump, is_done, run, whole};

/// An application with a login of its own, whose name and password have the database's in them.
pub(super) async fn application(database: &TestDatabase) -> String {
    let login = format!("{}_Old \"app\"", database.name());
    let admin = database.admin().await;
    let sql = format!(
        "create role {0} login password 'x'; create table public.notes (id bigserial primary key, text text not null); \
         comment on table public.notes is 'theirs'; grant all on public.notes to {0}; grant usage on sequence public.notes_id_seq to {0}",
        tenantry_adopt::name::identifier(&login)
    );
    admin.batch_execute(&sql).await.unwrap();
    login
}

/// A connection of the application.
#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
pub(super) async fn connect(database: &TestDatabase, login: &str) -> Client {
    let mut config: Config = database.admin_config();
    config.user(login).password("x");
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Roles outlive their database.
pub(super) async fn forget(database: TestDatabase, login: &str) {
    let admin = database.admin().await;
    let role = tenantry_adopt::name::identifier(login);
    admin.batch_execute(&format!("drop owned by {role}; drop role {role}")).await.unwrap();
}

/// What the contract takes from everybody, and an application may use.
const USED: [&str; 5] = [
    "create temporary table scratch (a int); drop table scratch",
    "select pg_catalog.count(*) from pg_stat_activity",
    "select lo_unlink(lo_create(0))",
    "select pg_cancel_backend(pg_backend_pid()) where false",
    "insert into public.notes (text) values ('as ever')",
];

/// RE-3
#[tokio::test]
async fn what_was_installed_is_taken_back_and_the_schema_is_what_it_was() {
    let database = TestDatabase::empty().await;
    let login = application(&database).await;
    let before = dump(&database);
    let operation = whole();
    let admin = database.admin().await;
    let (start, back) = (operation.start(), operation.rollback());
    assert!(!is_done(&admin, &start[0].done).await);
    assert!(is_done(&admin, &back[0].done).await);
    for _ in 0..2 {
        run(&database, Task::Prepare, operation.clone()).await.unwrap();
        run(&database, Task::Prepare, operation.clone()).await.unwrap();
        assert!(is_done(&admin, &start[0].done).await);
        assert!(!is_done(&admin, &back[0].done).await);
        assert_ne!(dump(&database), before);
        let made = "select string_agg(organization_id || ' ' || slug || ' ' || name, ',') from tenantry.organizations";
        assert_eq!(ask(&admin, made).await, format!("{ORGANIZATION} acme Acme GmbH"));
        assert_eq!(ask(&admin, "select count(*) from tenantry.audit_events").await, "1");
        assert!(losses(&admin).await.unwrap().is_empty());
        run(&database, Task::Withdraw, operation.clone()).await.unwrap();
        run(&database, Task::Withdraw, operation.clone()).await.unwrap();
        assert!(is_done(&admin, &back[0].done).await);
        // The schema itself is the journal's.
        admin.batch_execute("drop schema tenantry_adopt").await.unwrap();
        similar(&before, &dump(&database));
    }
    forget(database, &login).await;
}

fn similar(before: &str, after: &str) {
    let gone = before.lines().filter(|line| !after.contains(line)).collect::<Vec<_>>();
    let new = after.lines().filter(|line| !before.contains(line)).collect::<Vec<_>>();
    assert!(before == after, "gone: {gone:#?}, new: {new:#?}");
}

/// RE-2
#[tokio::test]
async fn the_application_loses_nothing_until_it_is_taken_and_may_get_it_back() {
    let database = TestDatabase::empty().await;
    let login = application(&database).await;
    let admin = database.admin().await;
    // Something that not everybody had before, which must not appear.
    admin
        .batch_execute("revoke execute on function pg_catalog.lo_open(oid, int) from public")
        .await
        .unwrap();
    let old = connect(&database, &login).await;
    for sql in USED {
        old.batch_execute(sql).await.unwrap();
    }
    let before = dump(&database);
    run(&database, Task::Prepare, whole()).await.unwrap();
    for sql in USED {
        old.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }
    assert!(old.batch_execute("select lo_open(1, 1)").await.is_err());
    admin.batch_execute(&take_rights(&login)).await.unwrap();
    for sql in &USED[..4] {
        assert!(old.batch_execute(sql).await.is_err(), "{sql}");
    }
    admin.batch_execute(&give_back_rights(&login)).await.unwrap();
    for sql in USED {
        old.batch_execute(sql).await.unwrap();
    }
    run(&database, Task::Withdraw, whole()).await.unwrap();
    admin.batch_execute("drop schema tenantry_adopt").await.unwrap();
    similar(&before, &dump(&database));
    forget(database, &login).await;
}

/// RE-3: what somebody else installed stays.
#[tokio::test]
async fn a_control_plane_that_was_there_stays_and_loses_only_our_organizations() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    admin
        .batch_execute(
            "insert into tenantry.organization_slugs values ('acme', '0190a000-0000-7000-8000-000000000001'); \
             insert into tenantry.organizations (organization_id, slug, name) values ('0190a000-0000-7000-8000-000000000001', 'acme', 'Theirs')",
        )
        .await
        .unwrap();
    let before = dump(&database);
    let done = run(&database, Task::Prepare, whole()).await.unwrap();
    assert!(done.lines[0].contains("was here before"), "{:?}", done.lines);
    // The slug is taken, so ours has an ending.
    let slug = ask(
        &admin,
        &format!(
            "select slug from tenantry.organizations where organization_id = '{ORGANIZATION}'"
        ),
    )
    .await;
    assert!(slug.starts_with("acme-") && slug.parse::<Slug>().is_ok(), "{slug}");
    assert!(losses(&admin).await.unwrap().is_empty());
    admin
        .batch_execute(&format!("insert into tenantry.clients (organization_id, id, name, created_by) values ('{ORGANIZATION}', gen_random_uuid(), 'Big', 'usr:x')"))
        .await
        .unwrap();
    let lost = losses(&admin).await.unwrap();
    assert_eq!(lost, ["1 client added to the control plane since"]);
    let refused = run(&database, Task::Withdraw, whole()).await.unwrap_err();
    assert!(matches!(refused, AdoptError::Lossy { obstacles, .. } if obstacles == lost));
    admin.batch_execute("delete from tenantry.clients").await.unwrap();
    run(&database, Task::Withdraw, whole()).await.unwrap();
    admin.batch_execute("drop schema tenantry_adopt").await.unwrap();
    similar(&before, &dump(&database));
    assert_eq!(
        ask(&admin, "select string_agg(name, ',') from tenantry.organizations").await,
        "Theirs"
    );
    assert_eq!(
        ask(&admin, "select string_agg(slug, ',') from tenantry.organization_slugs").await,
        "acme"
    );
}

#[tokio::test]
async fn what_people_made_in_the_control_plane_since_is_not_thrown_away() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    run(&database, Task::Prepare, whole()).await.unwrap();
    admin
        .batch_execute(
            "insert into tenantry.organizations (organization_id, slug, name) values (gen_random_uuid(), 'new', 'New'), (gen_random_uuid(), 'newer', 'Newer'); \
             insert into tenantry.users (id, email, name) values (gen_random_uuid(), 'a@example.com', 'A')",
        )
        .await
        .unwrap();
    let expected = [
        "2 organizations added to the control plane since",
        "1 account added to the control plane since",
    ];
    assert_eq!(losses(&admin).await.unwrap(), expected);
    assert!(matches!(run(&database, Task::Withdraw, whole()).await, Err(AdoptError::Lossy { .. })));
    assert_eq!(ask(&admin, "select count(*) from tenantry.organizations").await, "3");
}

#[tokio::test]
async fn a_database_served_with_another_secret_is_not_taken_over() {
    let database = TestDatabase::create().await;
    let admin = database.admin().await;
    admin.batch_execute("update tenantry_private.context_keys set kid = 'another'").await.unwrap();
    let error = run(&database, Task::Prepare, whole()).await.unwrap_err();
    assert!(
        matches!(&error, AdoptError::Refused(why) if why.contains("another secret")),
        "{error:?}"
    );
    let live =
        "select string_agg(kid, ',') from tenantry_private.context_keys where retired_at is null";
    assert_eq!(ask(&admin, live).await, "another");
}

/// A plan for a database of several organizations.
pub(super) fn split(table: &str, key: &str, name: Option<&str>) -> Prepare {
    Prepare {
        root: Some(Root {
            table: TableName::new("public", table),
            key: key.to_owned(),
            name: name.map(str::to_owned),
        }),
        quarantine: Some(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00a2)),
        organization: Organization { name: "Rest".to_owned(), slug: String::new() },
        ..whole()
    }
}

/// Names as people type them, and as they do not.
const NAMES: &str = "(1, 'Müller & Söhne'), (2, 'Acme'), (3, 'acme'), (4, 'ACME!'), (5, null), (6, ''), (7, U&'\\00A0\\200B'), \
    (8, repeat('x', 400)), (9, E'two\\nlines\\tand a tab'), (10, '組織'), (11, U&'a\\202Eb\\FEFF'), (12, ''');drop table teams;--'), \
    (13, 'api'), (14, repeat(U&'\\0958', 120)), (15, U&'\\+0F09F8'), (16, 'deadbeef-dead-beef-dead-beefdeadbeef'), (17, '-'), (18, U&'\\FFFE\\FDD0')";

#[tokio::test]
async fn every_row_of_the_root_is_an_organization_with_a_name_that_the_control_plane_reads() {
    let database = TestDatabase::empty().await;
    let admin = database.admin().await;
    let sql = format!(
        "create table public.\"Teams \"\"x\"\"\" (\"Id\" int primary key, name text); insert into public.\"Teams \"\"x\"\"\" values {NAMES}"
    );
    admin.batch_execute(&sql).await.unwrap();
    let before = dump(&database);
    let plan = split("Teams \"x\"", "Id", Some("name"));
    run(&database, Task::Prepare, plan.clone()).await.unwrap();
    let rows = admin.query("select r.key, o.name, o.slug, o.organization_id from tenantry_adopt.roots r join tenantry.organizations o using (organization_id) join tenantry.organization_slugs s using (organization_id, slug) order by r.key::int", &[]).await.unwrap();
    assert_eq!(rows.len(), 18);
    for row in &rows {
        let (name, slug): (String, String) = (row.get(1), row.get(2));
        assert_eq!(name.parse::<DisplayName>().unwrap().as_str(), name, "{name:?}");
        slug.parse::<Slug>().unwrap_or_else(|error| panic!("{slug:?} {error}"));
    }
    let column = |place: usize, row: usize| rows[row - 1].get::<_, String>(place);
    assert_eq!(column(1, 1), "Müller & Söhne");
    assert_eq!(column(2, 1), "muller-sohne");
    assert_eq!(column(2, 2), "acme");
    assert!(column(2, 3).starts_with("acme-"));
    for row in [5, 6, 7, 18] {
        assert_eq!(column(1, row), format!("Teams \"x\" {row}"));
    }
    assert_eq!(column(1, 9), "two lines and a tab");
    // The two that are no rows of the table.
    assert_eq!(ask(&admin, "select count(*) from tenantry.organizations").await, "20");
    assert_eq!(ask(&admin, "select string_agg(purpose, ',' order by purpose) from tenantry_adopt.founded where purpose <> 'root'").await, "plan,quarantine");
    run(&database, Task::Prepare, plan.clone()).await.unwrap();
    assert_eq!(ask(&admin, "select count(*) from tenantry.organizations").await, "20");
    run(&database, Task::Withdraw, plan).await.unwrap();
    admin.batch_execute("drop schema tenantry_adopt").await.unwrap();
    similar(&before, &dump(&database));
}

/// The trigger that keys makes calls the function; two transactions at once agree.
#[tokio::test]
async fn a_new_row_of_the_root_becomes_an_organization_once_also_for_two_at_once() {
    let database = TestDatabase::empty().await;
    let login = application(&database).await;
    let admin = database.admin().await;
    admin.batch_execute("create table public.teams (id int primary key, name text)").await.unwrap();
    run(&database, Task::Prepare, split("teams", "id", Some("name"))).await.unwrap();
    // The trigger's function runs with its owner's rights; nobody else may make organizations.
    let stranger = connect(&database, &login).await;
    assert!(
        stranger.batch_execute("select tenantry_adopt.organization_of('9', 'x')").await.is_err()
    );
    let (one, other) = (database.admin().await, database.admin().await);
    let of =
        |key: &str, name: &str| format!("select tenantry_adopt.organization_of('{key}', '{name}')");
    one.batch_execute("begin").await.unwrap();
    other.batch_execute("begin; set local statement_timeout = '10s'").await.unwrap();
    let first = ask(&one, &of("1", "Same name")).await;
    // Another row of the same name does not wait, and has another slug.
    let second = ask(&other, &of("2", "Same name")).await;
    assert_ne!(first, second);
    let waits = of("1", "Same name");
    let waiting = ask(&other, &waits);
    let committing = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        one.batch_execute("commit").await.unwrap();
    };
    let (same, ()) = tokio::join!(waiting, committing);
    assert_eq!(same, first);
    other.batch_execute("commit").await.unwrap();
    assert_eq!(ask(&admin, "select count(*) from tenantry_adopt.roots").await, "2");
    assert_eq!(
        ask(
            &admin,
            "select count(distinct slug) from tenantry.organizations where name = 'Same name'"
        )
        .await,
        "2"
    );
    assert_eq!(ask(&one, "tenantry_adopt.organization_of(null, 'x')").await, "");
    one.batch_execute("begin").await.unwrap();
    ask(&one, &of("3", "Never")).await;
    one.batch_execute("rollback").await.unwrap();
    assert_eq!(ask(&admin, "select count(*) from tenantry_adopt.roots").await, "2");
    drop((one, other));
    run(&database, Task::Withdraw, split("teams", "id", Some("name"))).await.unwrap();
    forget(database, &login).await;
}

/// RE-3: whatever moment it is killed at, asking again gets there, and taking back leaves nothing.
#[tokio::test]
async fn an_interrupted_preparation_is_finished_or_taken_back() {
    for moment in [2, 20, 60, 120, 200, 300, 450] {
        let database = TestDatabase::empty().await;
        let before = dump(&database);
        let admin = database.admin().await;
        let ended = tokio::time::timeout(
            std::time::Duration::from_millis(moment),
            run(&database, Task::Prepare, whole()),
        );
        let ended = ended.await.is_ok();
        // The sessions are gone with the future; their transactions are, a moment later.
        let others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";
        for _ in 0..100 {
            if ask(&admin, others).await == "0" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        if moment % 40 == 0 || ended {
            run(&database, Task::Prepare, whole()).await.unwrap();
            assert_eq!(ask(&admin, "select count(*) from tenantry.organizations").await, "1");
        }
        run(&database, Task::Withdraw, whole()).await.unwrap();
        admin.batch_execute("drop schema if exists tenantry_adopt").await.unwrap();
        similar(&before, &dump(&database));
    }
}
