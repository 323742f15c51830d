//! `tenantry.protect`: what it refuses, and what a table is afterwards.

use tenantry_db::guard::Engine;
use tokio_postgres::Client;

use crate::arena::Arena;

/// A table `public.t` with a flaw, and the words that name the flaw.
const OBSTACLES: &[(&str, &str)] = &[
    ("create table t (id uuid primary key)", "has no column organization_id uuid not null"),
    (
        "create table t (organization_id uuid, id uuid, unique (organization_id, id))",
        "has no column organization_id uuid not null",
    ),
    (
        "create table t (organization_id text not null, id uuid, primary key (organization_id, id))",
        "has no column organization_id uuid not null",
    ),
    (
        "create table t (organization_id bigint not null, id uuid, primary key (organization_id, id))",
        "has no column organization_id uuid not null",
    ),
    (
        "create table t (\"Organization_id\" uuid not null, id uuid primary key)",
        "has no column organization_id uuid not null",
    ),
    ("create table t (organization_id uuid not null, id uuid)", "public.t has no primary key"),
    (
        "create table t (organization_id uuid not null, id uuid primary key)",
        "the unique index public.t_pkey does not begin with organization_id",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, primary key (id, organization_id))",
        "the unique index public.t_pkey does not begin",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, email text unique, primary key (organization_id, id))",
        "the unique index public.t_email_key does not begin",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, email text, primary key (organization_id, id)); create unique index t_lower on t (lower(email), organization_id)",
        "the unique index public.t_lower does not begin",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, email text, primary key (organization_id, id)); create unique index t_text on t ((organization_id::text), email)",
        "the unique index public.t_text does not begin",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, email text, primary key (organization_id, id)); create unique index t_some on t (email) include (organization_id) where email <> ''",
        "the unique index public.t_some does not begin",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, during int4range, primary key (organization_id, id), constraint t_during exclude using gist (during with &&))",
        "the exclusion constraint t_during of public.t does not begin",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, note_id uuid, primary key (organization_id, id)); alter table notes add constraint notes_id_key unique (id); alter table t add constraint t_note foreign key (note_id) references notes (id)",
        "the foreign key t_note of public.t does not carry organization_id",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, parent uuid, primary key (organization_id, id), constraint t_id unique (organization_id, id, parent)); alter table notes add constraint notes_id_key unique (id, organization_id); alter table t add constraint t_crossed foreign key (organization_id, id) references notes (id, organization_id)",
        "the foreign key t_crossed of public.t does not carry organization_id",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, primary key (organization_id, id), unique (organization_id)); alter table t add constraint t_id unique (id); alter table notes add constraint notes_t foreign key (id) references t (id) not valid",
        "the foreign key notes_t of public.notes does not carry organization_id",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, note_id uuid, primary key (organization_id, id), constraint t_note foreign key (organization_id, note_id) references notes on delete set null)",
        "the foreign key t_note of public.t would set organization_id to null",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, note_id uuid, primary key (organization_id, id), constraint t_note foreign key (organization_id, note_id) references notes on delete set default)",
        "the foreign key t_note of public.t would set organization_id to null",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, note_id uuid, primary key (organization_id, id), constraint t_note foreign key (organization_id, note_id) references notes on update set null)",
        "the foreign key t_note of public.t would set organization_id to null",
    ),
    (
        "create table p (organization_id uuid not null); create table t (id uuid, primary key (organization_id, id)) inherits (p)",
        "public.t inherits from a table, or is inherited by one",
    ),
    (
        "create table t (organization_id uuid not null, id uuid, primary key (organization_id, id)); create table c () inherits (t)",
        "public.t inherits from a table, or is inherited by one",
    ),
    ("create view t as select * from notes", "public.t is not a table"),
    ("create materialized view t as select * from notes", "public.t is not a table"),
    ("create sequence t", "public.t is not a table"),
];

const FINE: &[&str] = &[
    "create table t (organization_id uuid not null, id uuid, primary key (organization_id, id))",
    "create table t (id uuid, organization_id uuid not null, email text, primary key (organization_id, id), unique (organization_id, email))",
    "create table t (organization_id uuid primary key)",
    "create table t (organization_id uuid not null, id uuid, note_id uuid, primary key (organization_id, id), foreign key (organization_id, note_id) references notes on delete set null (note_id))",
    "create table t (organization_id uuid not null, id uuid, user_id uuid references tenantry.users, primary key (organization_id, id))",
    "create table t (organization_id uuid not null, id uuid, email text, primary key (organization_id, id)); create index on t (email); create unique index on t (organization_id, lower(email))",
    "create table t (organization_id uuid not null, id uuid, parent uuid, primary key (organization_id, id), foreign key (organization_id, parent) references t)",
    "create table t (organization_id uuid not null, id uuid, at date, primary key (organization_id, id, at)) partition by range (at); create table t1 partition of t for values from ('2026-01-01') to ('2027-01-01')",
];

async fn message(admin: &Client, sql: &str) -> Option<String> {
    let error = admin.batch_execute(sql).await.err()?;
    let error = error.as_db_error().expect("an answer");
    Some(format!("{} | {}", error.message(), error.hint().unwrap_or_default()))
}

/// RL-5. Whatever would leak under row security is refused, with its name and a remedy; and nothing is done.
#[tokio::test]
async fn every_obstacle_is_refused_by_name() {
    let arena = Arena::new().await;
    for (flaw, words) in OBSTACLES {
        arena
            .admin
            .batch_execute(&format!(
                "begin; set local search_path = public; {flaw}; savepoint made"
            ))
            .await
            .unwrap();
        let refused = message(&arena.admin, "select tenantry.protect('public.t')").await;
        let refused = refused.unwrap_or_else(|| panic!("was accepted: {flaw}"));
        assert!(refused.contains(words), "{flaw}\n{refused}");
        assert!(refused.ends_with(|last: char| last != ' ' && last != '|'), "no remedy: {refused}");
        arena.admin.batch_execute("rollback to made").await.unwrap();
        let done = "select count(*) from pg_policy where polrelid = 'public.t'::regclass";
        assert_eq!(arena.admin.query_one(done, &[]).await.unwrap().get::<_, i64>(0), 0);
        arena.admin.batch_execute("rollback").await.unwrap();
    }
    for fine in FINE {
        let sql = format!(
            "begin; set local search_path = public; {fine}; select tenantry.protect('public.t'); rollback"
        );
        assert_eq!(message(&arena.admin, &sql).await, None, "{fine}");
    }
    for privileges in [
        "all",
        "select, truncate",
        "select; drop table notes",
        "SELECT",
        "",
        "select on notes to public; --",
    ] {
        let sql = format!("select tenantry.protect('public.notes', '{privileges}')");
        let refused = message(&arena.admin, &sql).await.expect("refused");
        assert!(
            refused.contains("may only be granted select, insert, update and delete"),
            "{refused}"
        );
    }
}

const STATE: &str = "
    select concat_ws(' | ', c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
        (select string_agg(concat_ws(' ', polname, polcmd, polpermissive, polroles::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)), ', ' order by polname)
           from pg_policy where polrelid = c.oid),
        (select string_agg(tgname || ' ' || pg_get_triggerdef(oid), ', ' order by tgname) from pg_trigger where tgrelid = c.oid and not tgisinternal),
        (select pg_get_expr(adbin, adrelid) from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum and a.attname = 'organization_id' where adrelid = c.oid))
      from pg_class c where c.oid = $1::text::regclass";

/// RL-1, RL-6. The table is forced under one restrictive guard for everybody, with exactly the grants, the
/// default and the trigger that it should have; and protecting it again changes nothing.
#[tokio::test]
async fn a_protected_table_is_exactly_this_and_protecting_it_again_changes_nothing() {
    let arena = Arena::new().await;
    let state = async |table: &str| -> String {
        arena.admin.query_one(STATE, &[&table]).await.unwrap().get(0)
    };
    let first = state("public.notes").await;
    let owner: String =
        arena.admin.query_one("select current_user::text", &[]).await.unwrap().get(0);
    let guard = "(organization_id = ( SELECT tenantry.organization() AS organization))";
    for part in [
        "t | t | ",
        &format!(
            "{{{owner}=arwdDxt/{owner},tenantry_app=arwd/{owner},tenantry_operator=arwd/{owner}}}"
        ),
        "tenantry_allow * t {0} true true, ",
        &format!("tenantry_guard * f {{0}} {guard} {guard}"),
        "tenantry_touch CREATE TRIGGER tenantry_touch BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION tenantry.touch()",
        "WHEN ((split_part(current_setting('tenantry.context'::text, true), '.'::text, 3) ~~ ",
    ] {
        assert!(first.contains(part), "{part}\n{first}");
    }
    for _ in 0..2 {
        arena.admin.batch_execute("select tenantry.protect('public.notes')").await.unwrap();
        assert_eq!(state("public.notes").await, first);
    }
    // What somebody widened is narrowed again.
    arena
        .admin
        .batch_execute(
            "alter table public.notes no force row level security; alter policy tenantry_guard on public.notes using (true);
             grant truncate, references on public.notes to tenantry_app; grant select on public.notes to public;
             select tenantry.protect('public.notes')",
        )
        .await
        .unwrap();
    assert_eq!(state("public.notes").await, first);
    arena
        .admin
        .batch_execute("select tenantry.protect('public.notes', 'select, insert')")
        .await
        .unwrap();
    assert!(state("public.notes").await.contains("tenantry_app=ar/"));
}

/// RL-1. A policy that was there before is kept, and cannot widen the guard.
#[tokio::test]
async fn an_older_permissive_policy_does_not_widen_the_guard() {
    let arena = Arena::new().await;
    arena
        .admin
        .batch_execute(
            "create table public.old (organization_id uuid not null, id int, primary key (organization_id, id));
             alter table public.old enable row level security;
             create policy everything on public.old using (true) with check (true);
             select tenantry.protect('public.old');
             create policy more on public.old to tenantry_app using (true) with check (true);",
        )
        .await
        .unwrap();
    let insert = "insert into public.old (organization_id, id) values ('{organization}', 1)";
    for party in [&arena.a, &arena.b] {
        arena.admin.batch_execute(&party.fill(insert)).await.unwrap();
    }
    arena.gets_nothing("select * from public.old where organization_id = '{organization}'").await;
    arena.gets_nothing("update public.old set organization_id = '{organization}' where organization_id = '{own}'").await;
    let policies = "select count(*) from pg_policy where polrelid = 'public.old'::regclass and polname = 'tenantry_allow'";
    assert_eq!(arena.admin.query_one(policies, &[]).await.unwrap().get::<_, i64>(0), 0);
}

/// RL-4. Partitions are guarded themselves and carry no grants: a leaf is refused, the whole answers A's rows.
#[tokio::test]
async fn partitions_are_guarded_and_carry_no_grants() {
    let arena = Arena::new().await;
    arena
        .admin
        .batch_execute(
            "create table public.events (organization_id uuid not null, id int, at date not null, body text, primary key (organization_id, id, at)) partition by range (at);
             create table public.events_1 partition of public.events for values from ('2026-01-01') to ('2026-07-01');
             create table public.events_2 partition of public.events for values from ('2026-07-01') to ('2027-01-01') partition by hash (organization_id);
             create table public.events_2a partition of public.events_2 for values with (modulus 2, remainder 0);
             create table public.events_2b partition of public.events_2 for values with (modulus 2, remainder 1);
             grant select on public.events_1, public.events_2a to tenantry_app, public;
             select tenantry.protect('public.events');",
        )
        .await
        .unwrap();
    for party in [&arena.a, &arena.b] {
        let insert = "insert into public.events values ('{organization}', 1, '2026-02-01', '{secret}'), ('{organization}', 2, '2026-08-01', '{secret}')";
        arena.admin.batch_execute(&party.fill(insert)).await.unwrap();
    }
    for leaf in ["events_1", "events_2", "events_2a", "events_2b"] {
        arena.is_refused(&format!("select * from public.{leaf}")).await;
        arena.is_refused(&format!("delete from public.{leaf}")).await;
        let state: String =
            arena.admin.query_one(STATE, &[&format!("public.{leaf}")]).await.unwrap().get(0);
        assert!(state.starts_with("t | t | ") && state.contains("tenantry_guard * f"), "{state}");
    }
    arena.sees_only_its_own("select * from public.events").await;
    arena
        .gets_nothing("select * from public.events where organization_id = '{organization}'")
        .await;
    arena
        .gets_nothing(
            "update public.events set at = at + 1 where organization_id = '{organization}'",
        )
        .await;
}

/// RL-1. The owner of the table is under the guard as well: that is what FORCE and TO PUBLIC are for.
#[tokio::test]
async fn the_owner_of_a_table_is_under_its_guard() {
    let arena = Arena::new().await;
    arena.admin.batch_execute("alter table public.notes owner to tenantry_owner").await.unwrap();
    let rows = async || arena.admin.query("select from public.notes", &[]).await.unwrap().len();
    assert_eq!(rows().await, 2, "control: the superuser");
    arena.admin.batch_execute("set role tenantry_owner").await.unwrap();
    assert_eq!(rows().await, 0);
    let process: i32 = arena.admin.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    for party in [&arena.a, &arena.b] {
        let here = tenantry_core::context::Connection { backend: process, ..arena.here() };
        let seal = party.scope.seal(&here);
        arena
            .admin
            .execute("select set_config('tenantry.context', $1, false)", &[&seal.expose()])
            .await
            .unwrap();
        assert_eq!(rows().await, 1);
    }
}

/// RL-6. What the database has is what the generator wrote, on each engine: an equality on one value.
#[test]
fn the_text_of_the_guard_comes_from_one_generator() {
    let text = |engine: Engine| engine.guard_statement();
    assert_eq!(
        text(Engine::PostgreSql),
        "create policy tenantry_guard on %s as restrictive for all to public \
         using (organization_id = (select tenantry.organization())) with check (organization_id = (select tenantry.organization()))"
    );
    assert_eq!(
        text(Engine::Citus),
        "create policy tenantry_guard on %s as permissive for all to public \
         using (organization_id = tenantry.organization()) with check (organization_id = tenantry.organization())"
    );
    let (postgres, citus) = (Engine::PostgreSql.contract(), Engine::Citus.contract());
    for engine in [Engine::PostgreSql, Engine::Citus] {
        assert!(engine.contract().contains(&text(engine)));
    }
    assert_ne!(postgres, citus);
    assert!(
        citus.contains("must be the only policy")
            && !citus.contains("tenantry_touch before update")
    );
    assert!(!citus.contains("restrictive for all") && !citus.contains("{{"));
}
