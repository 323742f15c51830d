//! What A leaves on a connection, and what B finds there. A has injected SQL into an application's own
//! function that runs text, on a pool of one connection; B borrows the same one, or a new one.

use tenantry_core::ProjectId;
use tenantry_core::permission::project;
use tenantry_db::{Database, Event, Statement, Tenant};
use uuid::Uuid;

use crate::arena::Arena;
use crate::cancel::doors;

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is closed: what was left cannot be washed off.
    Closed,
    /// It is washed and used again.
    Washed,
    /// The attacker's own commit is refused, so that nothing of it stays.
    Undone,
    /// The attack itself was refused.
    Refused,
}

macro_rules! injected {
    ($($fate:ident $command:literal;)+) => {
        &[$((Fate::$fate, Statement::new("INJECTED", concat!("select public.run($injected$", $command, "$injected$) where $1::uuid is not null")))),+]
    };
}

pub(crate) const ATTACKS: &[(Fate, Statement<Tenant>)] = injected! {
    Closed "prepare s0 as select 'stolen'";
    Closed "do $$ begin for i in 0..400 loop execute format('prepare s%s as select 1', i); end loop; exception when duplicate_prepared_statement then null; end $$; prepare mine as select 1";
    Closed "prepare mine as update public.notes set body = 'stolen'";
    Closed "deallocate all";
    Closed "deallocate all; prepare s1 as select 'stolen'";
    Closed "declare mine cursor with hold for select * from public.notes";
    Closed "listen mine";
    Washed "select pg_advisory_lock(1)";
    Washed "select pg_advisory_lock_shared(hashtext('mine'))";
    Washed "set search_path = public, pg_catalog";
    Washed "set tenantry.context = 'garbage'";
    Washed "select set_config('tenantry.context', current_setting('tenantry.context'), false)";
    Washed "set my.loot = 'stolen'";
    Washed "set statement_timeout = 0";
    Washed "set statement_timeout = '15min'; set lock_timeout = '15min'; set idle_in_transaction_session_timeout = 0";
    Washed "set session characteristics as transaction read only, isolation level serializable, deferrable";
    Washed "set default_transaction_read_only = on";
    Undone "set row_security = off";
    Washed "set standard_conforming_strings = off";
    Washed "set client_min_messages = error; set application_name = 'stolen'";
    Washed "set enable_indexscan = off; set enable_bitmapscan = off";
    Washed "set datestyle = 'SQL, DMY'; set timezone = 'Pacific/Kiritimati'; set bytea_output = 'escape'";
    Washed "set plan_cache_mode = force_generic_plan";
    Refused "set plpgsql.variable_conflict = use_column";
    Refused "create temp table notes (body text)";
    Refused "create temp table projects as select * from tenantry.projects";
    Refused "set role tenantry_operator";
    Refused "set session authorization tenantry_operator";
    Refused "create function public.mine() returns int language sql as 'select 1'";
};

const RUN: &str = "
    create function public.run(command text) returns text language plpgsql as 'begin execute command; return null; end';
    create table public.baseline as select name, setting from pg_settings with no data;
    grant all on public.baseline to tenantry_app;";

/// Without its organization on purpose: what comes back is what the context lets through.
const SEEN: Statement<Tenant> = Statement::new(
    "SEEN",
    "select organization_id, body from public.notes where $1::uuid is not null",
);
const LEFT: Statement<Tenant> = Statement::new(
    "LEFT",
    "select (select count(*) from pg_prepared_statements where from_sql)
          + (select count(*) from pg_cursors where is_holdable)
          + (select count(*) from pg_listening_channels())
          + (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())
          + pg_my_temp_schema()::bigint, pg_backend_pid(), current_user::text,
          (select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where source = 'session' and name <> 'tenantry.context'),
          coalesce(current_setting('my.loot', true), '')
       from (select $1::uuid) as one",
);

/// What the next borrower finds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    bodies: Vec<String>,
    pub(crate) left: i64,
    pub(crate) backend: i32,
    user: String,
    settings: Option<String>,
    loot: String,
}

pub(crate) async fn borrow_as_b(arena: &Arena, database: &Database) -> Found {
    let caller = arena.b.scope.authorize::<project::Read>().unwrap();
    let mut tx = database.tenant(&caller).await.unwrap();
    let rows = tx.query(&SEEN, &[]).await.unwrap();
    assert!(rows.iter().all(|row| row.get::<_, Uuid>(0) == arena.b.organization.uuid()));
    let bodies = rows.iter().map(|row| row.get(1)).collect();
    let left = tx.query_one(&LEFT, &[]).await.unwrap();
    Found {
        bodies,
        left: left.get(0),
        backend: left.get(1),
        user: left.get(2),
        settings: left.get(3),
        loot: left.get(4),
    }
}

/// RL-7. After each of these B finds a connection as new: its own rows, no foreign statement, cursor,
/// channel, lock, role or setting. What cannot be washed off is closed.
#[tokio::test]
async fn nothing_that_is_left_on_a_connection_reaches_the_next_borrower() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(RUN).await.unwrap();
    let database = doors(&arena.database, 1);
    let attacker = arena.a.scope.authorize::<project::Create>().unwrap();
    let mut clean = borrow_as_b(&arena, &database).await;
    assert_eq!((clean.bodies.len(), clean.left), (1, 0), "control");
    for (fate, attack) in ATTACKS {
        let mut tx = database.tenant(&attacker).await.unwrap();
        let injected = tx.query(attack, &[]).await;
        assert_eq!(injected.is_err(), *fate == Fate::Refused, "{}: {injected:?}", attack.sql());
        // Committed, because a rollback would take settings along.
        if injected.is_ok() {
            let committed = tx.commit(Event::new("note.changed", ProjectId::new()), ()).await;
            let is_refused = *fate == Fate::Undone;
            assert_ne!(committed.is_ok(), is_refused, "{}: {committed:?}", attack.sql());
        } else {
            drop(tx);
        }
        let found = borrow_as_b(&arena, &database).await;
        let is_same_connection = found.backend == clean.backend;
        assert_eq!(is_same_connection, *fate != Fate::Closed, "{}", attack.sql());
        clean.backend = found.backend;
        assert_eq!(found, clean, "{}", attack.sql());
    }
    println!("{} attacks", ATTACKS.len());
}

/// RL-7. The settings of a session are those of its start, whatever was set before: the timeouts, the
/// meaning of a statement, the isolation.
#[tokio::test]
async fn settings_are_those_of_the_start_for_every_borrower() {
    const SETTINGS: Statement<Tenant> = Statement::new(
        "SETTINGS",
        "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where $1::uuid is not null
            and name in ('search_path', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'row_security',
                         'standard_conforming_strings', 'transform_null_equals', 'default_transaction_isolation', 'default_transaction_read_only', 'application_name')",
    );
    let arena = Arena::new().await;
    arena.admin.batch_execute(RUN).await.unwrap();
    let database = doors(&arena.database, 1);
    let attacker = arena.a.scope.authorize::<project::Create>().unwrap();
    let reader = arena.b.scope.authorize::<project::Read>().unwrap();
    let look = async || -> String {
        let mut tx = database.tenant(&reader).await.unwrap();
        tx.query_one(&SETTINGS, &[]).await.unwrap().get(0)
    };
    let start = look().await;
    for (_, attack) in ATTACKS.iter().filter(|(fate, _)| *fate == Fate::Washed) {
        let mut tx = database.tenant(&attacker).await.unwrap();
        tx.query(attack, &[]).await.unwrap();
        tx.commit(Event::new("note.changed", ProjectId::new()), ()).await.unwrap();
        assert_eq!(look().await, start, "{}", attack.sql());
    }
    assert!(
        start.contains("row_security=on") && start.contains("statement_timeout=15000"),
        "{start}"
    );
}

/// RL-7. What a login may set for its own later sessions does not reach them: options of the start win.
#[tokio::test]
async fn settings_that_a_login_leaves_to_its_later_sessions_have_no_effect() {
    let arena = Arena::new().await;
    let name = arena.database.name();
    for (setting, value) in [
        ("search_path", "evil"),
        ("row_security", "off"),
        ("idle_session_timeout", "1"),
        ("statement_timeout", "1"),
        ("default_transaction_read_only", "on"),
        ("standard_conforming_strings", "off"),
        ("transform_null_equals", "on"),
    ] {
        let alter = format!("alter role tenantry_app in database {name} set {setting} = '{value}'");
        arena.app.batch_execute(&alter).await.unwrap();
    }
    let context =
        format!("alter role tenantry_app in database {name} set tenantry.context = 'garbage'");
    arena.is_refused_without_control(&context).await;
    let database = doors(&arena.database, 1);
    for party in [&arena.a, &arena.b] {
        let caller = party.scope.authorize::<project::Create>().unwrap();
        for _ in 0..3 {
            let mut tx = database.tenant(&caller).await.unwrap();
            let rows = tx.query(&SEEN, &[]).await.unwrap();
            assert_eq!(rows.len(), 1);
            assert_eq!(rows[0].get::<_, Uuid>(0), party.organization.uuid());
            tx.commit(Event::new("note.changed", ProjectId::new()), ()).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}
