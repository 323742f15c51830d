//! The preflight: a clean database has no findings, each misconfiguration exactly its own, and the
//! statement that a finding proposes mends it.

use tenantry_core::context::ContextKey;
use tenantry_core::secret::Key;
use tenantry_core::{Clock, ContextKeys};
use tenantry_db::preflight::{self, Check, Finding};
use tenantry_db::{Database, Target};
use tenantry_testkit::secret;

use crate::arena::Arena;

async fn findings(arena: &Arena, database: &Database) -> Vec<Finding> {
    preflight::run(database, &arena.keys).await.unwrap().findings
}

/// Breaks something, looks, mends it as proposed, and looks again.
async fn is_found_and_mended(
    arena: &Arena,
    database: &Database,
    broken: &str,
    expected: (Check, &str),
) {
    arena.admin.batch_execute(broken).await.unwrap();
    let found = findings(arena, database).await;
    let summary: Vec<(Check, &str)> =
        found.iter().map(|one| (one.check, one.fix.as_str())).collect();
    assert_eq!(summary, [expected], "{broken}\n{found:#?}");
    arena.admin.batch_execute(&found[0].fix).await.unwrap();
    assert_eq!(findings(arena, database).await, [], "after {}", found[0].fix);
}

const PROTECT: &str = "select tenantry.protect('notes');";
const BAD_GUARDS: [&str; 9] = [
    "alter table public.notes disable row level security",
    "alter table public.notes no force row level security",
    "drop policy tenantry_guard on public.notes",
    "alter policy tenantry_guard on public.notes using (true)",
    "alter policy tenantry_guard on public.notes with check (true)",
    "alter policy tenantry_guard on public.notes to tenantry_operator",
    "alter policy tenantry_guard on public.notes using (organization_id = (select tenantry.organization()) or body = '') with check (organization_id = (select tenantry.organization()) or body = '')",
    "drop policy tenantry_guard on public.notes; create policy tenantry_guard on public.notes as permissive for all to public
       using (organization_id = (select tenantry.organization())) with check (organization_id = (select tenantry.organization()))",
    "drop policy tenantry_guard on public.notes; create policy tenantry_guard on public.notes as restrictive for select to public
       using (organization_id = (select tenantry.organization()))",
];

/// RL-1, RL-6. Nothing is found where nothing is wrong, and each table whose guard is not the guard is.
#[tokio::test]
async fn a_table_without_the_guard_is_found_and_mended() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    let report = preflight::run(&database, &arena.keys).await.unwrap();
    assert_eq!(report.findings, []);
    assert!(report.version.contains('.'), "{}", report.version);
    for broken in BAD_GUARDS {
        is_found_and_mended(&arena, &database, broken, (Check::Tables, PROTECT)).await;
        arena
            .gets_nothing("select * from public.notes where organization_id = '{organization}'")
            .await;
    }
    let unguarded = "create table public.fresh (organization_id uuid not null, id int, primary key (organization_id, id));
        grant select on public.fresh to tenantry_app";
    is_found_and_mended(
        &arena,
        &database,
        unguarded,
        (Check::Tables, "select tenantry.protect('fresh', 'select');"),
    )
    .await;
    // Mending the audit log does not give anybody the right to change it.
    is_found_and_mended(
        &arena,
        &database,
        "alter policy tenantry_guard on tenantry.audit_events using (true)",
        (Check::Tables, "select tenantry.protect('tenantry.audit_events', 'select, insert');"),
    )
    .await;
    arena.is_refused_without_control("delete from tenantry.audit_events").await;
    let leaf = "create table public.parted (organization_id uuid not null, id int, primary key (organization_id, id)) partition by hash (organization_id);
        create table public.leaf partition of public.parted for values with (modulus 1, remainder 0);
        select tenantry.protect('public.parted'); alter table public.leaf disable row level security; grant select on public.leaf to tenantry_app";
    is_found_and_mended(
        &arena,
        &database,
        leaf,
        (Check::Tables, "select tenantry.protect('leaf', 'select');"),
    )
    .await;
}

/// What lends its rights, and how that is mended.
const LENT: &[(&str, Check, &str)] = &[
    (
        "create view public.all_notes as select * from public.notes; grant select on public.all_notes to tenantry_app",
        Check::Views,
        "alter view all_notes set (security_invoker = true);",
    ),
    (
        "create view public.off with (security_invoker = off) as select * from public.notes; grant select (body) on public.off to tenantry_app",
        Check::Views,
        "alter view off set (security_invoker = true);",
    ),
    (
        "create view public.open as select 1 as x; grant select on public.open to public",
        Check::Views,
        "alter view open set (security_invoker = true);",
    ),
    (
        "create materialized view public.kept as select * from public.notes; grant select on public.kept to tenantry_app",
        Check::Views,
        "revoke all on kept from public, tenantry_app;",
    ),
    (
        "create function public.lent() returns setof public.notes language sql security definer set search_path = pg_catalog, pg_temp as 'select * from public.notes'",
        Check::Functions,
        "revoke execute on function lent() from public, tenantry_app;",
    ),
    (
        "create function public.loose() returns int language sql security definer as 'select 1'; alter function public.loose() owner to tenantry_owner",
        Check::Functions,
        "alter function loose() set search_path = pg_catalog, pg_temp;",
    ),
    (
        "create function public.roomy() returns int language plpgsql security definer set work_mem = '1MB' as 'begin return 1; end'; alter function public.roomy() owner to tenantry_owner",
        Check::Functions,
        "alter function roomy() set search_path = pg_catalog, pg_temp;",
    ),
    (
        "create function public.bypassing() returns int language sql security definer set search_path = pg_catalog as 'select 1'; alter function public.bypassing() owner to tenantry_operator",
        Check::Functions,
        "revoke execute on function bypassing() from public, tenantry_app;",
    ),
    (
        "alter function tenantry.verified_context() reset search_path",
        Check::Functions,
        "alter function tenantry.verified_context() set search_path = pg_catalog, pg_temp;",
    ),
    (
        "grant execute on function tenantry.memberships_of(uuid) to tenantry_app",
        Check::Functions,
        "revoke execute on function tenantry.memberships_of(uuid) from public, tenantry_app;",
    ),
];

/// RL-4. Views, materialized views, foreign tables and definer functions that show more than the caller sees.
#[tokio::test]
async fn what_lends_its_rights_is_found_and_mended() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    for (broken, check, fix) in LENT {
        is_found_and_mended(&arena, &database, broken, (*check, fix)).await;
    }
    let has_wrapper =
        "select exists (select from pg_available_extensions where name = 'postgres_fdw')";
    if arena.admin.query_one(has_wrapper, &[]).await.unwrap().get(0) {
        let foreign = "create extension postgres_fdw; create server elsewhere foreign data wrapper postgres_fdw;
            create foreign table public.afar (organization_id uuid, body text) server elsewhere; grant select on public.afar to tenantry_app";
        is_found_and_mended(
            &arena,
            &database,
            foreign,
            (Check::Views, "revoke all on afar from public, tenantry_app;"),
        )
        .await;
    }
}

/// RL-1. Privileges that row security does not filter.
#[tokio::test]
async fn privileges_that_row_security_does_not_filter_are_found_and_mended() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    let name = arena.database.name();
    for (broken, fix) in [
        (
            format!("grant temporary on database {name} to public"),
            format!("revoke temporary on database {name} from public, tenantry_app;"),
        ),
        (
            format!("grant create on database {name} to tenantry_app"),
            format!("revoke create on database {name} from public, tenantry_app;"),
        ),
        (
            "grant create on schema public to public".to_owned(),
            "revoke create on schema public from public, tenantry_app;".to_owned(),
        ),
        (
            "grant create on schema tenantry to tenantry_app".to_owned(),
            "revoke create on schema tenantry from public, tenantry_app;".to_owned(),
        ),
        (
            "grant truncate on public.notes to tenantry_app".to_owned(),
            "revoke truncate on notes from public, tenantry_app;".to_owned(),
        ),
        (
            "grant references on tenantry.projects to public".to_owned(),
            "revoke references on tenantry.projects from public, tenantry_app;".to_owned(),
        ),
        (
            "grant trigger on tenantry.projects to tenantry_app".to_owned(),
            "revoke trigger on tenantry.projects from public, tenantry_app;".to_owned(),
        ),
    ] {
        is_found_and_mended(&arena, &database, &broken, (Check::Privileges, &fix)).await;
    }
}

/// A login of the application's own, as a real one has, which a test may spoil: logins belong to the
/// whole cluster, and the other tests run at the same time.
async fn own_login(arena: &Arena) -> (String, Database) {
    let login = format!("app_{}", arena.database.name());
    let made = format!(
        "drop role if exists {login}; create role {login} login password 'of its own' in role tenantry_app"
    );
    arena.admin.batch_execute(&made).await.unwrap();
    let mut target: Target = arena.database.target();
    target.config.user(&login).password("of its own");
    let database =
        Database::new(&target, &secret(), Clock::system(), arena.database.tasks()).unwrap();
    assert_eq!(findings(arena, &database).await, []);
    (login, database)
}

/// RL-1. A login that passes by row security itself, or can become somebody who does.
#[tokio::test]
async fn a_login_that_passes_by_row_security_is_found_and_mended() {
    let arena = Arena::new().await;
    let (login, database) = own_login(&arena).await;
    for attribute in ["superuser", "bypassrls", "replication", "createrole", "createdb"] {
        let fix = format!("alter role {login} no{attribute};");
        is_found_and_mended(
            &arena,
            &database,
            &format!("alter role {login} {attribute}"),
            (Check::Login, &fix),
        )
        .await;
    }
    let (group, power) = (format!("group_{login}"), format!("power_{login}"));
    let chain = format!(
        "create role {power} bypassrls; create role {group} noinherit in role {power}; grant {group} to {login}"
    );
    is_found_and_mended(
        &arena,
        &database,
        &chain,
        (Check::Login, &format!("revoke {group} from {login};")),
    )
    .await;
    arena
        .admin
        .batch_execute(&format!("drop owned by {login}; drop role {login}, {group}, {power}"))
        .await
        .unwrap();
}

/// RL-1, RL-2. A login that owns a table can switch its row security off, forced or not.
#[tokio::test]
async fn a_login_that_owns_something_is_found_and_mended() {
    let arena = Arena::new().await;
    let (login, database) = own_login(&arena).await;
    for (broken, fix) in [
        (
            format!(
                "create view public.v with (security_invoker = true) as select 1 as x; alter view public.v owner to {login}"
            ),
            "alter view v owner to tenantry_owner;",
        ),
        (
            format!("create sequence public.s; alter sequence public.s owner to {login}"),
            "alter sequence s owner to tenantry_owner;",
        ),
    ] {
        is_found_and_mended(&arena, &database, &broken, (Check::Ownership, fix)).await;
    }
    // The owner of a table holds every privilege on it besides; giving it away ends both.
    arena.admin.batch_execute(&format!("alter table public.notes owner to {login}")).await.unwrap();
    let found = findings(&arena, &database).await;
    assert_eq!(
        (found[0].check, found[0].fix.as_str()),
        (Check::Ownership, "alter table notes owner to tenantry_owner;")
    );
    assert!(found[1..].iter().all(|one| one.check == Check::Privileges), "{found:#?}");
    arena.admin.batch_execute(&found[0].fix).await.unwrap();
    assert_eq!(findings(&arena, &database).await, []);
    arena.admin.batch_execute(&format!("grant tenantry_owner to {login}")).await.unwrap();
    let found = findings(&arena, &database).await;
    assert!(found.iter().any(|one| one.check == Check::Ownership), "{found:#?}");
    arena
        .admin
        .batch_execute(&format!("revoke tenantry_owner from {login}; drop role {login}"))
        .await
        .unwrap();
}

/// RL-3. Another key, and a database that accepts what it must not: each forgery alone is noticed.
#[tokio::test]
async fn a_database_that_does_not_check_seals_is_found() {
    let arena = Arena::new().await;
    let database = arena.database.open(Clock::system());
    let others = ContextKeys::new(ContextKey::new(Key::new([7; 32])));
    let found = preflight::run(&database, &others).await.unwrap().findings;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].check, Check::Seal);
    assert!(
        found[0].cause.contains("another JWT_SECRET_KEY")
            && found[0].fix.starts_with("tenantry migrate up")
    );

    let text: String = arena
        .admin
        .query_one("select pg_get_functiondef('tenantry.verified_context()'::regprocedure)", &[])
        .await
        .unwrap()
        .get(0);
    for (check, without, cause) in [
        (
            "<> sha256(convert_to(right(seal, 64), 'UTF8'))",
            "is null",
            "the database accepted a forged seal",
        ),
        (
            "split_part(seal, '.', 6)::bigint < extract(epoch from statement_timestamp())",
            "false",
            "the database accepted an expired seal",
        ),
        (
            "split_part(seal, '.', 7)::int not in (0, pg_backend_pid())",
            "false",
            "the database accepted a seal for another connection",
        ),
    ] {
        assert!(text.contains(check), "{check}");
        arena.admin.batch_execute(&text.replace(check, without)).await.unwrap();
        let found = findings(&arena, &database).await;
        let causes: Vec<&str> = found.iter().map(|one| one.cause.as_str()).collect();
        assert_eq!(causes, [cause]);
        assert_eq!(found[0].check, Check::Seal);
        arena.admin.batch_execute(&text).await.unwrap();
        assert_eq!(findings(&arena, &database).await, []);
    }
    let anybody = "create or replace function tenantry.organization() returns uuid language sql stable as $$select '00000000-0000-0000-0000-000000000001'::uuid$$";
    arena.admin.batch_execute(anybody).await.unwrap();
    let found = findings(&arena, &database).await;
    assert_eq!(found.iter().map(|one| one.check).collect::<Vec<_>>(), [Check::Seal]);
}
