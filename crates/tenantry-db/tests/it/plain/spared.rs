//! What needs no wash still gets none, beside everything that an application has which is none of a statement's business.

use tenantry_core::Clock;
use tenantry_db::{Database, Statement, Tenant};
use tenantry_testkit::{FaultProxy, secret};

use super::{CARRIERS, prepare, read};
use crate::arena::Arena;
use crate::party::Party;

/// A table whose rows the contract guards, with what an application has besides: an enumeration, partitions, an index on
/// an expression, a check, a trigger, a policy of its own that calls nothing of anybody's, extensions; and in another schema the
/// same names, for what does run code.
const TABLES: &str = "
    create type public.state as enum ('open', 'closed');
    create function public.trigger() returns trigger language plpgsql as 'begin return new; end';
    create table public.tasks (organization_id uuid not null, id int, state public.state not null, states public.state[],
        labels text[], at timestamptz, title text check (length(title) < 100), primary key (organization_id, id))
        partition by list (organization_id);
    create table public.tasks_rest partition of public.tasks default;
    create index on public.tasks (organization_id, lower(title));
    create trigger mine before insert on public.tasks for each row execute function public.trigger();
    select tenantry.protect('public.tasks');
    create policy mine on public.tasks as restrictive
        using (title like 'x%' or id = any (array[1, 2]) or current_setting('my.setting', true) is null);
    create schema other;
    create function other.mine() returns uuid language plpgsql as 'begin return null; end';
    create table other.tasks (organization_id uuid);
    alter table other.tasks enable row level security;
    create policy mine on other.tasks using (organization_id = other.mine());
    create view other.notes as select other.mine() as organization_id;
    create extension if not exists citext schema public;
    create extension if not exists pg_trgm schema public;";

const PLAIN: &[Statement<Tenant>] = &[
    Statement::new(
        "NOTES",
        "select organization_id, body from public.notes where organization_id = $1 and id <> $1 order by id",
    ),
    Statement::new(
        "TASKS",
        "select id, state, states, labels[1], title from public.tasks where organization_id = $1 and state in ('open') order by state, at desc",
    ),
    Statement::new(
        "COUNTS",
        "select count(*), max(at), lower(title) from public.tasks where organization_id = $1 and title like 'x%' group by title",
    ),
    Statement::new(
        "PROJECTS",
        "select p.name, n.body from tenantry.projects p left join public.notes n on n.project_id = p.id where p.organization_id = $1",
    ),
    Statement::new("ROLES", "select role from tenantry.project_members where organization_id = $1"),
];

/// An operator that is a function of PostgreSQL's own.
const LOCKING: &str =
    "create operator public.<> (leftarg = int, rightarg = int, function = pg_try_advisory_lock)";

/// Whether the connection is washed after a read, told by what goes over the wire: a read is one flight, and the wash
/// another. The only connection is borrowed again when its wash is over.
async fn is_washed(
    proxy: &FaultProxy,
    database: &Database,
    party: &Party,
    statement: &Statement<Tenant>,
) -> bool {
    for _ in 0..2 {
        read(database, party, statement).await.unwrap();
    }
    // Whatever else goes over the wire, such as the wash of before, does not do so each time.
    for _ in 0..3 {
        proxy.flights();
        for _ in 0..4 {
            read(database, party, statement).await.unwrap();
        }
        match proxy.flights() {
            4 => return false,
            flights => assert!(flights > 4, "{flights}"),
        }
    }
    true
}

fn carried(arena: &Arena) -> (FaultProxy, Database) {
    let proxy = FaultProxy::start(&arena.database.target().config, arena.database.tasks());
    let database =
        Database::new(&proxy.target(1), &secret(), Clock::system(), arena.database.tasks())
            .unwrap();
    (proxy, database)
}

#[tokio::test]
async fn protected_tables_are_read_without_a_wash() {
    let arena = Arena::new().await;
    arena.admin.batch_execute(TABLES).await.unwrap();
    let (proxy, database) = carried(&arena);
    for statement in PLAIN {
        assert!(statement.is_plain_by_text(), "{}", statement.name());
        for party in [&arena.a, &arena.b] {
            let is_washed = is_washed(&proxy, &database, party, statement).await;
            assert!(!is_washed, "{}", statement.name());
        }
    }
}

/// The other way round, by the same measure; and an application's own code makes no difference to what does not name it.
#[tokio::test]
async fn what_runs_code_is_washed_and_what_stands_beside_it_is_not() {
    let arena = Arena::new().await;
    prepare(&arena.admin).await;
    let (proxy, database) = carried(&arena);
    for carrier in CARRIERS {
        let is_washed = is_washed(&proxy, &database, &arena.a, &carrier.statement).await;
        assert!(is_washed, "{}", carrier.name);
    }
    // What PostgreSQL may choose for what it is not written for stands in everybody's way, until it is gone.
    let anybody = "drop operator public.= (int, text); drop cast (public.mood as int)";
    for (in_the_way, change) in [(true, "select 1"), (false, anybody), (true, LOCKING)] {
        arena.admin.batch_execute(change).await.unwrap();
        let (proxy, database) = carried(&arena);
        let is_washed = is_washed(&proxy, &database, &arena.a, &PLAIN[0]).await;
        assert_eq!(is_washed, in_the_way, "{change}");
    }
}
